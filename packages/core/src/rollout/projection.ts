import type { RateLimitSnapshot, ThreadItem, UserInput } from "@codex-ts/protocol";
import type { RolloutItem } from "@codex-ts/thread-store";
import type { ResponseItem } from "@codex-ts/protocol/models";
import type { TokenInfo, TokenUsage } from "../history/tokens.ts";

type AgentMessage = Extract<ThreadItem, { type: "agentMessage" }>;

/**
 * What happens in a thread, as the lines of its session file. The older event vocabulary lives here and nowhere else in the core:
 * turns speak items, and this file says which of them leave an `event_msg` behind.
 */

export function responseItemLine(item: ResponseItem): RolloutItem {
  return { type: "response_item", payload: { ...item } };
}

export function compactedLine(message: string, replacement: readonly ResponseItem[]): RolloutItem {
  return { type: "compacted", payload: { message, replacement_history: [...replacement] } };
}

export function taskStartedLine(
  turnId: string,
  startedAt: number,
  window: number | null,
  mode: "default" | "plan",
): RolloutItem {
  return eventLine({
    type: "task_started",
    turn_id: turnId,
    started_at: startedAt,
    model_context_window: window,
    collaboration_mode_kind: mode,
  });
}

export interface TurnEnd {
  turnId: string;
  /** Unix seconds. */
  completedAt: number;
  durationMs: number;
}

export function taskCompleteLine(
  end: TurnEnd,
  lastAgentMessage: string | null,
  firstTokenMs: number | null,
): RolloutItem {
  return eventLine({
    type: "task_complete",
    turn_id: end.turnId,
    last_agent_message: lastAgentMessage,
    completed_at: end.completedAt,
    duration_ms: end.durationMs,
    ...(firstTokenMs === null ? {} : { time_to_first_token_ms: firstTokenMs }),
  });
}

export function turnAbortedLine(end: TurnEnd, reason: "interrupted" | "replaced"): RolloutItem {
  return eventLine({
    type: "turn_aborted",
    turn_id: end.turnId,
    reason,
    completed_at: end.completedAt,
    duration_ms: end.durationMs,
  });
}

export function tokenCountLine(info: TokenInfo | null, rateLimits: RateLimitSnapshot | null): RolloutItem {
  return eventLine({
    type: "token_count",
    info:
      info === null
        ? null
        : {
            total_token_usage: usageFields(info.total),
            last_token_usage: usageFields(info.last),
            model_context_window: info.contextWindow,
          },
    rate_limits: rateLimits === null ? null : rateLimitFields(rateLimits),
  });
}

export function threadRolledBackLine(turns: number): RolloutItem {
  return eventLine({ type: "thread_rolled_back", num_turns: turns });
}

export function undoCompletedLine(outcome: { success: boolean; message: string }): RolloutItem {
  return eventLine({ type: "undo_completed", success: outcome.success, message: outcome.message });
}

export function threadNameLine(threadId: string, name: string): RolloutItem {
  return eventLine({ type: "thread_name_updated", thread_id: threadId, thread_name: name });
}

export function errorLine(message: string, info: unknown): RolloutItem {
  return eventLine({ type: "error", message, codex_error_info: info });
}

/** Sources as session files have them: threads under their older name. */
function recordedCitation(citation: AgentMessage["memoryCitation"]) {
  return citation === null ? null : { entries: citation.entries, rolloutIds: citation.threadIds };
}

/** The lines of a completed item; raw reasoning only where it is to be shown. The writer drops those that the thread's history mode does not keep. */
export function itemLines(
  item: ThreadItem,
  where: { threadId: string; turnId: string },
  rawReasoning = false,
): RolloutItem[] {
  switch (item.type) {
    case "userMessage":
      return [userMessageLine(item.content)];
    case "agentMessage":
      return [
        eventLine({
          type: "agent_message",
          message: item.text,
          phase: item.phase,
          memory_citation: recordedCitation(item.memoryCitation),
        }),
      ];
    case "reasoning":
      return [
        ...item.summary.map(text => eventLine({ type: "agent_reasoning", text })),
        ...(rawReasoning ? item.content : []).map(text => eventLine({ type: "agent_reasoning_raw_content", text })),
      ];
    case "contextCompaction":
      return [eventLine({ type: "context_compacted" })];
    case "imageView":
      return [eventLine({ type: "view_image_tool_call", call_id: item.id, path: item.path })];
    case "imageGeneration":
      return [
        eventLine({
          type: "image_generation_end",
          call_id: item.id,
          status: item.status,
          ...(item.revisedPrompt === null ? {} : { revised_prompt: item.revisedPrompt }),
          result: item.result,
          ...(item.savedPath === undefined ? {} : { saved_path: item.savedPath }),
        }),
      ];
    case "plan":
      return [
        eventLine({
          type: "item_completed",
          thread_id: where.threadId,
          turn_id: where.turnId,
          item: { type: "Plan", id: item.id, text: item.text },
        }),
      ];
    default:
      return [];
  }
}

function userMessageLine(content: readonly UserInput[]): RolloutItem {
  const text = content.map(part => (part.type === "text" ? part.text : "")).join("");
  return eventLine({
    type: "user_message",
    message: text,
    images: content.flatMap(part => (part.type === "image" ? [part.url] : [])),
    local_images: content.flatMap(part => (part.type === "localImage" ? [part.path] : [])),
    text_elements: textElements(content),
  });
}

/** Elements of all text parts, moved to their place in the joined text. */
function textElements(content: readonly UserInput[]): unknown[] {
  const elements: unknown[] = [];
  let offset = 0;
  for (const part of content) {
    if (part.type !== "text") continue;
    const bytes = Buffer.from(part.text);
    for (const element of part.text_elements) {
      const { start, end } = element.byteRange;
      const placeholder = element.placeholder ?? bytes.toString("utf8", start, end);
      elements.push({ byte_range: { start: start + offset, end: end + offset }, placeholder });
    }
    offset += bytes.length;
  }
  return elements;
}

function usageFields(usage: TokenUsage) {
  return {
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    reasoning_output_tokens: usage.reasoningOutputTokens,
    total_tokens: usage.totalTokens,
  };
}

function rateLimitFields(limits: RateLimitSnapshot) {
  const window = (value: RateLimitSnapshot["primary"]) =>
    value === null
      ? null
      : { used_percent: value.usedPercent, window_minutes: value.windowDurationMins, resets_at: value.resetsAt };
  const { credits } = limits;
  return {
    limit_id: limits.limitId,
    limit_name: limits.limitName,
    primary: window(limits.primary),
    secondary: window(limits.secondary),
    credits:
      credits === null
        ? null
        : { has_credits: credits.hasCredits, unlimited: credits.unlimited, balance: credits.balance },
    plan_type: limits.planType,
    rate_limit_reached_type: limits.rateLimitReachedType,
  };
}

function eventLine(payload: { type: string; [field: string]: unknown }): RolloutItem {
  return { type: "event_msg", payload };
}
