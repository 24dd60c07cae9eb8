import type { RolloutItem } from "@codex-ts/thread-store";

/** The turn in which a record counts tokens last; null where its turns have no names. */
export function usageTurn(items: readonly RolloutItem[]): string | null {
  let open: string | null = null;
  let counted: string | null = null;
  for (const item of items) {
    if (item.type !== "event_msg") continue;
    const { type, turn_id: id, info } = item.payload as { type: string; turn_id?: unknown; info?: unknown };
    if (type === "task_started") open = typeof id === "string" ? id : null;
    else if (type === "token_count" && typeof info === "object" && info !== null) counted = open;
  }
  return counted;
}
