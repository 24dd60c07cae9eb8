import type { FunctionCallOutputBody, ResponseItem } from "@codex-ts/protocol/models";
import { TurnFailure, TurnInterrupted } from "../errors.ts";
import type { ToolRegistry } from "../tools/registry.ts";
import { observedCall, outputText } from "../telemetry/turn-telemetry.ts";
import { searchArgumentsError } from "../tools/tool-search.ts";
import {
  BlockedByHook,
  RespondToModel,
  type CallPayload,
  type Tool,
  type ToolCall,
  type ToolResult,
} from "../tools/tool.ts";
import { Remarks } from "./remarks.ts";
import { runWithHooks } from "./tool-hooks.ts";
import { ToolLock } from "./tool-lock.ts";
import type { TurnScope } from "./turn-scope.ts";

/** Names whose aborted output tells the wall time on a line of its own. */
const SHELL_NAMES = new Set(["shell", "container.exec", "local_shell", "shell_command", "unified_exec"]);

/** How a call ended, for whoever counts; `untold`: a hook or an interrupt stopped it, which is no result. */
type CallOutcome = "success" | "failure" | "untold";

/** A call that runs: settles with the item that answers it, or fails with what ends the turn. Never rejects unheard. */
interface RunningCall {
  answer: Promise<ResponseItem>;
}

/** Runs the calls of one model response, as many at once as their tools allow, and gives their outputs in the order of the calls. */
export class CallDispatcher {
  private readonly turn: TurnScope;
  private readonly tools: ToolRegistry;
  private readonly lock = new ToolLock();
  private readonly running: RunningCall[] = [];
  private readonly remarks: Remarks;
  private refused = 0;

  constructor(turn: TurnScope, tools: ToolRegistry) {
    this.turn = turn;
    this.tools = tools;
    this.remarks = new Remarks(items => turn.record(items));
  }

  get started(): number {
    return this.running.length + this.refused;
  }

  start(call: ToolCall): void {
    let outcome: CallOutcome = "success";
    const server = this.tools.find(call.namespace, call.tool)?.server ?? null;
    const answer = observedCall(
      this.turn,
      { call, server },
      () => this.answer(call, ended => (outcome = ended)),
      item => {
        if (outcome === "untold") return null;
        const output = "output" in item ? outputText(item.output as FunctionCallOutputBody) : "";
        return { output, success: outcome === "success" };
      },
    );
    // It is awaited in call order; until then a failure must not count as unhandled.
    answer.catch(() => {});
    this.running.push({ answer });
  }

  /** The model made a call that cannot be run at all: the answer is there at once, and stands right after the call. */
  refuse(item: ResponseItem): void {
    this.refused++;
    this.turn.record([item]);
  }

