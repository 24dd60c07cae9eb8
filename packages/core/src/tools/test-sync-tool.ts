import { number, object, optional, parseArguments, string } from "./parameters.ts";
import {
  functionArguments,
  functionSpec,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

const DEFAULT_TIMEOUT_MS = 1000;

const parameters = object({
  sleep_before_ms: optional(number("Milliseconds to wait before the barrier.")),
  sleep_after_ms: optional(number("Milliseconds to wait after the barrier.")),
  barrier: optional(
    object({
      id: string("Calls with the same id wait for each other."),
      participants: number("How many calls the barrier waits for."),
      timeout_ms: optional(number("Milliseconds after which the wait fails (default 1000).")),
    }),
  ),
});

interface Barrier {
  participants: number;
  arrived: number;
  /** Aborted when everybody is there. */
  open: AbortController;
}

/** Barriers of a thread; they live as long as somebody waits. */
const barriers = new WeakMap<object, Map<string, Barrier>>();

/** Lets tests see which calls run beside each other. Only for models that name it. */
export function testSyncTool(): Tool {
  return {
    names: ["test_sync_tool"],
    group: "test_sync_tool",
    accepts: ["function"],
    parallel: true,
    spec: functionSpec(
      "test_sync_tool",
      "Waits, and meets other calls at a barrier. Only for tests.",
      parameters.schema,
    ),
    run: runTestSync,
  };
}

async function runTestSync(call: ToolCall, { session, signal }: ToolContext): Promise<ToolResult> {
  const { sleep_before_ms, sleep_after_ms, barrier } = parseArguments(parameters, functionArguments(call));
  const { clock } = session.services;
  if (sleep_before_ms) await clock.sleep(sleep_before_ms, signal);
  if (barrier !== undefined) {
    const { id, participants, timeout_ms: timeoutMs = DEFAULT_TIMEOUT_MS } = barrier;
    if (participants < 1) throw new RespondToModel("barrier participants must be greater than zero");
    if (timeoutMs < 1) throw new RespondToModel("barrier timeout must be greater than zero");
    const known = barriers.get(session) ?? new Map<string, Barrier>();
    barriers.set(session, known);
    await meet(
      known,
      id,
      participants,
      ms => clock.sleep(ms, AbortSignal.any([signal, known.get(id)!.open.signal])),
      timeoutMs,
    );
  }
  if (sleep_after_ms) await clock.sleep(sleep_after_ms, signal);
  return { body: "ok" };
}

async function meet(
  known: Map<string, Barrier>,
  id: string,
  participants: number,
  wait: (ms: number) => Promise<void>,
  timeoutMs: number,
): Promise<void> {
  const barrier = known.get(id) ?? { participants, arrived: 0, open: new AbortController() };
  if (barrier.participants !== participants) {
    throw new RespondToModel(`barrier ${id} already registered with ${barrier.participants} participants`);
  }
  known.set(id, barrier);
  barrier.arrived++;
  if (barrier.arrived >= participants) {
    known.delete(id);
    barrier.open.abort();
    return;
  }
  await wait(timeoutMs);
  if (barrier.open.signal.aborted) return;
  known.delete(id);
  throw new RespondToModel("test_sync_tool barrier wait timed out");
}
