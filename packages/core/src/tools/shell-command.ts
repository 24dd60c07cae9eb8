import { shellArgv } from "../exec/shell-argv.ts";
import { callRights, loginOf, resolveWorkdir } from "./command-call.ts";
import { approvalParameters, type CommandOffer, offeredSchema, timeoutParameter } from "./command-parameters.ts";
import { bashUse } from "./hook-use.ts";
import { commandOf, withArgument } from "./replace-input.ts";
import { boolean, object, optional, parseArguments, string } from "./parameters.ts";
import { runShell } from "./shell-run.ts";
import {
  functionArguments,
  functionSpec,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

const parameters = object(
  {
    command: string("Command line to run in the user's shell."),
    workdir: optional(string("Folder to run it in; default is the turn's working folder.")),
    timeout_ms: timeoutParameter,
    login: optional(boolean("Start the shell as a login shell (default true).")),
    ...approvalParameters,
  },
  "ignored",
  { timeout: "timeout_ms" },
);

/** Runs a command line in the user's shell and returns everything when it has ended. Without an offer it answers, but is not listed. */
export function shellCommandTool(offer: CommandOffer | null): Tool {
  return {
    names: ["shell_command"],
    group: "shell",
    accepts: ["function"],
    parallel: true,
    spec:
      offer === null
        ? null
        : functionSpec(
            "shell_command",
            "Runs a command line in the user's shell and returns its output when it has ended.",
            offeredSchema(parameters.schema, offer),
          ),
    replaceInput: (call, input) => {
      const read = commandOf(input);
      return typeof read === "string" ? read : withArgument(call, "command", read.command);
    },
    hookUse: call => bashUse(() => parseArguments(parameters, functionArguments(call)).command),
    run: runShellCommand,
  };
}

async function runShellCommand(call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const args = parseArguments(parameters, functionArguments(call));
  const { session, turn } = context;
  const cwd = resolveWorkdir(args.workdir, turn);
  const argv = shellArgv(session.services.shell, args.command, loginOf(args.login, session.config));
  return runShell(call, context, {
    argv,
    cwd,
    timeoutMs: args.timeout_ms,
    rights: callRights(turn, args, cwd, "shell"),
    hookCommand: args.command,
    layout: "freeform",
    intercepted: session.config.features["shell_zsh_fork"] === true && session.services.shell.kind === "zsh",
  });
}
