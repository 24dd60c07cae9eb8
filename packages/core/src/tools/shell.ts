import { joinWords } from "@codex-ts/shell-command";
import { resolveWorkdir } from "./command-call.ts";
import { approvalParameters, commandRights, timeoutParameter } from "./command-parameters.ts";
import { array, type JsonSchema, object, optional, parseArguments, string } from "./parameters.ts";
import { runShell } from "./shell-run.ts";
import {
  functionSpec,
  RespondToModel,
  type CallPayload,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

const parameters = object({
  command: array(string(), 'Program and arguments. Use ["bash", "-lc", "…"] for shell syntax.'),
  workdir: optional(string("Folder to run it in; default is the turn's working folder.")),
  timeout_ms: timeoutParameter,
  timeout: timeoutParameter,
  ...approvalParameters,
});

/** Runs a program by its argument list. Also answers `container.exec` and the typed `local_shell` call. */
export function shellTool(offered: boolean): Tool {
  const { timeout: _alias, ...properties } = parameters.schema["properties"] as JsonSchema;
  return {
    names: ["shell", "container.exec", "local_shell"],
    accepts: ["function", "localShell"],
    parallel: true,
    spec: offered
      ? functionSpec("shell", "Runs a program and returns its output when it has ended.", {
          ...parameters.schema,
          properties,
        })
      : null,
    run: runShellTool,
  };
}

/** The typed shell call, listed for models that know it; `shell` answers it. */
export function localShellListing(): Tool {
  return {
    names: ["local_shell (listing)"],
    accepts: [],
    parallel: true,
    spec: { type: "local_shell" },
    run: neverCalled,
  };
}

async function runShellTool(call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const args = readCall(call.payload);
  if (args.command.length === 0)
    throw new RespondToModel("failed to parse function arguments: command must not be empty");
  return runShell(call, context, {
    argv: args.command,
    cwd: resolveWorkdir(args.workdir, context.turn.context.settings.cwd),
    timeoutMs: args.timeoutMs,
    rights: args.rights,
    hookCommand: joinWords(args.command),
    layout: "structured",
  });
}

function readCall(payload: CallPayload) {
  if (payload.kind === "localShell") {
    return {
      command: payload.command,
      workdir: payload.workdir,
      timeoutMs: payload.timeoutMs,
      rights: commandRights({}),
    };
  }
  const args = parseArguments(parameters, payload.kind === "function" ? payload.arguments : "");
  return {
    command: args.command,
    workdir: args.workdir,
    timeoutMs: args.timeout_ms ?? args.timeout,
    rights: commandRights(args),
  };
}

function neverCalled(call: ToolCall): Promise<ToolResult> {
  return Promise.reject(new RespondToModel(`unsupported call: ${call.name}`));
}
