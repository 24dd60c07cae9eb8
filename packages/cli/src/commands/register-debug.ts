import { Argument, type Command, Option } from "commander";
import { type Shell, SHELLS } from "../completion/scripts.ts";
import type { CommandIo } from "../io.ts";
import { addGlobalOptions } from "../options.ts";
import { group } from "./group.ts";
import { levels } from "./levels.ts";

/** `debug`, `apply` and `completion`. */
export function registerDebug(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const debug = group(program.command("debug")).description("look inside");
  addGlobalOptions(debug.command("models"))
    .description("print the catalogue of models as JSON")
    .option("--bundled", "the built-in catalogue, whatever the configuration says")
    .action(async (options: { bundled?: boolean }, self: Command) => {
      const { debugModelsCommand } = await import("./debug.ts");
      finish(await debugModelsCommand(options, levels(self), io));
    });
  addGlobalOptions(debug.command("prompt-input"))
    .description("print what the model would be sent before it answers, as JSON")
    .addOption(
      new Option("-i, --image <file...>", "attach images to the prompt").argParser(
        (value: string, previous: string[] = []) => [...previous, ...value.split(",")],
      ),
    )
    .addArgument(new Argument("[prompt]", "a prompt after the session's context"))
    .action(async (prompt: string | undefined, _options: unknown, self: Command) => {
      const { debugPromptInputCommand } = await import("./debug.ts");
      finish(await debugPromptInputCommand(prompt, levels(self), io));
    });
  addGlobalOptions(debug.command("clear-memories", { hidden: true }))
    .description("forget what earlier sessions left for later ones")
    .action(async () => {
      const { debugClearMemoriesCommand } = await import("./debug.ts");
      finish(await debugClearMemoriesCommand(io));
    });
  const server = group(debug.command("app-server")).description("try the app-server out");
  addGlobalOptions(server.command("send-message"))
    .alias("send-message-v2")
    .description("send one message to a new app-server and print all that goes over the wire")
    .addArgument(new Argument("<user-message>", "what to say to the agent"))
    .action(async (text: string, _options: unknown, self: Command) => {
      const { debugSendMessageCommand } = await import("./debug-send-message.ts");
      finish(await debugSendMessageCommand(text, levels(self), io));
    });
  addGlobalOptions(program.command("apply"))
    .alias("a")
    .description("apply the changes of a cloud task to this folder")
    .addArgument(new Argument("<task-id>", "the task"))
    .action(async (taskId: string, _options: unknown, self: Command) => {
      const { applyCommand } = await import("./apply.ts");
      finish(await applyCommand(taskId, levels(self), io));
    });
  addGlobalOptions(program.command("completion"))
    .description("print a completion script for a shell")
    .addArgument(new Argument("[shell]", "the shell").choices(SHELLS).default("bash"))
    .action(async (shell: Shell) => {
      const { completionCommand } = await import("./completion.ts");
      finish(completionCommand(shell, program, io));
    });
}
