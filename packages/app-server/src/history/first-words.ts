import { previewOf, type RolloutItem } from "@codex-ts/thread-store";

/** What a person said first in a thread, as lists show it. */
export function firstWords(items: readonly RolloutItem[]): string {
  for (const item of items) {
    if (item.type === "event_msg" && item.payload.type === "user_message")
      return previewOf(String(item.payload["message"] ?? ""));
  }
  // A history that a client brought along has no events.
  for (const item of items) {
    if (item.type !== "response_item" || item.payload.type !== "message" || item.payload.role !== "user") continue;
    const content = item.payload.content as { type: string; text?: string }[];
    return previewOf(content.map(part => (part.type === "input_text" ? (part.text ?? "") : "")).join(""));
  }
  return "";
}
