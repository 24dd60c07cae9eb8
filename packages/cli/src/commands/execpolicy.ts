import { readFile } from "node:fs/promises";
import { runExecpolicyCheck } from "@codex-ts/execpolicy";
import { type CommandIo, write } from "../io.ts";

/** `execpolicy check`: prints the matching rules and the decision as JSON; exit code 0 whatever the decision. */
export async function execpolicyCheckCommand(
  args: string[],
  options: { rules: string[]; pretty?: boolean; resolveHostExecutables?: boolean },
  io: CommandIo,
): Promise<number> {
  const result = await runExecpolicyCheck(
    {
      files: options.rules,
      args,
      pretty: options.pretty ?? false,
      resolveHostExecutables: options.resolveHostExecutables ?? false,
    },
    { readFile: path => readFile(path), lookup: { cwd: io.cwd } },
  );
  write(io.stdout, result.stdout);
  write(io.stderr, result.stderr);
  return result.exitCode;
}
