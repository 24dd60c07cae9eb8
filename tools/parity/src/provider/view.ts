import type { Json } from "@codex-ts-tools/model-server";
import { heard } from "../app-server/view.ts";
import { withoutPrompts } from "../core/prompts.ts";
import type { Asked, Recording } from "../drive/drive.ts";
import { Normaliser } from "../drive/normalise.ts";
import { BESIDE, THREADS } from "./stage.ts";

/** Under this name a scenario notes that the pauses between its requests are compared. */
export const TIMED = "timed";

/** Of the connection, not of the program; or different in every run. */
const NOT_COMPARED = new Set([
  "host",
  "content-length",
  "connection",
  "sec-websocket-key",
  "x-codex-turn-metadata",
  "traceparent",
  "tracestate",
]);

/** Told beside the rest: their order among themselves counts, and not between what else. */
const LANES: Readonly<Record<string, string>> = {
  "thread/status/changed": "statuses",
  "thread/tokenUsage/updated": "usage",
  "thread/started": "threads",
};

/** What is sent to the provider, thread by thread, and what clients are told. */
export function providerView(recording: Recording): unknown {
  const normal = new Normaliser(recording.place);
  const { requests, others, messages, notes, failure } = recording;
  const { [THREADS]: threads = {}, ...told } = notes as { [THREADS]?: Record<string, string> } & Json;
  const toModel = (path: string) => path.endsWith("/responses");
  const talk = [...requests, ...others.filter(({ path }) => toModel(path))].sort((a, b) => a.at - b.at);
  const names = new Map(Object.entries(threads).map(([name, id]) => [id, name]));
  const ids = new Set([...talk.map(threadOf), ...messages.map(({ params }) => params?.["threadId"]), ...names.keys()]);
  const view = {
    failure,
    threads: Object.fromEntries(
      [...ids].flatMap(id =>
        typeof id === "string" ? [[names.get(id) ?? id, threadView(id, talk, recording, TIMED in notes)]] : [],
      ),
    ),
    beside: others
      .filter(({ path }) => !toModel(path))
      .map(request => ({ line: `${request.method} ${request.url}`, ...shown(request) })),
    told: lanesOf(messages.filter(({ params }) => params?.["threadId"] === undefined)),
    limits:
      BESIDE in notes
        ? []
        : messages.flatMap(({ method, params }) => (method === "account/rateLimits/updated" ? [params] : [])),
    warnings: messages.flatMap(({ method, params }) =>
      method === "configWarning" || method === "deprecationNotice" ? [params] : [],
    ),
    notes: withoutPrompts(told),
  };
  return normal.value(view);
}

function threadOf({ headers, body }: Asked): unknown {
  return body["prompt_cache_key"] ?? headers["session_id"];
}

/** Ids are numbered thread by thread: threads may run beside each other. */
function threadView(id: string, talk: readonly Asked[], { messages, place }: Recording, isTimed: boolean): unknown {
  const own = talk.filter(request => threadOf(request) === id);
  const view = {
    talk: own.map(request => `${request.transport === "websocket" ? "message" : request.method} ${request.url}`),
    pauses: isTimed ? pausesOf(own) : [],
    requests: own.map(request => shown(request)),
    ...lanesOf(messages.filter(({ params }) => params?.["threadId"] === id)),
  };
  return new Normaliser(place).value(withoutNumbers(view));
}

/** The server numbers its answers over all threads: they get numbers of their own thread. */
function withoutNumbers(view: Json): unknown {
  const names = new Map<string, string>();
  const text = JSON.stringify(view).replace(/\b(?:resp|msg|fc|rs)_\d+(?:_\d+)?\b/g, id => {
    const [kind, n = "", ...rest] = id.split("_");
    const name = names.get(n) ?? String(names.size);
    names.set(n, name);
    return [kind, name, ...rest].join("_");
  });
  return JSON.parse(text);
}

function shown({ headers, body }: Asked): Json {
  const { tools, client_metadata, ...rest } = body;
  const metadata = typeof client_metadata === "object" && client_metadata !== null ? (client_metadata as Json) : null;
  return {
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !NOT_COMPARED.has(name))),
    order: Object.keys(body),
    body: withoutPrompts({
      ...rest,
      // What tools there are is compared elsewhere.
      tools: Array.isArray(tools) && tools.length > 0,
      metadata:
        metadata === null
          ? []
          : Object.keys(metadata)
              .filter(name => !name.startsWith("ws_request_header"))
              .sort(),
    }),
  };
}

/** How long each request waited for the one before it, to the nearest doubling of 200 ms; 0: less than any pause may be. */
function pausesOf(talk: readonly Asked[]): number[] {
  return talk.slice(1).map((request, n) => {
    const ms = request.at - talk[n]!.at;
    return ms < 150 ? 0 : 200 * 2 ** Math.max(0, Math.round(Math.log2(ms / 220)));
  });
}

function lanesOf(messages: Recording["messages"]): Json {
  const lanes: Record<string, Json[]> = { told: [], statuses: [], usage: [], threads: [] };
  for (const entry of heard(messages)) lanes[LANES[String(entry["method"])] ?? "told"]!.push(withoutPrompts(entry));
  return lanes;
}
