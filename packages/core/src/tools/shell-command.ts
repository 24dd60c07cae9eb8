import { shellArgv } from "../exec/shell-argv.ts";
import { loginOf, resolveWorkdir } from "./command-call.ts";
import { approvalParameters, commandRights, timeoutParameter } from "./command-parameters.ts";
import { boolean, type JsonSchema, object, optional, parseArguments, string } from "./parameters.ts";
import { runShell } from "./shell-run.ts";
import {
  functionArguments,
  functionSpec,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

const parameters = object({
  command: string("Command line to run in the user's shell."),
  workdir: optional(string("Folder to run it in; default is the turn's working folder.")),
  timeout_ms: timeoutParameter,
  timeout: timeoutParameter,
  login: optional(boolean("Start the shell as a login shell (default true).")),
  ...approvalParameters,
});

/** Runs a command line in the user's shell and returns everything when it has ended. */
export function shellCommandTool(offered: boolean, allowLogin: boolean): Tool {
  const { timeout: _alias, login, ...properties } = parameters.schema["properties"] as JsonSchema;
  const listed = allowLogin ? sorted({ ...properties, ...(login === undefined ? {} : { login }) }) : properties;
  return {
    names: ["shell_command"],
    accepts: ["function"],
    parallel: true,
    spec: offered
      ? functionSpec(
          "shell_command",
          "Runs a command line in the user's shell and returns its output when it has ended.",
          {
            ...parameters.schema,
            properties: listed,
          },
        )
      : null,
    run: runShellCommand,
  };
}

async function runShellCommand(call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const args = parseArguments(parameters, functionArguments(call));
  const { session, turn } = context;
  return runShell(call, context, {
    argv: shellArgv(session.services.shell, args.command, loginOf(args.login, session.config)),
    cwd: resolveWorkdir(args.workdir, turn.context.settings.cwd),
    timeoutMs: args.timeout_ms ?? args.timeout,
    rights: commandRights(args),
    hookCommand: args.command,
    layout: "freeform",
  });
}

function sorted(properties: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1)));
}
