import { modifiedAt } from "../listing/facts.ts";
import { headOf, queryPage, type Row, type SqlValue } from "../listing/page-query.ts";
import { summaryOf } from "../listing/summary.ts";
import type { ThreadMetadata } from "../metadata.ts";
import type { NameIndex } from "../names.ts";
import { ThreadStoreError } from "../errors.ts";
import type { ListQuery, ThreadPage } from "../thread-store.ts";
import { type IndexDatabase, indexPath, inTransaction, isBusy, openIndex, removeIndex } from "./database.ts";
import { IndexSync, type SyncServices } from "./sync.ts";

/** So many unread threads are read while the list waits; more are read in the background, and the files answer meanwhile. */
const READ_AT_ONCE = 400;
/** A later page goes on with what the first one saw, when that is not longer ago than this, milliseconds. */
const SAME_VIEW_MS = 2_000;

export interface ThreadIndexOptions extends SyncServices {
  /** Where the database lies. */
  folder: string;
  names: NameIndex;
  metadata: () => Promise<ReadonlyMap<string, ThreadMetadata>>;
  /** Told once, when lists have to do without the index. */
  warn: (message: string) => void;
}

const dialect = { value: () => "?", contains: (text: string, part: string) => `instr(${text}, ${part}) > 0` };

/**
 * Answers lists from a database that is derived from the threads' files. It is asked before the files and may always decline: then the
 * files answer. Whatever several processes and other programs do to the files is seen by the time of the folders they lie in.
 */
export class ThreadIndex {
  private readonly options: ThreadIndexOptions;
  private database: Promise<IndexDatabase> | null = null;
  private readonly filling = new Map<string, Promise<void>>();
  /** What is to be filled once the list that found it lacking has its answer from the files. */
  private readonly lacking = new Map<string, () => Promise<void>>();
  private readonly views = new Map<string, number>();
  private broken = false;
  private failures = 0;
  private closed = false;

  constructor(options: ThreadIndexOptions) {
    this.options = options;
  }

  /** One page of the threads below `root`; null when the files have to answer. @throws ThreadStoreError `invalid_cursor` */
  async list(query: ListQuery, root: string, archived: boolean): Promise<ThreadPage | null> {
    const database = await this.attempt(() => this.opened());
    if (database === null) return null;
    const ready = await this.attempt(() => this.bringUpToDate(database, root, query));
    if (ready !== true) return null;
    const page = await this.attempt(() => this.page(database, query, root, archived));
    return page;
  }

  /** The files have answered a list for which the index declined: now it may fill itself in the background. */
  fillLater(): void {
    for (const [root, fill] of this.lacking) {
      this.filling.set(
        root,
        this.attempt(fill).then(() => void this.filling.delete(root)),
      );
    }
    this.lacking.clear();
  }

  /** Ends what runs in the background. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all(this.filling.values());
    const database = await this.database?.catch(() => null);
    database?.close();
    this.database = null;
  }

  private opened(): Promise<IndexDatabase> {
    this.database ??= openIndex(this.options.folder).catch((error: unknown) => {
      this.database = null;
      throw error;
    });
    return this.database;
  }

  /** False: the index is not complete yet. */
  private async bringUpToDate(database: IndexDatabase, root: string, query: ListQuery): Promise<boolean> {
    if (this.filling.has(root) || this.lacking.has(root)) return false;
    const view = `${root}\n${query.sortKey ?? "created_at"}`;
    const goesOn = query.cursor !== undefined && query.cursor !== null;
    if (goesOn && performance.now() - (this.views.get(view) ?? Number.NEGATIVE_INFINITY) < SAME_VIEW_MS) return true;
    const sync = new IndexSync(database, root, this.options);
    const lack = sync.lack();
    if (lack.files.length > READ_AT_ONCE) {
      this.lacking.set(root, () => sync.fill(lack, () => this.closed));
      return false;
    }
    await sync.fill(lack, () => this.closed);
    await this.takeNames(database);
    if (query.sortKey === "updated_at") await sync.refreshTimes();
    this.views.set(view, performance.now());
    return true;
  }

  private async takeNames(database: IndexDatabase): Promise<void> {
    const { names } = this.options;
    const stamp = await names.stamp();
    const known = database.prepare("SELECT stamp FROM sources WHERE path = ?").get(names.path) as
      | { stamp: string }
      | undefined;
    if ((known?.stamp ?? "") === stamp) return;
    const given = await names.all();
    inTransaction(database, () => {
      const put = database.prepare("INSERT OR REPLACE INTO names (id, name) VALUES (?, ?)");
      database.exec("DELETE FROM names");
      for (const [id, name] of given) put.run(id, name);
      database.prepare("INSERT OR REPLACE INTO sources (path, stamp) VALUES (?, ?)").run(names.path, stamp);
    });
  }

  private async page(database: IndexDatabase, query: ListQuery, root: string, archived: boolean): Promise<ThreadPage> {
    const ask = (sql: string, values: readonly SqlValue[]) => database.prepare(sql).all(...values) as Row[];
    for (;;) {
      const { rows, nextCursor, backwardsCursor } = await queryPage(query, root, ask, dialect);
      const times = await Promise.all(rows.map(row => modifiedAt(String(row["path"]))));
      const gone = rows.filter((_, index) => times[index] === null);
      if (gone.length === 0) {
        const corrections = await this.options.metadata();
        const threads = rows.map((row, index) => {
          const file = { id: String(row["id"]), path: String(row["path"]), startedAt: Number(row["started_at"]) };
          const name = typeof row["name"] === "string" ? row["name"] : null;
          const updatedAt = times[index] ?? Number(row["updated_at"]);
          return summaryOf(file, headOf(row), { name, updatedAt, archived, git: corrections.get(file.id)?.git });
        });
        return { threads, nextCursor, backwardsCursor, scanCapReached: false };
      }
      // A file that went away since the folders were looked at is forgotten, and the page filled up.
      inTransaction(database, () => {
        for (const row of gone) database.prepare("DELETE FROM threads WHERE path = ?").run(String(row["path"]));
      });
    }
  }

  /** Runs a step of the index; null when it failed. A damaged database is made again once; after that lists do without. */
  private async attempt<T>(step: () => Promise<T>): Promise<T | null> {
    if (this.broken || this.closed) return null;
    const { failures } = this;
    try {
      return await step();
    } catch (error) {
      if (error instanceof ThreadStoreError) throw error;
      // A list that ran beside the one that met the damage has nothing to add.
      if (this.closed || isBusy(error) || this.failures !== failures) return null;
      this.failures++;
      await this.giveUp(error);
      return null;
    }
  }

  private async giveUp(error: unknown): Promise<void> {
    const database = await this.database;
    this.database = null;
    this.views.clear();
    database?.close();
    if (database !== null && this.failures === 1) {
      try {
        removeIndex(this.options.folder);
        return;
      } catch {
        // What cannot be removed cannot be repaired.
      }
    }
    this.broken = true;
    const why = error instanceof Error ? error.message : String(error);
    this.options.warn(
      `The index of threads at ${indexPath(this.options.folder)} cannot be used (${why}); lists are read from the session files, which takes longer.`,
    );
  }
}
