import { readFile, rename, utimes } from "node:fs/promises";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import { ThreadStoreError } from "./errors.ts";
import { ThreadIndex } from "./index-db/thread-index.ts";
import { HeadCache, readHead } from "./listing/facts.ts";
import { type RolloutFile, rolloutFiles, rolloutOfItsDay } from "./listing/files.ts";
import { type ListServices, listThreads, summarize } from "./listing/list.ts";
import { MetadataIndex, type ThreadMetadata } from "./metadata.ts";
import { NameIndex } from "./names.ts";
import { AppendFile } from "./rollout/append-file.ts";
import { headRecord } from "./rollout/head-record.ts";
import type { RolloutItem } from "./rollout/item.ts";
import { lastName } from "./rollout/last-name.ts";
import { isUuid, parseRolloutName, rolloutName, startTime } from "./rollout/name.ts";
import { loadRollout } from "./rollout/reader.ts";
import { RolloutWriter } from "./rollout/writer.ts";
import type {
  CreateOptions,
  ListQuery,
  NewThreadMeta,
  StoredThread,
  ThreadPage,
  ThreadRef,
  ThreadStore,
  ThreadSummary,
  ThreadWriter,
  WriterOptions,
} from "./thread-store.ts";

export interface JsonlThreadStoreOptions {
  /** The folder that holds `sessions/`, `archived_sessions/` and `session_index.jsonl`. Made when first needed. */
  codexHome: string;
  /** Wall clock, milliseconds. Default: the system's. */
  now?: () => number;
  /** The folder of the index that answers lists of many threads; asked when the first list is. Null: there is none. Default: `codexHome`. */
  indexFolder?: () => Promise<string | null>;
  /** Told once when the index cannot be used: lists are then read from the files. */
  warn?: (message: string) => void;
}

/** Threads as files: one JSON record a line, one file a thread, the layout that other Codex programs read and write. */
export class JsonlThreadStore implements ThreadStore {
  private readonly now: () => number;
  private readonly sessions: string;
  private readonly archived: string;
  private readonly names: NameIndex;
  private readonly metadata: MetadataIndex;
  private readonly heads = new HeadCache();
  private readonly openIndex: () => Promise<ThreadIndex | null>;
  private index: Promise<ThreadIndex | null> | null = null;
  private readonly copiedNames = new Map<string, string | null>();

  constructor(options: JsonlThreadStoreOptions) {
    this.now = options.now ?? Date.now;
    this.sessions = path.join(options.codexHome, "sessions");
    this.archived = path.join(options.codexHome, "archived_sessions");
    this.names = new NameIndex(options.codexHome, this.now);
    this.metadata = new MetadataIndex(options.codexHome, this.now);
    this.openIndex = async () => {
      const folder = options.indexFolder === undefined ? options.codexHome : await options.indexFolder();
      if (folder === null) return null;
      return new ThreadIndex({
        folder,
        names: this.names,
        metadata: () => this.metadata.all(),
        readHead: path => readHead(path).catch(() => null),
        copiedName: path => this.copiedName(path),
        warn: options.warn ?? (() => {}),
      });
    };
  }

  create(meta: NewThreadMeta, options: CreateOptions = {}): ThreadWriter {
    const started = new Date(this.now());
    const { folder, file } = rolloutName(meta.id, started);
    const at = path.join(this.sessions, folder, file);
    return this.writer(meta.id, at, options, headRecord(meta, started, options));
  }

  async resume(ref: ThreadRef, options: WriterOptions = {}): Promise<{ thread: StoredThread; writer: ThreadWriter }> {
    const path = "path" in ref ? ref.path : await this.find(ref.id);
    if (path === null) throw notFound(ref);
    const thread = await loadRollout(path);
    return { thread, writer: this.continue(thread, options) };
  }

  continue({ id, path }: Pick<StoredThread, "id" | "path">, options: WriterOptions = {}): ThreadWriter {
    return this.writer(id, path, options, null);
  }

  async load(ref: ThreadRef): Promise<StoredThread> {
    return loadRollout((await this.locate(ref)).path);
  }

  async summary(ref: ThreadRef): Promise<ThreadSummary | null> {
    const found = await this.locate(ref).catch(() => null);
    if (found === null) return null;
    const name = parseRolloutName(path.basename(found.path));
    const file: RolloutFile | null =
      name === null
        ? await loadRollout(found.path).then(
            thread => ({ path: found.path, id: thread.id, startedAt: Date.parse(thread.meta.timestamp) || 0 }),
            () => null,
          )
        : { path: found.path, id: name.id, startedAt: startTime(name) };
    return file === null ? null : summarize(file, found.archived, this.listServices(found.archived));
  }