  /**
   * The model has ended: records what calls say beside their outputs, waits for every call, and records each output as soon as those before
   * it are recorded. Throws the first fatal failure, at the end.
   */
  async recordOutputs(): Promise<void> {
    await this.remarks.recordAll();
    let failure: unknown = null;
    for (const call of this.running) {
      try {
        this.turn.record([await call.answer]);
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure !== null) throw failure;
  }

  /** `onFailure`: the model reads of a failure, or of a hook that stopped the call. */
  private async answer(call: ToolCall, onFailure: (outcome: CallOutcome) => void): Promise<ResponseItem> {
    const startedAt = this.turn.session.services.clock.monotonic();
    const tool = this.tools.find(call.namespace, call.tool);
    if (tool === undefined) {
      // Like the call of any tool, it ends after what the model said at once behind it.
      await new Promise(resolve => setImmediate(resolve));
      onFailure("failure");
      return outputItem(call, { body: unsupportedText(call) });
    }
    if (!tool.accepts.includes(call.payload.kind)) {
      throw new TurnFailure(`tool ${call.name} invoked with incompatible payload`);
    }
    const aborted = () => {
      const seconds = Math.max(0.1, (this.turn.session.services.clock.monotonic() - startedAt) / 1000).toFixed(1);
      const text = SHELL_NAMES.has(call.name)
        ? `Wall time: ${seconds} seconds\naborted by user`
        : `aborted by user after ${seconds}s`;
      return outputItem(call, { body: tool.abortedBody?.(text) ?? text });
    };
    const remark = this.remarks.ofCall();
    try {
      const context = { session: this.turn.session, turn: this.turn, signal: this.turn.signal, remark };
      const run = this.lock.run(!tool.parallel, async () => {
        if (this.turn.signal.aborted) throw new TurnInterrupted();
        return runWithHooks(tool, call, context);
      });
      const result = await raceAbort(run, this.turn.signal);
      if (!succeeded(tool, result)) onFailure("failure");
      return outputItem(call, result);
    } catch (error) {
      const stopped = error instanceof TurnInterrupted || this.turn.signal.aborted;
      onFailure(stopped || error instanceof BlockedByHook ? "untold" : "failure");
      if (error instanceof TurnInterrupted || this.turn.signal.aborted) return aborted();
      if (error instanceof RespondToModel) return outputItem(call, { body: error.message });
      if (error instanceof TurnFailure) throw error;
      throw new TurnFailure(`tool ${call.name} failed: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      remark.tell(null);
    }
  }
}

/** Commands of these tools may go on after the call. */
const LASTING = new Set(["exec_command", "write_stdin"]);

/** Tools that hooks know of have something to show them exactly when they succeeded. */
function succeeded(tool: Tool, result: ToolResult): boolean {
  return tool.hookUse === undefined || result.hookResponse !== undefined || LASTING.has(tool.names[0]);
}

/** Rejects with `TurnInterrupted` as soon as the signal is aborted; the work itself sees the same signal and ends by itself. */
function raceAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new TurnInterrupted());
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

function unsupportedText(call: ToolCall): string {
  return call.payload.kind === "custom"
    ? `unsupported custom tool call: ${call.name}`
    : `unsupported call: ${call.name}`;
}

function outputItem(call: ToolCall, result: ToolResult): ResponseItem {
  if (call.payload.kind === "toolSearch") return searchOutput(call.callId, result.found ?? []);
  const body =
    typeof result.body !== "string" && result.body.length === 1 && result.body[0]?.type === "input_text"
      ? result.body[0].text
      : result.body;
  return call.payload.kind === "custom"
    ? { type: "custom_tool_call_output", call_id: call.callId, output: body }
    : { type: "function_call_output", call_id: call.callId, output: body };
}

function searchOutput(callId: string, tools: unknown[]): ResponseItem {
  return { type: "tool_search_output", call_id: callId, status: "completed", execution: "client", tools };
}

/** The call an output item of the model stands for: null when it is none; a ready answer when it cannot be run. */
export function readCall(item: ResponseItem): { call: ToolCall } | { answer: ResponseItem } | null {
  switch (item.type) {
    case "function_call": {
      const namespace = item.namespace ?? null;
      const name = `${namespace ?? ""}${item.name}`;
      const payload: CallPayload = { kind: "function", arguments: item.arguments };
      return { call: { callId: item.call_id, name, tool: item.name, namespace, payload } };
    }
    case "custom_tool_call":
      return {
        call: {
          callId: item.call_id,
          name: item.name,
          tool: item.name,
          namespace: null,
          payload: { kind: "custom", input: item.input },
        },
      };
    case "local_shell_call": {
      const callId = item.call_id ?? ("id" in item && typeof item.id === "string" ? item.id : null);
      if (callId === null) {
        return {
          answer: { type: "function_call_output", call_id: "", output: "LocalShellCall without call_id or id" },
        };
      }
      const payload: CallPayload = {
        kind: "localShell",
        command: item.action.command,
        workdir: item.action.working_directory ?? undefined,
        timeoutMs: item.action.timeout_ms ?? undefined,
      };
      return { call: { callId, name: "local_shell", tool: "local_shell", namespace: null, payload } };
    }
    case "tool_search_call": {
      if (item.execution !== "client" || typeof item.call_id !== "string") return null;
      // A search that cannot be read is answered to nobody: its call is closed when the history is put in order.
      const mistake = searchArgumentsError(item.arguments);
      if (mistake !== null) return { answer: { type: "function_call_output", call_id: "", output: mistake } };
      return {
        call: {
          callId: item.call_id,
          name: "tool_search",
          tool: "tool_search",
          namespace: null,
          payload: { kind: "toolSearch", arguments: item.arguments },
        },
      };
    }
    default:
      return null;
  }
}
