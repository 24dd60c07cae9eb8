import { applyPatch } from "./apply.ts";
import { ApplyPatchError } from "./errors.ts";
import { parsePatch } from "./parse.ts";
import type { PatchFs } from "./patch-fs.ts";
import { decodeUtf8OrNull } from "./utf8.ts";

export interface ApplyPatchProgram {
  /**
   * The arguments after the program's name. Bytes stand for an argument as the system passed it, so that one which is
   * not UTF-8 can be refused.
   */
  args: readonly (string | Uint8Array)[];
  /** Reads standard input to its end; called only when there is no argument. */
  readStdin: () => Promise<Uint8Array>;
  cwd: string;
  home?: string | null;
  fs: PatchFs;
  signal?: AbortSignal;
}

export interface ProgramResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

function failure(stderr: string, exitCode = 1): ProgramResult {
  return { stdout: "", stderr: `${stderr}\n`, exitCode };
}

/** The stand-alone program (section 1): the patch is the one argument, or standard input when there is none. */
export async function runApplyPatchProgram(program: ApplyPatchProgram): Promise<ProgramResult> {
  if (program.args.length > 1) return failure("Error: apply_patch accepts exactly one argument.", 2);
  const argument = program.args[0];
  if (argument !== undefined) {
    const text = typeof argument === "string" ? argument : decodeUtf8OrNull(argument);
    return text === null ? failure("Error: apply_patch requires a UTF-8 PATCH argument.") : runPatchText(text, program);
  }
  let input: string | null;
  try {
    input = decodeUtf8OrNull(await program.readStdin());
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return failure(`Error: Failed to read PATCH from stdin.\n${cause}`);
  }
  if (input === null) {
    return failure("Error: Failed to read PATCH from stdin.\nstream did not contain valid UTF-8");
  }
  if (input === "") return failure("Usage: apply_patch 'PATCH'\n       echo 'PATCH' | apply_patch", 2);
  return runPatchText(input, program);
}

/** Parses and applies a patch text, and reports as the program does (sections 3 to 5). */
export async function runPatchText(
  text: string,
  options: Pick<ApplyPatchProgram, "cwd" | "fs" | "home" | "signal">,
): Promise<ProgramResult> {
  try {
    const applied = await applyPatch(parsePatch(text), options);
    return { stdout: applied.summary, stderr: "", exitCode: 0 };
  } catch (error) {
    if (error instanceof ApplyPatchError) return failure(error.message);
    throw error;
  }
}
