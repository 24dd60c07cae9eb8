import { RESPONSE_ITEM_TYPES, readEvent, readResponseItem, readTurnContext } from "@codex-ts/protocol/lines";
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
      return turnContext(payload);
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
    typeof payload["id"] === "string" &&
    isUuid(payload["id"]) &&
    typeof payload["timestamp"] === "string" &&
    typeof payload["cwd"] === "string"
  );
}

function hasMessage(payload: JsonRecord): payload is JsonRecord & { message: string } {
  return typeof payload["message"] === "string";
}

function isTagged(payload: JsonRecord): payload is JsonRecord & { type: string } {
  return typeof payload["type"] === "string";
}

function knownItem(payload: JsonRecord): RolloutItem | null {
  const item = readResponseItem(payload);
  return item === null ? null : { type: "response_item", payload: item };
}

/**
 * A compaction whose history is not to be understood is none: half a history would be taken for the whole. Items of types that only
 * newer programs know are left out of it, as they are of the file.
 */
function compaction(payload: JsonRecord & { message: string }): RolloutItem | null {
  const { replacement_history } = payload;
  if (replacement_history === undefined || replacement_history === null) return { type: "compacted", payload };
  if (!Array.isArray(replacement_history)) return null;
  const items = replacement_history.filter(item => !isOfNewerType(item)).map(readResponseItem);
  return items.includes(null) ? null : { type: "compacted", payload: { ...payload, replacement_history: items } };
}

function isOfNewerType(item: unknown): boolean {
  return isRecord(item) && typeof item["type"] === "string" && !RESPONSE_ITEM_TYPES.has(item["type"]);
}

function knownEvent(payload: JsonRecord & { type: string }): RolloutItem | null {
  const event = readEvent(payload);
  return event === null ? null : { type: "event_msg", payload: event };
}

function turnContext(payload: JsonRecord): RolloutItem | null {
  const known = readTurnContext(payload);
  return known === null ? null : { type: "turn_context", payload: currentTurnContext(known) };
}
