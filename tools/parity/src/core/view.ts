import type { Json } from "@codex-ts-tools/model-server";
import type { Recording } from "../drive/drive.ts";
import { Normaliser } from "../drive/normalise.ts";
import type { Message } from "../drive/wire.ts";
import { withoutPixels } from "./pixels.ts";
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
const HEADERS = [
  "x-codex-installation-id",
  "x-codex-window-id",
  "x-codex-turn-metadata",
  "x-openai-subagent",
  "x-codex-turn-state",
  "session_id",
];

/** What a session comes to: the requests it makes, what it tells, and what it leaves in its files. */
export function coreView(recording: Recording): unknown {
  const normal = new Normaliser(recording.place);
  const requests = recording.requests.map(({ path, headers, body }) => {
    const kept = HEADERS.filter(name => headers[name] !== undefined).map(name => [name, headers[name]]);
    return normal.value(withoutPixels(withoutPrompts({ path, headers: Object.fromEntries(kept) as Json, body })));
  });
  const { order, items, usage } = told(recording.messages);
  return {
    failure: recording.failure,
    requests,
    order: normal.value(withoutPrompts({ order })),
    items: [...items.values()].map(item => normal.value(withoutPrompts(item))),
    usage: usage.map(entry => normal.value(entry)),
    // When a snapshot is done has no fixed place among the lines, and a quick turn may be over before it is.
    snapshots: recording.rollouts.map(lines => normal.value(lines.find(isSnapshot)?.["payload"])),
    rollouts: recording.rollouts.map(lines =>
      lines
        .filter(line => !isSnapshot(line))
        .map(line => normal.value(withoutPixels(withoutPrompts(withoutVersion(line))))),
    ),
    notes: normal.value(withoutPrompts(recording.notes as Json)),
  };
}

interface Told {
  /** Notifications and questions in order; of items only what begins and ends. */
  order: Json[];
  /** The life of each item, by its id, in the order in which they began; deltas in one piece. */
  items: Map<string, Json>;
  usage: Json[];
}

/**
 * What was told, in lanes: the reference runs commands beside the stream of events, so that the end of a command may be
 * told before or after what comes next, and its first output as a delta or not.
 */
function told(messages: readonly Message[]): Told {
  const lanes: Told = { order: [], items: new Map(), usage: [] };
  for (const { method, params = {} } of messages) {
    if (method === undefined || NOT_COMPARED.has(method)) continue;
    const item = params["item"] as Json | undefined;
    const id = item?.["id"] ?? params["itemId"];
    if (method === "thread/tokenUsage/updated") lanes.usage.push(params);
    else if (typeof id === "string" && method.startsWith("item/") && !/request/.test(method)) {
      const life = lifeOf(lanes.items, id);
      if (DELTA.test(method)) addDelta(life, method, params);
      else if (item !== undefined) {
        const state = method.slice("item/".length);
        life[state] = [...((life[state] as unknown[] | undefined) ?? []), item];
        const commandEnds = state === "completed" && item["type"] === "commandExecution";
        if (!commandEnds) lanes.order.push({ method, type: item["type"], turnId: params["turnId"] });
      } else lanes.order.push({ method, params });
    } else lanes.order.push({ method, params });
  }
  return lanes;
}

function lifeOf(items: Map<string, Json>, id: string): Json {
  let life = items.get(id);
  if (life === undefined) {
    life = {};
    items.set(id, life);
  }
  return life;
}

function addDelta(life: Json, method: string, params: Json): void {
  if (method === "item/commandExecution/outputDelta") return;
  const part = params["summaryIndex"] ?? params["contentIndex"];
  const name = part === undefined ? method : `${method} ${String(part)}`;
  life[name] = String(life[name] ?? "") + String(params["delta"]);
}

function isSnapshot(line: Json): boolean {
  return (line["payload"] as Json | undefined)?.["type"] === "ghost_snapshot";
}

/** A line without what tells one program from the other. */
function withoutVersion(line: Json): Json {
  if (line["type"] !== "session_meta") return line;
  const { cli_version: _version, ...payload } = line["payload"] as Json;
  return { ...line, payload };
}
