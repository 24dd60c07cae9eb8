import { type Command, Option } from "commander";
import { CliError } from "./errors.ts";

/** Options of the terminal interface alone: they may stand before any command, and some commands refuse them. */
export function addTerminalOptions(program: Command): void {
  program
    .addOption(
      new Option("-a, --ask-for-approval <policy>", "when to ask before a command runs")
        .choices(["untrusted", "on-failure", "on-request", "never"])
        .hideHelp(),
    )
    .addOption(new Option("--no-alt-screen", "inline mode").hideHelp())
    .addOption(new Option("--remote <url>", "app-server to talk to").hideHelp())
    .addOption(new Option("--remote-auth-token-env <name>", "variable with the app-server's token").hideHelp())
    .hook("preAction", (root, command) => {
      if (command !== root) refuseRemote(root.opts(), pathOf(command));
    });
}

/** A command that runs here cannot be told to use another machine's app-server. */
function refuseRemote(options: { remote?: string; remoteAuthTokenEnv?: string }, path: string): void {
  const { remote, remoteAuthTokenEnv } = options;
  const why = `is only supported for interactive TUI commands, not \`${path}\``;
  if (remote !== undefined) throw new CliError(`\`--remote ${remote}\` ${why}`);
  if (remoteAuthTokenEnv !== undefined) throw new CliError(`\`--remote-auth-token-env\` ${why}`);
}

/** The command's full name, as the program is called in help of other builds: `codex features list`. */
function pathOf(command: Command): string {
  return command.parent === null ? "codex" : `${pathOf(command.parent)} ${command.name()}`;
}
