import { readResponseItem } from "@codex-ts/protocol/response-items";
import type { JsonRecord, RolloutItem, SessionMetaRecord } from "./item.ts";
import { currentEvent, currentSessionMeta, currentTurnContext, isRecord } from "./legacy.ts";
import { isUuid } from "./name.ts";

/** A record with the time at which it was written. */
export interface RolloutLine {
  timestamp: string;
  item: RolloutItem;
}

/** The text of a record up to its time, so that a queued record is turned into text once. */
export function encodeItem(item: RolloutItem): string {
  return `"type":"${item.type}","payload":${JSON.stringify(item.payload)}}\n`;
}

/** One line of the file: the text of `encodeItem` with the time of writing in front. */
export function stampLine(encoded: string, now: number): string {
  return `{"timestamp":"${new Date(now).toISOString()}",${encoded}`;
}

/**
 * Reads one line. Null for everything that is not a record we know: torn lines, kinds of newer versions, records without
 * the members that replaying them needs. Older spellings come out as today's.
 */
export function decodeLine(text: string): RolloutLine | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || typeof value["type"] !== "string" || !isRecord(value["payload"])) return null;
  const item = decodeItem(value["type"], value["payload"]);
  if (item === null) return null;
  return { timestamp: typeof value["timestamp"] === "string" ? value["timestamp"] : "", item };
}

function decodeItem(type: string, payload: JsonRecord): RolloutItem | null {
  switch (type) {
    case "session_meta":
      return isSessionMeta(payload) ? { type, payload: currentSessionMeta(payload) } : null;
    case "turn_context":
      return has(payload, { cwd: "string", model: "string" }) ? { type, payload: currentTurnContext(payload) } : null;
    case "compacted":
      return hasMessage(payload) ? compaction(payload) : null;
    case "response_item":
      return knownItem(payload);
    case "event_msg":
      return isTagged(payload) ? knownEvent(currentEvent(payload)) : null;
    default:
      return null;
  }
}

function isSessionMeta(payload: JsonRecord): payload is JsonRecord & SessionMetaRecord {
  return (
    typeof payload["id"] === "string" && isUuid(payload["id"]) && has(payload, { timestamp: "string", cwd: "string" })
  );
}

function hasMessage(payload: JsonRecord): payload is JsonRecord & { message: string } {
  return typeof payload["message"] === "string";
}

function isTagged(payload: JsonRecord): payload is JsonRecord & { type: string } {
  return typeof payload["type"] === "string";
}

type Kind = "string" | "number" | "array" | "object" | "present";
type Members = Record<string, Kind>;

function has(record: JsonRecord, members: Members): boolean {
  for (const name in members) {
    const value = record[name];
    const kind = members[name];
    const fits =
      kind === "array"
        ? Array.isArray(value)
        : kind === "object"
          ? isRecord(value)
          : kind === "present"
            ? value !== undefined
            : typeof value === kind;
    if (!fits) return false;
  }
  return true;
}

/** Events whose members replaying reads; other events only need their `type`. */
const EVENTS = new Map<string, Members>([
  ["user_message", { message: "string" }],
  ["agent_message", { message: "string" }],
  ["agent_reasoning", { text: "string" }],
  ["agent_reasoning_raw_content", { text: "string" }],
  ["task_started", { turn_id: "string" }],
  ["task_complete", { turn_id: "string" }],
  ["turn_aborted", { reason: "string" }],
  ["thread_rolled_back", { num_turns: "number" }],
  ["thread_name_updated", { thread_id: "string" }],
  ["item_completed", { item: "object" }],
  ["error", { message: "string" }],
]);

function knownItem(payload: JsonRecord): RolloutItem | null {
  const item = readResponseItem(payload);
  return item === null ? null : { type: "response_item", payload: item };
}

/** A compaction whose history is not to be understood is none: half a history would be taken for the whole. */
function compaction(payload: JsonRecord & { message: string }): RolloutItem | null {
  const { replacement_history } = payload;
  if (replacement_history === undefined || replacement_history === null) return { type: "compacted", payload };
  if (!Array.isArray(replacement_history)) return null;
  const items = replacement_history.map(readResponseItem);
  return items.includes(null) ? null : { type: "compacted", payload: { ...payload, replacement_history: items } };
}

function knownEvent(payload: JsonRecord & { type: string }): RolloutItem | null {
  return has(payload, EVENTS.get(payload.type) ?? {}) ? { type: "event_msg", payload } : null;
}
