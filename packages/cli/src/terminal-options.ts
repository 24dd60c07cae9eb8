import { type Command, Option } from "commander";
import type { CommandIo } from "./io.ts";
import { commandPath, remoteRefusal } from "./remote.ts";

/** Options of the terminal interface alone: they may stand before any command, and some commands refuse them. */
export function addTerminalOptions(program: Command, io: CommandIo): void {
  program
    .addOption(
      new Option("-a, --ask-for-approval <policy>", "when to ask before a command runs")
        .choices(["untrusted", "on-failure", "on-request", "never"])
        .hideHelp(),
    )
    .addOption(new Option("--search", "let the model search the web live").hideHelp())
    .addOption(new Option("--no-alt-screen", "inline mode").hideHelp())
    .addOption(new Option("--remote <url>", "app-server to talk to").hideHelp())
    .addOption(new Option("--remote-auth-token-env <name>", "variable with the app-server's token").hideHelp())
    .hook("preAction", (root, command) => {
      const refusal = remoteRefusal(root.opts(), commandPath(command), io.env);
      if (refusal !== null) throw refusal;
    });
}
