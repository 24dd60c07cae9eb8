import { runApplyPatchProgram } from "@codex-ts/apply-patch";
import { nodePatchFs } from "@codex-ts/apply-patch/node";
import { readAll } from "../io.ts";

/**
 * `codex-ts apply-patch`, and the program called as `apply_patch`: the stand-alone patch program.
 * @param args the patch is the one argument, or standard input when there is none
 */
export async function applyPatchCommand(
  args: string[],
  program: Pick<NodeJS.Process, "stdin" | "stdout" | "stderr" | "cwd" | "env">,
): Promise<number> {
  const home = program.env["HOME"];
  const result = await runApplyPatchProgram({
    args,
    readStdin: () => readAll(program.stdin),
    cwd: program.cwd(),
    fs: nodePatchFs,
    ...(home === undefined ? {} : { home }),
  });
  program.stdout.write(result.stdout);
  program.stderr.write(result.stderr);
  return result.exitCode;
}
