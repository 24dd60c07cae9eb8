import { readdir } from "node:fs/promises";
import path from "node:path";
import type {
  FuzzyFileSearchResult,
  FuzzyFileSearchSessionStartParams,
  FuzzyFileSearchSessionStartResponse,
  FuzzyFileSearchSessionUpdateParams,
} from "@codex-ts/protocol";
import type { Connection } from "../connection.ts";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { internal, invalidRequest } from "../errors.ts";
import { matchPath } from "../search/match.ts";

/** Finding files by a few letters of their paths, once or while the user types. */
export const handlers: HandlerTable = {
  fuzzyFileSearch: async ({ query, roots, cancellationToken }) => {
    const controller = new AbortController();
    const token = cancellationToken ?? null;
    if (token !== null) {
      searches.get(token)?.abort();
      searches.set(token, controller);
    }
    try {
      return { files: await search(query, roots, controller.signal) };
    } finally {
      if (token !== null && searches.get(token) === controller) searches.delete(token);
    }
  },
  "fuzzyFileSearch/sessionStart": startSession,
  "fuzzyFileSearch/sessionUpdate": updateSession,
  "fuzzyFileSearch/sessionStop": ({ sessionId }, { connection }) => {
    sessionsOf(connection).get(sessionId)?.running?.abort();
    sessionsOf(connection).delete(sessionId);
    return {};
  },
};

const MAX_RESULTS = 50;
const MAX_ENTRIES = 200_000;
/** Folders that nobody looks for files in. */
const SKIPPED = new Set([".git", "node_modules"]);

/** One-shot searches that can be replaced, by token. */
const searches = new Map<string, AbortController>();

interface Session {
  roots: readonly string[];
  running: AbortController | null;
}

const sessions = new WeakMap<Connection, Map<string, Session>>();

function sessionsOf(connection: Connection): Map<string, Session> {
  const own = sessions.get(connection) ?? new Map<string, Session>();
  if (!sessions.has(connection)) {
    sessions.set(connection, own);
    connection.onClose(() => {
      for (const session of own.values()) session.running?.abort();
    });
  }
  return own;
}

function startSession(
  { sessionId, roots }: FuzzyFileSearchSessionStartParams,
  context: RequestContext,
): FuzzyFileSearchSessionStartResponse {
  if (sessionId === "") throw invalidRequest("sessionId must not be empty");
  if (roots.length === 0) {
    throw internal("failed to start fuzzy file search session: at least one search directory is required");
  }
  const own = sessionsOf(context.connection);
  own.get(sessionId)?.running?.abort();
  const session: Session = { roots, running: null };
  own.set(sessionId, session);
  return searchIn(session, { sessionId, query: "" }, context);
}

function updateSession(params: FuzzyFileSearchSessionUpdateParams, context: RequestContext) {
  const { sessionId } = params;
  const session = sessionsOf(context.connection).get(sessionId);
  if (session === undefined) throw invalidRequest(`fuzzy file search session not found: ${sessionId}`);
  return searchIn(session, params, context);
}

/** What is found is told after the answer, unless the query is outdated by then. */
function searchIn(session: Session, { sessionId, query }: FuzzyFileSearchSessionUpdateParams, context: RequestContext) {
  const { server } = context;
  session.running?.abort();
  const controller = new AbortController();
  session.running = controller;
  context.afterReply(() => {
    void search(query, session.roots, controller.signal).then(files => {
      if (controller.signal.aborted) return;
      server.broadcast("fuzzyFileSearch/sessionUpdated", { sessionId, query, files });
      server.broadcast("fuzzyFileSearch/sessionCompleted", { sessionId });
    });
  });
  return {};
}

/** The best matches, best first; none for an empty query or when the signal is aborted. */
async function search(query: string, roots: readonly string[], signal: AbortSignal): Promise<FuzzyFileSearchResult[]> {
  if (query === "") return [];
  const found: FuzzyFileSearchResult[] = [];
  for (const root of roots) {
    for await (const entry of entriesBelow(root, signal)) {
      const match = matchPath(query, entry.path);
      if (match === null) continue;
      const match_type = entry.isDirectory ? "directory" : "file";
      found.push({ root, path: entry.path, match_type, file_name: path.posix.basename(entry.path), ...match });
    }
  }
  if (signal.aborted) return [];
  return found.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1)).slice(0, MAX_RESULTS);
}

async function* entriesBelow(
  root: string,
  signal: AbortSignal,
): AsyncGenerator<{ path: string; isDirectory: boolean }> {
  const folders = [""];
  for (let count = 0; folders.length > 0 && count < MAX_ENTRIES && !signal.aborted; ) {
    const folder = folders.shift()!;
    const entries = await readdir(path.join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (SKIPPED.has(entry.name)) continue;
      count++;
      const below = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const isDirectory = entry.isDirectory();
      if (isDirectory) folders.push(below);
      yield { path: below, isDirectory };
    }
  }
}
