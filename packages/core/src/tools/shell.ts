import { joinWords, splitWords } from "@codex-ts/shell-command";
import { callRights, resolveWorkdir } from "./command-call.ts";
import { approvalParameters, type CommandOffer, offeredSchema, timeoutParameter } from "./command-parameters.ts";
import { bashUse } from "./hook-use.ts";
import { array, object, optional, parseArguments, string } from "./parameters.ts";
import { commandOf, withArgument, withPayload } from "./replace-input.ts";
import { runShell } from "./shell-run.ts";
import {
  functionSpec,
  type CallPayload,
  type HostedTool,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

const parameters = object(
  {
    command: array(string(), 'Program and arguments. Use ["bash", "-lc", "…"] for shell syntax.'),
    workdir: optional(string("Folder to run it in; default is the turn's working folder.")),
    timeout_ms: timeoutParameter,
    ...approvalParameters,
  },
  "ignored",
  { timeout: "timeout_ms" },
);

/** Runs a program by its argument list. Also answers `container.exec` and the typed `local_shell` call. Without an offer it is not listed. */
export function shellTool(offer: CommandOffer | null): Tool {
  return {
    names: ["shell", "container.exec", "local_shell"],
    group: "shell",
    accepts: ["function", "localShell"],
    parallel: true,
    spec:
      offer === null
        ? null
        : functionSpec(
            "shell",
            "Runs a program and returns its output when it has ended.",
            offeredSchema(parameters.schema, offer),
          ),
    replaceInput: replaceCommand,
    hookUse: call => bashUse(() => joinWords(readCall(call.payload).command)),
    run: runShellTool,
  };
}

/** The typed shell call, listed for models that know it; `shell` answers it. */
export const localShell: HostedTool = { group: "shell", spec: { type: "local_shell" } };

async function runShellTool(call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const args = readCall(call.payload);
  const { turn } = context;
  const cwd = resolveWorkdir(args.workdir, turn);
  return runShell(call, context, {
    argv: args.command,
    cwd,
    timeoutMs: args.timeoutMs,
    rights: callRights(turn, args.rights, cwd, "shell"),
    hookCommand: joinWords(args.command),
    layout: "structured",
  });
}

/** The new command is a line of words; shell syntax needs a shell among them, as in the old one. */
function replaceCommand(call: ToolCall, input: unknown): ToolCall | string {
  const read = commandOf(input);
  if (typeof read === "string") return read;
  const command = splitWords(read.command);
  if (command === null || command.length === 0) return "the command cannot be split into words";
  const { payload } = call;
  return payload.kind === "localShell"
    ? withPayload(call, { ...payload, command })
    : withArgument(call, "command", command);
}

function readCall(payload: CallPayload) {
  if (payload.kind === "localShell") {
    return {
      command: payload.command,
      workdir: payload.workdir,
      timeoutMs: payload.timeoutMs,
      rights: {},
    };
  }
  const args = parseArguments(parameters, payload.kind === "function" ? payload.arguments : "");
  return {
    command: args.command,
    workdir: args.workdir,
    timeoutMs: args.timeout_ms,
    rights: args,
  };
}
