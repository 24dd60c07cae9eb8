import type { Json } from "@codex-ts-tools/model-server";
import type { Recording } from "../drive/drive.ts";
import { Normaliser } from "../drive/normalise.ts";
import { EVENTS, LOGS } from "./stage.ts";

/** Members that no two runs share. */
const CHANGING = new Set([
  "created_at",
  "started_at",
  "completed_at",
  "duration_ms",
  "time_to_first_token_ms",
  "completion_latency_ms",
  "event.timestamp",
]);
/** Estimates that count each program's own instructions. */
const ESTIMATES = new Set(["active_context_tokens_before", "active_context_tokens_after"]);
/** The words of the programs themselves are compared elsewhere. */
const OWN_WORDS = new Set(["context_window", "auto_compact_token_limit"]);

/** What reached the backend and the collector, in order. */
export function analyticsView(recording: Recording): unknown {
  const normaliser = new Normaliser(recording.place);
  const posts = recording.others.filter(({ path }) => path === EVENTS);
  return {
    notes: normaliser.value(recording.notes),
    headers: posts.map(({ method, headers }) => [
      method,
      headers["content-type"],
      headers["chatgpt-account-id"],
      headers["originator"],
      headers["authorization"]?.slice(0, 7),
      headers["user-agent"]?.startsWith("parity/0.125.0 ("),
    ]),
    events: posts.map(({ body }) => normaliser.value(plain((body as { events: Json[] }).events))),
    logs: logsOf(recording)
      .filter(ofSession)
      .map(log => normaliser.value(plain(log))),
    lists: logsOf(recording)
      .filter(log => !ofSession(log))
      .map(log => normaliser.value(plain(log))),
  };
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (CHANGING.has(name) && member !== null) return [name, "<time>"];
      if (ESTIMATES.has(name)) return [name, typeof member];
      return [name, plain(member)];
    }),
  );
}

/** What belongs to no conversation is the refresh of the list of models, which comes when it comes. */
function ofSession(log: Json): boolean {
  return "conversation.id" in log;
}

/** Log events, deltas of streams aside: how texts are cut is the model server's. */
function logsOf(recording: Recording): Json[] {
  type Pair = { key: string; value: Record<string, unknown> };
  const records = recording.others
    .filter(({ path }) => path === LOGS)
    .flatMap(
      ({ body }) =>
        (body as { resourceLogs: { scopeLogs: { logRecords: { attributes: Pair[] }[] }[] }[] }).resourceLogs,
    )
    .flatMap(({ scopeLogs }) => scopeLogs)
    .flatMap(({ logRecords }) => logRecords)
    .map(({ attributes }) =>
      Object.fromEntries(
        attributes
          .filter(({ key }) => !OWN_WORDS.has(key))
          .map(({ key, value }) => [
            key,
            value["intValue"] === undefined ? Object.values(value)[0] : Number(value["intValue"]),
          ]),
      ),
    ) as Json[];
  return records.filter(({ "event.kind": kind }) => !/delta|\.part|\.added|output_text/.test(String(kind)));
}
