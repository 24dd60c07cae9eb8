import type { Command } from "commander";
import { addGlobalOptions } from "../options.ts";

/** A command that only has subcommands: called bare, it prints its help on stderr, exit code 2. */
export function group(command: Command): Command {
  return addGlobalOptions(command)
    .enablePositionalOptions()
    .action((_options: unknown, self: Command) => {
      self.help({ error: true });
    });
}
