import { Argument, type Command } from "commander";
import type { CommandIo } from "../io.ts";
import { addGlobalOptions } from "../options.ts";
import { group } from "./group.ts";
import { levels } from "./levels.ts";

/** Adds `hooks list` and `hooks test`. */
export function registerHooks(program: Command, io: CommandIo, finish: (exitCode: number) => void): void {
  const hooks = group(program.command("hooks")).description("show lifecycle hooks, and try them");
  addGlobalOptions(hooks.command("list"))
    .description("list what is hooked in here, in the order in which it runs, and where it comes from")
    .option("--json", "print it as JSON")
    .action(async (options: { json?: boolean }, self: Command) => {
      const { hooksListCommand } = await import("./hooks.ts");
      finish(await hooksListCommand(options, levels(self), io));
    });
  addGlobalOptions(hooks.command("test"))
    .description("run the handlers of an event on a sample, and say what they would come to")
    .option("--input <file>", "JSON object with members of the handlers' input; `-` for standard input")
    .option("--json", "print the result as JSON")
    .addArgument(new Argument("<event>", "PreToolUse, PermissionRequest, PostToolUse, SessionStart …"))
    .action(async (event: string, options: { input?: string; json?: boolean }, self: Command) => {
      const { hooksTestCommand } = await import("./hooks.ts");
      finish(await hooksTestCommand(event, options, levels(self), io));
    });
}
