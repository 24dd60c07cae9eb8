import { readFile } from "node:fs/promises";
import { type ProgramResult, runApplyPatchProgram, runPatchText } from "@codex-ts/apply-patch";
import { nodePatchFs } from "@codex-ts/apply-patch/node";
import { plainIo } from "../patch-aliases/plain-io.ts";

type Program = Pick<NodeJS.Process, "cwd" | "env">;

/** The first argument with which the program applies the patch that is its second one, and reads nothing. */
const PATCH_FLAG = "--codex-run-as-apply-patch";

/**
 * `codex-ts apply-patch`, and the program called as `apply_patch`: the stand-alone patch program.
 * @param args the patch is the one argument, or standard input when there is none
 */
export async function applyPatchCommand(args: string[], program: Program): Promise<number> {
  const result = await runApplyPatchProgram({
    ...placeOf(program),
    args: await asPassed(args),
    readStdin: async () => plainIo.read(0),
  });
  return report(result);
}

/** `codex-ts --codex-run-as-apply-patch PATCH`; further arguments count for nothing. */
export async function patchFlagCommand(args: string[], program: Program): Promise<number> {
  const [text] = await asPassed(args);
  if (typeof text === "string") return report(await runPatchText(text, placeOf(program)));
  const stderr = `Error: ${PATCH_FLAG} requires a UTF-8 PATCH argument.\n`;
  return report({ stdout: "", stderr, exitCode: 1 });
}

function placeOf(program: Program) {
  const home = program.env["HOME"];
  return { cwd: program.cwd(), fs: nodePatchFs, ...(home === undefined ? {} : { home }) };
}

function report({ stdout, stderr, exitCode }: ProgramResult): number {
  plainIo.write(1, stdout);
  plainIo.write(2, stderr);
  return exitCode;
}

/** Arguments in which Node had to replace what is not UTF-8 come as the bytes that the system passed, where it tells. */
async function asPassed(args: readonly string[]): Promise<(string | Uint8Array)[]> {
  if (!args.some(text => text.includes("\uFFFD"))) return [...args];
  const line = await readFile("/proc/self/cmdline", "latin1").catch(() => "");
  const passed = line.split("\0").slice(0, -1).slice(-args.length);
  return args.map((text, index) => {
    const bytes = Buffer.from(passed[index] ?? "", "latin1");
    return text.includes("\uFFFD") && bytes.toString() === text && !bytes.equals(Buffer.from(text)) ? bytes : text;
  });
}
