import type { ThreadMetadata } from "../metadata.ts";
import type { ListQuery, ThreadPage, ThreadSummary } from "../thread-store.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { HeadCache, HeadFacts } from "./facts.ts";
import { modifiedAt, readSilentHead } from "./facts.ts";
import { type RolloutFile, rolloutFiles } from "./files.ts";
import { folderOf } from "./meta.ts";
import { matchesSource } from "./sources.ts";
import { summaryOf } from "./summary.ts";

const MAX_SCANNED = 10_000;
const DEFAULT_LIMIT = 25;

export interface ListServices {
  heads: HeadCache;
  /** Folder of the active or of the archived threads. */
  folder: string;
  /** The last given name of every thread, read once a call. */
  names: () => Promise<ReadonlyMap<string, string>>;
  /** Corrections, read once a call. */
  metadata: () => Promise<ReadonlyMap<string, ThreadMetadata>>;
  /** A name that only the thread's own file knows (copied by a fork). */
  copiedName: (path: string) => Promise<string | null>;
}

/** Answers a query from the files alone: names order them, heads describe them, and only as many as needed are read. */
export async function listThreads(query: ListQuery, services: ListServices): Promise<ThreadPage> {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const cursor = query.cursor === undefined || query.cursor === null ? null : decodeCursor(query.cursor);
  const empty: ThreadPage = { threads: [], nextCursor: null, backwardsCursor: null, scanCapReached: false };
  if (query.cwds?.length === 0 || limit <= 0) return empty;

  const ordered = await order(await rolloutFiles(services.folder), query);
  const from = cursor === null ? 0 : firstAfter(ordered, cursor.time, cursor.delivered, query.direction ?? "desc");
  const notes: Notes = { names: await services.names(), metadata: await services.metadata() };
  const found: { summary: ThreadSummary; index: number }[] = [];
  let index = from;
  for (; index < ordered.length && found.length <= limit && index - from < MAX_SCANNED; index++) {
    const summary = await describe(ordered[index]!, query, notes, services);
    if (summary !== null) found.push({ summary, index });
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const first = page[0];
  const scanCapReached = index < ordered.length && found.length <= limit;
  return {
    threads: page.map(entry => entry.summary),
    nextCursor:
      last !== undefined && (found.length > limit || scanCapReached) ? cursorAfter(ordered, last.index) : null,
    backwardsCursor: first === undefined ? null : turningPoint(ordered[first.index]!.key, query.direction ?? "desc"),
    scanCapReached,
  };
}

interface Candidate extends RolloutFile {
  /** What the list is ordered by, milliseconds. */
  key: number;
  updatedAt: number | null;
}

async function order(files: RolloutFile[], query: ListQuery): Promise<Candidate[]> {
  const byUpdate = query.sortKey === "updated_at";
  const candidates = await Promise.all(
    files.map(async file => {
      const updatedAt = byUpdate ? await modifiedAt(file.path) : null;
      return { ...file, updatedAt, key: byUpdate ? (updatedAt ?? 0) : file.startedAt };
    }),
  );
  const sign = query.direction === "asc" ? 1 : -1;
  return candidates.sort((a, b) => sign * (a.key - b.key || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)));
}

function firstAfter(ordered: Candidate[], time: number, delivered: number | null, direction: "asc" | "desc"): number {
  const reached = (key: number) => (direction === "desc" ? key <= time : key >= time);
  const passed = (key: number) => (direction === "desc" ? key < time : key > time);
  const past = (test: (key: number) => boolean) => {
    const at = ordered.findIndex(candidate => test(candidate.key));
    return at === -1 ? ordered.length : at;
  };
  return delivered === null ? past(passed) : Math.min(past(reached) + delivered, past(passed));
}

function cursorAfter(ordered: Candidate[], index: number): string {
  const time = ordered[index]!.key;
  const start = ordered.findIndex(candidate => candidate.key === time);
  const tied = ordered[index + 1]?.key === time;
  return encodeCursor({ time, delivered: tied ? index + 1 - start : null });
}

/** Listing the other way from here starts with the page's first thread. */
function turningPoint(key: number, direction: "asc" | "desc"): string {
  return encodeCursor({ time: direction === "desc" ? key - 1 : key + 1, delivered: null });
}

/** What is known of threads beside their records. */
interface Notes {
  names: ReadonlyMap<string, string>;
  metadata: ReadonlyMap<string, ThreadMetadata>;
}

async function describe(
  file: Candidate,
  query: ListQuery,
  notes: Notes,
  services: ListServices,
): Promise<ThreadSummary | null> {
  const head = await services.heads.get(file.path);
  if (head === null) return null;
  if (!matchesSource(head.meta.source ?? "vscode", query.sources)) return null;
  const provider = head.meta.model_provider ?? query.defaultProvider ?? null;
  if (query.modelProviders !== undefined && query.modelProviders.length > 0) {
    if (provider === null || !query.modelProviders.includes(provider)) return null;
  }
  if (query.cwds !== undefined && !query.cwds.includes(folderOf(head.meta))) return null;
  const name = await nameFor(file, head, notes.names, services);
  if (query.searchTerm !== undefined && !(name ?? head.preview).includes(query.searchTerm)) return null;
  const updatedAt = file.updatedAt ?? (await modifiedAt(file.path));
  if (updatedAt === null) return null;
  return summaryOf(file, head, {
    name,
    updatedAt,
    archived: query.archived === true,
    git: notes.metadata.get(file.id)?.git,
  });
}

async function nameFor(
  file: RolloutFile,
  head: HeadFacts,
  names: ReadonlyMap<string, string>,
  services: ListServices,
): Promise<string | null> {
  const given = names.get(file.id);
  if (given !== undefined) return given;
  return typeof head.meta.forked_from_id === "string" ? services.copiedName(file.path) : null;
}

/** The summary of one file, whatever its source, also when nobody has spoken in it. */
export async function summarize(
  file: RolloutFile,
  archived: boolean,
  services: ListServices,
): Promise<ThreadSummary | null> {
  const head = (await services.heads.get(file.path)) ?? (await readSilentHead(file.path).catch(() => null));
  const updatedAt = await modifiedAt(file.path);
  if (head === null || updatedAt === null) return null;
  const name = await nameFor(file, head, await services.names(), services);
  const git = (await services.metadata()).get(file.id)?.git;
  return summaryOf(file, head, { name, updatedAt, archived, git });
}
