import { ModelError } from "@codex-ts/model-provider";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { throwIfInterrupted, TurnFailure } from "../errors.ts";
import { isHookPrompt, isUserTurnBoundary } from "../history/contextual.ts";
import { estimateItemTokens, estimateTextTokens } from "../history/tokens.ts";
import { observedRequest } from "../telemetry/turn-telemetry.ts";
import { buildTools } from "../tools/build-tools.ts";
import { serverCompactionRequest } from "./request.ts";
import type { TurnContext } from "./turn-context.ts";
import type { TurnScope } from "./turn-scope.ts";

/** Has the model server condense the conversation. Throws `TurnFailure` when it does not. */
export async function compactedByServer(turn: TurnScope, context: TurnContext): Promise<ResponseItem[]> {
  const { session } = turn;
  if (session.history.items.length === 0) return [];
  await session.mcp?.prepare(turn);
  throwIfInterrupted(turn.signal);
  const items = withoutExcess(session.history.items, {
    window: context.contextWindow,
    instructions: session.baseInstructions,
  });
  const { request, headers } = serverCompactionRequest(turn, context, items, buildTools(turn));
  const observed = observedRequest(turn);
  const options = { signal: turn.signal, turn: turn.routing, headers, observer: observed?.observer };
  try {
    const output = await session.client.compact(request, options);
    throwIfInterrupted(turn.signal);
    return output.filter(belongsAfterCompaction);
  } catch (error) {
    throwIfInterrupted(turn.signal);
    if (!(error instanceof ModelError)) throw error;
    if (error.hint !== undefined) session.services.advise(error.hint);
    throw new TurnFailure(`Error running remote compact task: ${error.message}`, error.codexErrorInfo);
  } finally {
    observed?.end();
  }
}

/** Drops what the runtime added last (outputs with their calls, developer messages) while the conversation is too long for the model. */
export function withoutExcess(
  items: readonly ResponseItem[],
  limit: { window: number | null; instructions: string },
): readonly ResponseItem[] {
  if (limit.window === null) return items;
  const kept = [...items];
  let tokens = estimateTextTokens(limit.instructions);
  for (const item of kept) tokens += estimateItemTokens(item);
  while (tokens > limit.window) {
    const last = kept.at(-1);
    if (last === undefined || !addedByRuntime(last)) break;
    kept.pop();
    tokens -= estimateItemTokens(last);
    const call = callOf(last, kept);
    if (call >= 0) tokens -= estimateItemTokens(kept.splice(call, 1)[0]!);
  }
  return kept;
}

function addedByRuntime(item: ResponseItem): boolean {
  if (item.type === "message") return item.role === "developer";
  return isOutput(item);
}

function isOutput(item: ResponseItem): boolean {
  switch (item.type) {
    case "function_call_output":
    case "custom_tool_call_output":
    case "tool_search_output":
      return true;
    default:
      return false;
  }
}

function callOf(output: ResponseItem, items: readonly ResponseItem[]): number {
  if (!("call_id" in output) || !isOutput(output)) return -1;
  return items.findLastIndex(item => "call_id" in item && item.call_id === output.call_id && !isOutput(item));
}

/** Of what the server gives: what was really said, and its own condensed part. The context is told anew. */
function belongsAfterCompaction(item: ResponseItem): boolean {
  if (item.type === "compaction") return true;
  if (item.type !== "message") return false;
  return item.role === "assistant" || isUserTurnBoundary(item) || isHookPrompt(item);
}
