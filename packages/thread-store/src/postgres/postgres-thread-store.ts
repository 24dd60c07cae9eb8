import type { PoolConfig } from "pg";
import { ThreadStoreError } from "../errors.ts";
import { type HeadFacts, silentHead } from "../listing/facts.ts";
import { type Ask, headOf, queryPage, type Row } from "../listing/page-query.ts";
import { summaryOf } from "../listing/summary.ts";
import type { ThreadMetadata } from "../metadata.ts";
import type { GitRecord, RolloutItem } from "../rollout/item.ts";
import { decodeLine } from "../rollout/line.ts";
import { isUuid } from "../rollout/name.ts";
import { gatherLines } from "../rollout/reader.ts";
import { headRecord } from "../rollout/head-record.ts";
import { RolloutWriter } from "../rollout/writer.ts";
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
} from "../thread-store.ts";
import { Connection } from "./connection.ts";
import { RecordSink, withoutNul } from "./record-sink.ts";

export interface PostgresThreadStoreOptions {
  /** Where the database is, as `pg` takes it. The tables are made in the first schema of the connection's search path. */
  connection: PoolConfig;
  /** Wall clock, milliseconds. Default: the system's. */
  now?: () => number;
}

const ACTIVE = "active";
const ARCHIVED = "archived";
/** As many records are fetched at once. */
const FETCH = 2_000;

const dialect = {
  value: (n: number) => `$${n}`,
  contains: (text: string, part: string) => `strpos(${text}, ${part}) > 0`,
};

/** Threads in PostgreSQL, for fleets whose machines share them. Nothing is asked of the database before the store is used. */
export class PostgresThreadStore implements ThreadStore {
  private readonly connection: Connection;
  private readonly now: () => number;

  constructor(options: PostgresThreadStoreOptions) {
    this.connection = new Connection(options.connection);
    this.now = options.now ?? Date.now;
  }

  create(meta: NewThreadMeta, options: CreateOptions = {}): ThreadWriter {
    const id = meta.id.toLowerCase();
    return this.writer(id, pathOf(id, ACTIVE), options, headRecord(meta, new Date(this.now()), options));
  }

  async resume(ref: ThreadRef, options: WriterOptions = {}): Promise<{ thread: StoredThread; writer: ThreadWriter }> {
    if ("id" in ref && (await this.find(ref.id)) === null) throw notFound(ref);
    const thread = await this.load(ref);
    return { thread, writer: this.continue(thread, options) };
  }

  continue({ id, path }: Pick<StoredThread, "id" | "path">, options: WriterOptions = {}): ThreadWriter {
    return this.writer(id, path, options, null);
  }

  async load(ref: ThreadRef): Promise<StoredThread> {
    const row = await this.row(ref);
    if (row === undefined) throw notFound(ref);
    return gatherLines(String(row["path"]), this.lines(String(row["id"])));
  }

  async summary(ref: ThreadRef): Promise<ThreadSummary | null> {
    const row = await this.row(ref);
    if (row === undefined) return null;
    const head = Number(row["visible"]) === 1 ? headOf(row) : await this.silentHead(String(row["id"]));
    if (head === null) return null;
    const git = (await this.corrections([String(row["id"])])).get(String(row["id"]));
    return summarize(row, head, row["root"] === ARCHIVED, git);
  }

  async list(query: ListQuery): Promise<ThreadPage> {
    const archived = query.archived === true;
    const ask: Ask = (sql, values) => this.connection.rows(sql, values);
    const { rows, nextCursor, backwardsCursor } = await queryPage(query, archived ? ARCHIVED : ACTIVE, ask, dialect);
    const git = await this.corrections(rows.map(row => String(row["id"])));
    const threads = rows.map(row => summarize(row, headOf(row), archived, git.get(String(row["id"]))));
    return { threads, nextCursor, backwardsCursor, scanCapReached: false };
  }

  async find(id: string, archived = false): Promise<string | null> {
    if (!isUuid(id)) return null;
    const [row] = await this.connection.rows("SELECT path FROM threads WHERE id = $1 AND root = $2", [
      id.toLowerCase(),
      archived ? ARCHIVED : ACTIVE,
    ]);
    return row === undefined ? null : String(row["path"]);
  }

  async findByName(name: string): Promise<string | null> {
    const [row] = await this.connection.rows(
      "SELECT n.id FROM names n JOIN threads t ON t.id = n.id WHERE n.name = $1 AND t.root = $2 ORDER BY n.seq DESC LIMIT 1",
      [withoutNul(name), ACTIVE],
    );
    return row === undefined ? null : String(row["id"]);
  }

  async setName(id: string, name: string): Promise<string> {
    const trimmed = name.trim();
    if (trimmed === "") throw new ThreadStoreError("empty_name", "Thread name cannot be empty.");
    await this.connection.rows(
      `INSERT INTO names (id, name) VALUES ($1, $2)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, seq = excluded.seq`,
      [id.toLowerCase(), withoutNul(trimmed)],
    );
    return trimmed;
  }

