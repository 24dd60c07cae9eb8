import { statSync } from "node:fs";
import path from "node:path";
import type { HeadFacts } from "../listing/facts.ts";
import { HIDDEN, threadColumns } from "../listing/page-query.ts";
import { parseRolloutName, startTime } from "../rollout/name.ts";
import { type ChangedFolder, changedFolders, type KnownFolder, stampOf } from "./changed-folders.ts";
import { type IndexDatabase, inTransaction } from "./database.ts";

export interface SyncServices {
  readHead: (path: string) => Promise<HeadFacts | null>;
  /** A name that only the thread's own file knows (copied by a fork). */
  copiedName: (path: string) => Promise<string | null>;
}

/** As many heads are read at once, and go into one transaction; few enough that others do not wait long for the disk. */
const BATCH = 32;

/** As many files are asked for their time before others get their turn. */
const TURN = 500;

/** What the index lacks of a folder of threads. */
export interface Lack {
  /** Files to read. */
  files: string[];
  changed: ChangedFolder[];
}

/** Brings what the index says of one root up to what its files say. */
export class IndexSync {
  constructor(
    private readonly database: IndexDatabase,
    private readonly root: string,
    private readonly services: SyncServices,
  ) {}

  /** Forgets what is gone, and says what is new. */
  lack(): Lack {
    const { database, root } = this;
    const known = this.folders();
    const { changed, gone } = changedFolders(root, known);
    const files: string[] = [];
    const missing: string[] = [];
    for (const folder of changed) {
      const rows = database.prepare("SELECT path FROM threads WHERE folder = ?").all(folder.path) as { path: string }[];
      const indexed = new Set(rows.map(row => row.path));
      for (const file of folder.files) if (!indexed.delete(file)) files.push(file);
      missing.push(...indexed);
    }
    if (gone.length > 0 || missing.length > 0) {
      inTransaction(database, () => {
        for (const folder of gone) {
          database.prepare("DELETE FROM threads WHERE folder = ?").run(folder);
          database.prepare("DELETE FROM folders WHERE path = ?").run(folder);
        }
        for (const file of missing) this.forget(file);
      });
    }
    return { files: [...files, ...this.grown()], changed };
  }

  /** Reads what is lacking, a batch at a time; stops between two batches when told to. */
  async fill({ files, changed }: Lack, stopped: () => boolean): Promise<void> {
    for (let at = 0; at < files.length && !stopped(); at += BATCH) {
      const rows = await Promise.all(files.slice(at, at + BATCH).map(file => this.row(file)));
      if (stopped()) return;
      inTransaction(this.database, () => {
        for (const row of rows) if (row !== null) this.put(row);
      });
    }
    if (stopped() || changed.length === 0) return;
    inTransaction(this.database, () => {
      const put = this.database.prepare(
        "INSERT OR REPLACE INTO folders (path, root, parent, stamp) VALUES (?, ?, ?, ?)",
      );
      for (const folder of changed) put.run(folder.path, this.root, folder.parent, folder.stamp);
    });
  }

  /** Asks every file when it was last written. */
  async refreshTimes(): Promise<void> {
    // One row with everything in it: fetching ten thousand rows costs more than asking the disk.
    const row = this.database
      .prepare(
        "SELECT json_group_array(json_array(path, updated_at)) AS known FROM threads WHERE root = ? AND visible = 1",
      )
      .get(this.root) as { known: string };
    const known = JSON.parse(row.known) as [path: string, updatedAt: number][];
    const moved: { path: string; time: number | null }[] = [];
    for (const [index, [path, updatedAt]] of known.entries()) {
      // Asked one by one this takes a fraction of what as many questions in the background take; others get their turn in between.
      if (index % TURN === TURN - 1) await new Promise(resolve => setImmediate(resolve));
      const stats = statSync(path, { throwIfNoEntry: false });
      const time = stats === undefined ? null : Math.trunc(stats.mtimeMs);
      if (time !== updatedAt) moved.push({ path, time });
    }
    if (moved.length === 0) return;
    inTransaction(this.database, () => {
      const put = this.database.prepare("UPDATE threads SET updated_at = ? WHERE path = ?");
      for (const { path, time } of moved) {
        if (time === null) this.forget(path);
        else put.run(time, path);
      }
    });
  }

  forget(file: string): void {
    this.database.prepare("DELETE FROM threads WHERE path = ?").run(file);
  }

  private folders(): KnownFolder[] {
    const row = this.database
      .prepare(
        "SELECT json_group_array(json_object('path', path, 'parent', parent, 'stamp', stamp)) AS known FROM folders WHERE root = ?",
      )
      .get(this.root) as { known: string };
    return JSON.parse(row.known) as KnownFolder[];
  }

  /** Threads in which nobody had spoken when they were read, and whose files were written since. */
  private grown(): string[] {
    const rows = this.database.prepare("SELECT path, stamp FROM threads WHERE root = ? AND visible = 0").all(this.root);
    return (rows as { path: string; stamp: string }[])
      .filter(({ path, stamp }) => {
        const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
        return stats !== undefined && (stamp === "" || stampOf(stats) !== stamp);
      })
      .map(row => row.path);
  }

  private async row(file: string): Promise<unknown[] | null> {
    // The time is asked before the head is read: what is written in between shows as a change.
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    const name = parseRolloutName(path.basename(file));
    if (stats === undefined || name === null) return null;
    const head = await this.services.readHead(file);
    const { visible, interactive, kinds, provider, cwd, preview, facts } = head === null ? HIDDEN : threadColumns(head);
    const isFork = typeof head?.meta.forked_from_id === "string";
    const copiedName = isFork ? await this.services.copiedName(file) : null;
    const place = [
      file,
      name.id,
      this.root,
      path.dirname(file),
      startTime(name),
      Number(stats.mtimeMs),
      stampOf(stats),
    ];
    return [...place, visible, interactive, kinds, provider, cwd, preview, copiedName, facts];
  }

  private put(row: readonly unknown[]): void {
    this.database
      .prepare(
        `INSERT OR REPLACE INTO threads
         (path, id, root, folder, started_at, updated_at, stamp, visible, interactive, kinds, provider, cwd, preview, copied_name, facts)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(...row);
  }
}
