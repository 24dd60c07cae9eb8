import { ApplyPatchError } from "./errors.ts";
import { APPLY_PATCH_NAMES } from "./names.ts";
import { parsePatch } from "./parse.ts";
import { recognizeHeredocCall } from "./shell-script.ts";
import type { Patch } from "./types.ts";

/** What a command line says about apply_patch (section 6). */
export type ExtractedPatch =
  /** An ordinary command. */
  | { kind: "none" }
  /** A patch that nobody applies; the error's text tells the model how to. */
  | { kind: "implicit"; error: ApplyPatchError }
  /** A call whose patch does not parse. */
  | { kind: "invalid"; error: ApplyPatchError }
  /** A call; `cd` is the folder to change to first, as written, or null. */
  | { kind: "patch"; patch: Patch; cd: string | null };

const IMPLICIT = 'patch detected without explicit call to apply_patch. Rerun as ["apply_patch", "<patch>"]';

/** Looks for a call of apply_patch in the argv of a command. Pure; the current files are not looked at. */
export function extractApplyPatch(argv: readonly string[]): ExtractedPatch {
  const script = shellScript(argv);
  const only = argv.length === 1 ? argv[0] : undefined;
  if (isPatch(only) || isPatch(script)) {
    return { kind: "implicit", error: new ApplyPatchError("invalid_patch", IMPLICIT) };
  }
  const [command = "", body] = argv;
  if (argv.length === 2 && body !== undefined && APPLY_PATCH_NAMES.includes(command)) return parsed(body, null);
  const call = script === undefined ? null : recognizeHeredocCall(script);
  return call === null ? { kind: "none" } : parsed(call.body, call.cd);
}

function parsed(body: string, cd: string | null): ExtractedPatch {
  try {
    return { kind: "patch", patch: parsePatch(body), cd };
  } catch (error) {
    if (error instanceof ApplyPatchError) return { kind: "invalid", error };
    throw error;
  }
}

function isPatch(text: string | undefined): boolean {
  return text !== undefined && parsed(text, null).kind === "patch";
}

const POSIX_SHELLS: ReadonlySet<string> = new Set(["bash", "zsh", "sh"]);
const POWERSHELLS: ReadonlySet<string> = new Set(["pwsh", "powershell"]);

/** The script of a shell wrapper's argv, or undefined when it is none of the known forms. */
function shellScript(argv: readonly string[]): string | undefined {
  const [program = "", ...args] = argv;
  const shell = fileStem(program).toLowerCase();
  const [first = "", second, third] = args;
  if (args.length === 2) {
    const flag = first.toLowerCase();
    if (POSIX_SHELLS.has(shell) && (first === "-lc" || first === "-c")) return second;
    if (POWERSHELLS.has(shell) && flag === "-command") return second;
    if (shell === "cmd" && flag === "/c") return second;
  }
  if (args.length === 3 && POWERSHELLS.has(shell) && first.toLowerCase() === "-noprofile") {
    if (second?.toLowerCase() === "-command") return third;
  }
  return undefined;
}

/** A program's file name without its last extension. */
function fileStem(program: string): string {
  const name = program.split(/[\\/]/).at(-1) ?? "";
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(0, dot) : name;
}
