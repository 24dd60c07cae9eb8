import { clampWait, EXEC_YIELD, execResult, outputTokens } from "./exec-output.ts";
import { defaulted, number, object, optional, parseArguments, string } from "./parameters.ts";
import {
  functionArguments,
  functionSpec,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

const DEFAULT_YIELD_MS = 250;
/** An empty poll waits at least this long: the model is only asking whether something happened. */
const MIN_POLL_MS = 5000;
/** After writing, the program gets this long to answer before its output is looked at. */
const REACTION_MS = 100;

const parameters = object({
  session_id: number("The session id that exec_command returned.", "i32"),
  chars: defaulted(string("Text to write to its standard input (may be empty, to only wait for more output).")),
  yield_time_ms: defaulted(number("Milliseconds to wait for output.")),
  max_output_tokens: optional(
    number("Most tokens of output to return; the middle of longer output is left out.", "usize"),
  ),
});

/** Talks to a command that `exec_command` left running: writes to it, or just waits for what it prints next. */
export function writeStdinTool(): Tool {
  return {
    names: ["write_stdin"],
    group: "shell",
    accepts: ["function"],
    parallel: false,
    spec: functionSpec(
      "write_stdin",
      "Writes to a running exec_command session and returns what it printed since the last call. With empty chars it only waits.",
      parameters.schema,
    ),
    run: runWriteStdin,
  };
}

async function runWriteStdin(call: ToolCall, { session, turn, signal }: ToolContext): Promise<ToolResult> {
  const args = parseArguments(parameters, functionArguments(call));
  const chars = args.chars ?? "";
  const { clock, ids } = session.services;
  const process = session.processes.get(args.session_id);
  if (process === undefined) throw new RespondToModel(`write_stdin failed: Unknown process id ${args.session_id}`);

  const startedAt = clock.monotonic();
  if (chars !== "") {
    if (!process.tty) {
      throw new RespondToModel(
        "write_stdin failed: stdin is closed for this session; rerun exec_command with tty=true to keep stdin open",
      );
    }
    if (process.exit === null) {
      try {
        await process.write(chars);
      } catch {
        throw new RespondToModel("write_stdin failed: failed to write to stdin");
      }
      await clock.sleep(REACTION_MS, signal);
    }
  }
  turn.emit("item/commandExecution/terminalInteraction", {
    itemId: process.callId,
    processId: String(process.id),
    stdin: chars,
  });

  const bounds =
    chars === ""
      ? { min: MIN_POLL_MS, max: Math.max(MIN_POLL_MS, session.config.backgroundTerminalMaxTimeoutMs) }
      : EXEC_YIELD;
  const wait = clampWait(args.yield_time_ms ?? DEFAULT_YIELD_MS, bounds);
  await process.waitUntilEnd(Math.max(0, wait - (clock.monotonic() - startedAt)), signal, session.stopwatch);
  if (process.exit !== null) session.processes.remove(process.id);
  return execResult(process, {
    chunkId: ids.hex(6),
    wallMs: clock.monotonic() - startedAt,
    maxTokens: outputTokens(args.max_output_tokens, turn.context.outputPolicy),
  });
}
