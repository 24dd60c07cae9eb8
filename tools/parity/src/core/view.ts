import type { Json } from "@codex-ts-tools/model-server";
import type { Recording } from "../drive/drive.ts";
import { Normaliser } from "../drive/normalise.ts";
import type { Message } from "../drive/wire.ts";
import { withoutPrompts } from "./prompts.ts";

/** Told in an order that the reference does not fix, or about the server and not about a thread. */
const NOT_COMPARED = new Set([
  "thread/status/changed",
  "thread/started",
  "account/rateLimits/updated",
  "mcpServer/startupStatus/updated",
  "skills/changed",
  "configWarning",
  "deprecationNotice",
  "remoteControl/status/changed",
  "thread/archived",
]);

const DELTA = /[dD]elta$/;

/** Headers of a model request that the core decides. */
const HEADERS = ["x-codex-window-id", "x-codex-turn-metadata", "x-openai-subagent", "x-codex-turn-state", "session_id"];

/** What a session comes to: the requests it makes, what it tells, and what it leaves in its files. */
export function coreView(recording: Recording): unknown {
  const normal = new Normaliser(recording.place);
  const requests = recording.requests.map(({ path, headers, body }) => {
    const kept = HEADERS.filter(name => headers[name] !== undefined).map(name => [name, headers[name]]);
    return normal.value(withoutPrompts({ path, headers: Object.fromEntries(kept) as Json, body }));
  });
  const events = toldEvents(recording.messages).map(event => normal.value(withoutPrompts(event)));
  const rollouts = recording.rollouts.map(lines =>
    lines.map(line => normal.value(withoutPrompts(withoutVersion(line)))),
  );
  const notes = normal.value(withoutPrompts(recording.notes as Json));
  return { requests, events, rollouts, notes };
}

/** Notifications and questions, in order; the deltas of one item in one piece. */
function toldEvents(messages: readonly Message[]): Json[] {
  const events: Json[] = [];
  const pieces = new Map<string, Json>();
  for (const { method, params = {} } of messages) {
    if (method === undefined || NOT_COMPARED.has(method)) continue;
    if (!DELTA.test(method)) {
      events.push({ method, params });
      continue;
    }
    const key = `${method} ${String(params["itemId"])} ${String(params["summaryIndex"] ?? params["contentIndex"] ?? "")}`;
    const piece = pieces.get(key);
    if (piece !== undefined) piece["delta"] = String(piece["delta"]) + String(params["delta"]);
    else {
      const first = { ...params };
      pieces.set(key, first);
      events.push({ method, params: first });
    }
  }
  return events;
}

/** A line without what tells one program from the other. */
function withoutVersion(line: Json): Json {
  if (line["type"] !== "session_meta") return line;
  const { cli_version: _version, ...payload } = line["payload"] as Json;
  return { ...line, payload };
}