  async list(query: ListQuery): Promise<ThreadPage> {
    const archived = query.archived === true;
    this.index ??= this.openIndex();
    const index = await this.index;
    const page = await index?.list(query, archived ? this.archived : this.sessions, archived);
    if (page !== null && page !== undefined) return page;
    return listThreads(query, this.listServices(archived)).finally(() => index?.fillLater());
  }

  async close(): Promise<void> {
    await (await this.index)?.close();
  }

  async find(id: string, archived = false): Promise<string | null> {
    if (!isUuid(id)) return null;
    const wanted = id.toLowerCase();
    const near = archived ? null : await rolloutOfItsDay(this.sessions, wanted);
    if (near !== null) return near;
    const files = await rolloutFiles(archived ? this.archived : this.sessions);
    return files.find(file => file.id === wanted)?.path ?? null;
  }

  async findByName(name: string): Promise<string | null> {
    for (const id of await this.names.idsNamed(name)) {
      const path = await this.find(id);
      if (path !== null && (await readable(path))) return id;
    }
    return null;
  }

  async setName(id: string, name: string): Promise<string> {
    const trimmed = name.trim();
    if (trimmed === "") throw new ThreadStoreError("empty_name", "Thread name cannot be empty.");
    await this.names.add(id, trimmed);
    return trimmed;
  }

  async nameOf(id: string): Promise<string | null> {
    return (await this.names.all()).get(id) ?? null;
  }

  setMetadata(id: string, metadata: ThreadMetadata): Promise<void> {
    return this.metadata.add(id.toLowerCase(), metadata);
  }

  async archive(id: string): Promise<string> {
    const from = await this.find(id);
    if (from === null) throw notFound({ id });
    const to = path.join(this.archived, path.basename(from));
    await this.move(from, to);
    return to;
  }

  async unarchive(id: string): Promise<string> {
    const from = await this.find(id, true);
    const name = from === null ? null : parseRolloutName(path.basename(from));
    if (from === null || name === null) {
      throw new ThreadStoreError("archived_not_found", `no archived rollout found for thread id ${id}`);
    }
    const to = path.join(this.sessions, name.folder, path.basename(from));
    await this.move(from, to);
    const now = new Date(this.now());
    await utimes(to, now, now);
    return to;
  }

  private writer(
    id: string,
    path: string,
    options: WriterOptions,
    head: (() => Promise<RolloutItem>) | null,
  ): ThreadWriter {
    const mode = options.history ?? "limited";
    return new RolloutWriter({ id, path, mode, now: this.now, head, sink: new AppendFile(path) });
  }

  private async move(from: string, to: string): Promise<void> {
    await createFolders(path.dirname(to));
    await rename(from, to);
    this.heads.forget(from);
    this.copiedNames.delete(from);
  }

  private async locate(ref: ThreadRef): Promise<{ path: string; archived: boolean }> {
    if ("path" in ref) return { path: ref.path, archived: ref.path.startsWith(this.archived + path.sep) };
    const active = await this.find(ref.id);
    if (active !== null) return { path: active, archived: false };
    const archived = await this.find(ref.id, true);
    if (archived === null) throw notFound(ref);
    return { path: archived, archived: true };
  }

  private listServices(archived: boolean): ListServices {
    return {
      heads: this.heads,
      folder: archived ? this.archived : this.sessions,
      names: () => this.names.all(),
      metadata: () => this.metadata.all(),
      copiedName: path => this.copiedName(path),
    };
  }

  /** A fork carries its source's naming records; nothing else in the fork's file can name it, so one look is enough. */
  private async copiedName(file: string): Promise<string | null> {
    const known = this.copiedNames.get(file);
    if (known !== undefined) return known;
    const name = lastName(await readFile(file, "utf8").catch(() => ""));
    this.copiedNames.set(file, name);
    return name;
  }
}

async function readable(path: string): Promise<boolean> {
  return loadRollout(path).then(
    () => true,
    () => false,
  );
}

function notFound(ref: ThreadRef): ThreadStoreError {
  return "id" in ref
    ? new ThreadStoreError("not_found", `no rollout found for thread id ${ref.id}`)
    : new ThreadStoreError("not_found", `no rollout at ${ref.path}`);
}
