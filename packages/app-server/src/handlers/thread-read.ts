import path from "node:path";
import type {
  Thread,
  ThreadListParams,
  ThreadLoadedListParams,
  ThreadReadParams,
  ThreadTurnsListParams,
  Turn,
} from "@codex-ts/protocol";
import type { ListQuery } from "@codex-ts/thread-store";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { invalidRequest } from "../errors.ts";
import { withHookRuns } from "../history/hook-runs.ts";
import { settled, turnsOf } from "../history/turns.ts";
import type { AppServer } from "../server.ts";
import { liveThread, storedThread } from "../threads/facts.ts";
import type { ThreadHub } from "../threads/hub.ts";
import { threadId } from "../threads/ids.ts";
import { unreadableThread, unreadableTurns } from "../threads/unreadable.ts";

/** Looking at threads without loading them. */
export const handlers: HandlerTable = {
  "thread/list": list,
  "thread/loaded/list": loadedList,
  "thread/read": read,
  "thread/turns/list": turnsList,
};

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

const pageSize = (limit: number | null | undefined) => Math.min(MAX_LIMIT, Math.max(1, limit ?? DEFAULT_LIMIT));

async function list(params: ThreadListParams, { server }: RequestContext) {
  const { store } = await server.runtime();
  const provider = await defaultProvider(server);
  const query: ListQuery = {
    limit: pageSize(params.limit),
    cursor: params.cursor ?? null,
    sortKey: params.sortKey ?? "created_at",
    direction: params.sortDirection ?? "desc",
    archived: params.archived ?? false,
    modelProviders: params.modelProviders ?? [provider],
    defaultProvider: provider,
    ...(params.sourceKinds === undefined || params.sourceKinds === null || params.sourceKinds.length === 0
      ? {}
      : { sources: params.sourceKinds }),
    ...(params.cwd === undefined || params.cwd === null
      ? {}
      : { cwds: [params.cwd].flat().map(cwd => folder(server, cwd)) }),
    ...(params.searchTerm === undefined || params.searchTerm === null ? {} : { searchTerm: params.searchTerm }),
  };
  const page = await store.list(query);
  const data = page.threads.map(summary => {
    const hub = server.threads.get(summary.id);
    return storedThread(summary, hub?.status ?? { type: "notLoaded" }, provider);
  });
  return { data, nextCursor: page.nextCursor, backwardsCursor: page.backwardsCursor };
}

function loadedList(params: ThreadLoadedListParams, { server }: RequestContext) {
  const ids = server.threads.ids();
  if (ids.length === 0) return { data: [], nextCursor: null };
  const { cursor } = params;
  let from = 0;
  if (cursor !== undefined && cursor !== null) {
    if (!isThreadId(cursor)) throw invalidRequest(`invalid cursor: ${cursor}`);
    from = ids.findIndex(id => id > cursor);
    if (from === -1) return { data: [], nextCursor: null };
  }
  const limit = Math.max(1, params.limit ?? ids.length);
  const data = ids.slice(from, from + limit);
  return { data, nextCursor: from + limit < ids.length ? (data.at(-1) ?? null) : null };
}

async function read(params: ThreadReadParams, context: RequestContext) {
  const { server } = context;
  const id = threadId(params.threadId);
  const thread = await describe(server, id);
  if (params.includeTurns) thread.turns = await withHookRuns(context, id, await turns(server, id, "includeTurns"));
  return { thread };
}

async function turnsList(params: ThreadTurnsListParams, context: RequestContext) {
  const { server } = context;
  const id = threadId(params.threadId);
  const known = server.threads.get(id) !== undefined || (await (await server.runtime()).store.summary({ id })) !== null;
  if (!known) throw (await unreadableTurns(server, id)) ?? invalidRequest(`thread not loaded: ${id}`);
  const all = await turns(server, id, "thread/turns/list");
  const descending = (params.sortDirection ?? "desc") === "desc";
  const ordered = descending ? [...all].reverse() : all;
  const from = params.cursor === undefined || params.cursor === null ? 0 : anchor(ordered, params.cursor);
  const data = await withHookRuns(context, id, ordered.slice(from, from + pageSize(params.limit)));
  const last = data.at(-1);
  const more = from + data.length < ordered.length;
  return {
    data,
    nextCursor: last !== undefined && more ? cursorOf(last, false) : null,
    backwardsCursor: data[0] === undefined ? null : cursorOf(data[0], true),
  };
}

/** A thread without turns, loaded or not. @throws RpcError */
export async function describe(server: AppServer, id: string): Promise<Thread> {
  const { store } = await server.runtime();
  const hub = server.threads.get(id);
  const summary = hub?.facts.ephemeral ? null : await store.summary({ id });
  if (summary !== null)
    return storedThread(summary, hub?.status ?? { type: "notLoaded" }, await defaultProvider(server));
  if (hub === undefined) throw (await unreadableThread(server, id)) ?? invalidRequest(`thread not loaded: ${id}`);
  return liveThread(hub);
}

async function turns(server: AppServer, id: string, what: string): Promise<Turn[]> {
  const hub = server.threads.get(id);
  if (hub?.facts.ephemeral) throw invalidRequest(`ephemeral threads do not support ${what}`);
  const { store } = await server.runtime();
  if (hub !== undefined && !(await isKept(server, hub))) {
    throw invalidRequest(`thread ${id} is not materialized yet; ${what} is unavailable before first user message`);
  }
  const all = turnsOf((await store.load({ id })).items);
  return hub?.thread.state === "running" ? all : settled(all);
}

/** Whether a loaded thread has a record: it gets one with what first happens in it. */
export async function isKept(server: AppServer, hub: ThreadHub): Promise<boolean> {
  const { store } = await server.runtime();
  return (await store.find(hub.id)) !== null;
}

async function defaultProvider(server: AppServer): Promise<string> {
  return server.baseConfig().then(
    loaded => loaded.config.modelProviderId,
    () => "openai",
  );
}

function folder(server: AppServer, cwd: string): string {
  const absolute = path.resolve(server.cwd, cwd);
  return absolute;
}

function isThreadId(text: string): boolean {
  try {
    threadId(text);
    return true;
  } catch {
    return false;
  }
}

/** Where to go on: at the turn that the cursor names, or after it. */
function anchor(ordered: readonly Turn[], cursor: string): number {
  const { turnId, includeAnchor } = parseCursor(cursor);
  const index = ordered.findIndex(turn => turn.id === turnId);
  if (index === -1) throw invalidRequest("invalid cursor: anchor turn is no longer present");
  return includeAnchor ? index : index + 1;
}

function parseCursor(cursor: string): { turnId: string; includeAnchor: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(cursor);
  } catch {
    throw invalidRequest(`invalid cursor: ${cursor}`);
  }
  const { turnId, includeAnchor } = (value ?? {}) as Record<string, unknown>;
  if (typeof turnId !== "string" || typeof includeAnchor !== "boolean")
    throw invalidRequest(`invalid cursor: ${cursor}`);
  return { turnId, includeAnchor };
}

function cursorOf(turn: Turn, includeAnchor: boolean): string {
  return JSON.stringify({ turnId: turn.id, includeAnchor });
}