  async nameOf(id: string): Promise<string | null> {
    const [row] = await this.connection.rows("SELECT name FROM names WHERE id = $1", [id.toLowerCase()]);
    return row === undefined ? null : String(row["name"]);
  }

  async setMetadata(id: string, { git, memoryMode }: ThreadMetadata): Promise<void> {
    const key = id.toLowerCase();
    await this.connection.transaction(async queries => {
      await queries.rows("INSERT INTO corrections (id) VALUES ($1) ON CONFLICT DO NOTHING", [key]);
      const [row] = await queries.rows("SELECT git, memory_mode FROM corrections WHERE id = $1 FOR UPDATE", [key]);
      const before = gitOf(row?.["git"]);
      const after = git === undefined ? before : { ...before, ...git };
      await queries.rows("UPDATE corrections SET git = $2, memory_mode = coalesce($3, memory_mode) WHERE id = $1", [
        key,
        after === undefined ? null : JSON.stringify(after),
        memoryMode ?? null,
      ]);
    });
  }

  async archive(id: string): Promise<string> {
    const path = await this.move(id, ACTIVE, ARCHIVED, null);
    if (path === null) throw notFound({ id });
    return path;
  }

  async unarchive(id: string): Promise<string> {
    const path = await this.move(id, ARCHIVED, ACTIVE, this.now());
    if (path === null) {
      throw new ThreadStoreError("archived_not_found", `no archived rollout found for thread id ${id}`);
    }
    return path;
  }

  close(): Promise<void> {
    return this.connection.close();
  }

  private writer(
    id: string,
    path: string,
    options: WriterOptions,
    head: (() => Promise<RolloutItem>) | null,
  ): ThreadWriter {
    const sink = new RecordSink(this.connection, { id, path, root: ACTIVE, now: this.now });
    return new RolloutWriter({ id, path, mode: options.history ?? "limited", now: this.now, head, sink });
  }

  private async move(id: string, from: string, to: string, touched: number | null): Promise<string | null> {
    const [row] = await this.connection.rows(
      `UPDATE threads SET root = $3, path = $4, updated_at = coalesce($5, updated_at) WHERE id = $1 AND root = $2 RETURNING path`,
      [id.toLowerCase(), from, to, pathOf(id.toLowerCase(), to), touched],
    );
    return row === undefined ? null : String(row["path"]);
  }

  private async row(ref: ThreadRef): Promise<Row | undefined> {
    const id = "id" in ref ? ref.id.toLowerCase() : idOfPath(ref.path);
    const [row] = await this.connection.rows(
      `SELECT t.*, coalesce(n.name, t.copied_name) AS name FROM threads t LEFT JOIN names n ON n.id = t.id WHERE t.id = $1`,
      [id],
    );
    return row;
  }

  /** What is known of a thread in which nobody has spoken yet. */
  private async silentHead(id: string): Promise<HeadFacts | null> {
    const [first] = await this.connection.rows("SELECT line FROM records WHERE thread_id = $1 ORDER BY seq LIMIT 1", [
      id,
    ]);
    const line = first === undefined ? null : decodeLine(String(first["line"]));
    return line?.item.type === "session_meta" ? silentHead(line.item.payload) : null;
  }

  private async *lines(id: string): AsyncGenerator<string> {
    for (let after = 0; ; ) {
      const rows = await this.connection.rows(
        "SELECT seq, line FROM records WHERE thread_id = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        [id, after, FETCH],
      );
      for (const row of rows) yield String(row["line"]);
      if (rows.length < FETCH) return;
      after = Number(rows.at(-1)!["seq"]);
    }
  }

  private async corrections(ids: readonly string[]): Promise<Map<string, GitRecord>> {
    const found = new Map<string, GitRecord>();
    if (ids.length === 0) return found;
    for (const row of await this.connection.rows("SELECT id, git FROM corrections WHERE id = ANY($1)", [ids])) {
      const git = gitOf(row["git"]);
      if (git !== undefined) found.set(String(row["id"]), git);
    }
    return found;
  }
}

/** What stands in place of a file's path. */
const pathOf = (id: string, root: string) => `/${root === ACTIVE ? "threads" : "archived_threads"}/${id}`;

const idOfPath = (path: string) => path.slice(path.lastIndexOf("/") + 1).toLowerCase();

function gitOf(text: unknown): GitRecord | undefined {
  return typeof text === "string" ? (JSON.parse(text) as GitRecord) : undefined;
}

function summarize(row: Row, head: HeadFacts, archived: boolean, git: GitRecord | undefined): ThreadSummary {
  const file = { id: String(row["id"]), path: String(row["path"]), startedAt: Number(row["started_at"]) };
  const name = typeof row["name"] === "string" ? row["name"] : null;
  return summaryOf(file, head, { name, updatedAt: Number(row["updated_at"]), archived, git });
}

function notFound(ref: ThreadRef): ThreadStoreError {
  return "id" in ref
    ? new ThreadStoreError("not_found", `no rollout found for thread id ${ref.id}`)
    : new ThreadStoreError("not_found", `no rollout at ${ref.path}`);
}
