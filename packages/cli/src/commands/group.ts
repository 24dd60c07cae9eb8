import type { Command } from "commander";
import { addGlobalOptions } from "../options.ts";

/** How help of a subcommand is asked for. */
export const HELP_COMMAND = "help [command]";
export const HELP_DESCRIPTION = "print help of a command";

/** A command that only has subcommands: called bare, it prints its help on stderr, exit code 2. */
export function group(command: Command): Command {
  return addGlobalOptions(command)
    .enablePositionalOptions()
    .helpCommand(HELP_COMMAND, HELP_DESCRIPTION)
    .action((_options: unknown, self: Command) => {
      self.help({ error: true });
    });
}
