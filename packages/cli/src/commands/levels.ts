import type { Command } from "commander";
import type { GlobalOptions } from "../global-options.ts";
import type { SharedOptions } from "../options.ts";
import type { ExecFlags } from "./exec.ts";

/** The options of a command and of all its parents, outermost first. */
export function levels(command: Command): (SharedOptions & GlobalOptions & ExecFlags)[] {
  const own = command.opts<SharedOptions & GlobalOptions & ExecFlags>();
  return command.parent === null ? [own] : [...levels(command.parent), own];
}
