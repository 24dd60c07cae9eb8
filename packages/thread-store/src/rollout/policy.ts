import type { RolloutItem } from "./item.ts";

/** How much of a thread's event stream is remembered. Model items are always kept. */
export type HistoryMode = "limited" | "extended";

const LIMITED = new Set([
  "user_message",
  "agent_message",
  "agent_reasoning",
  "agent_reasoning_raw_content",
  "token_count",
  "thread_name_updated",
  "context_compacted",
  "entered_review_mode",
  "exited_review_mode",
  "thread_rolled_back",
  "undo_completed",
  "turn_aborted",
  "task_started",
  "task_complete",
  "image_generation_end",
]);

const EXTENDED = new Set([
  "error",
  "guardian_assessment",
  "web_search_end",
  "exec_command_end",
  "patch_apply_end",
  "mcp_tool_call_end",
  "view_image_tool_call",
  "collab_agent_spawn_end",
  "collab_agent_interaction_end",
  "collab_waiting_end",
  "collab_close_end",
  "collab_resume_end",
  "dynamic_tool_call_request",
  "dynamic_tool_call_response",
]);

const MAX_COMMAND_OUTPUT_BYTES = 10_000;

/** The form in which a record is written, or null when it is not kept at all (spec: rollout, "What is persisted"). */
export function persistedForm(item: RolloutItem, mode: HistoryMode): RolloutItem | null {
  if (item.type === "response_item") return item.payload.type === "other" ? null : item;
  if (item.type !== "event_msg") return item;
  const event = item.payload;
  if (LIMITED.has(event.type)) return item;
  if (event.type === "item_completed") return isPlan(event["item"]) ? item : null;
  if (mode !== "extended" || !EXTENDED.has(event.type)) return null;
  return event.type === "exec_command_end" ? trimmedCommandEnd(item) : item;
}

function isPlan(item: unknown): boolean {
  return typeof item === "object" && item !== null && "type" in item && item.type === "Plan";
}

function trimmedCommandEnd(item: RolloutItem & { type: "event_msg" }): RolloutItem {
  const output = item.payload["aggregated_output"];
  return {
    type: "event_msg",
    payload: {
      ...item.payload,
      stdout: "",
      stderr: "",
      formatted_output: "",
      aggregated_output: typeof output === "string" ? truncateMiddle(output, MAX_COMMAND_OUTPUT_BYTES) : output,
    },
  };
}

/** Keeps the head and the tail of a text that is longer than `maxBytes`, with a marker that counts what went. */
export function truncateMiddle(text: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  const chars = Array.from(text);
  const half = maxBytes / 2;
  let head = 0;
  for (let used = 0; head < chars.length; head++) {
    used += Buffer.byteLength(chars[head]!);
    if (used > half) break;
  }
  let tail = chars.length;
  for (let used = 0; tail > head; tail--) {
    used += Buffer.byteLength(chars[tail - 1]!);
    if (used > half) break;
  }
  return `${chars.slice(0, head).join("")}…${tail - head} chars truncated…${chars.slice(tail).join("")}`;
}
