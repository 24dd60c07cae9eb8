import type { Command } from "commander";
import { completionScript, type Shell } from "../completion/scripts.ts";
import { completionTree } from "../completion/tree.ts";
import { type CommandIo, write } from "../io.ts";

/** `codex-ts completion [SHELL]`: a script for the shell, on stdout. */
export function completionCommand(shell: Shell, program: Command, io: CommandIo): number {
  write(io.stdout, completionScript(shell, completionTree(program)));
  return 0;
}
