import { rmSync } from "node:fs";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import type Libsql from "libsql";
import { osErrorCode } from "../errors.ts";

export type IndexDatabase = Libsql.Database;

/** A file of another layout has another name, so that programs of two versions do not fight over one. */
const FILE = "thread_index_2.sqlite";
const LAYOUT = 2;

/** A process that writes holds the others up for milliseconds; who waits longer than this does without the index once. */
const BUSY_MS = 500;

const SCHEMA = `
  CREATE TABLE threads (
    path TEXT PRIMARY KEY,
    id TEXT NOT NULL,
    root TEXT NOT NULL,
    folder TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    stamp TEXT NOT NULL,
    visible INTEGER NOT NULL,
    interactive INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    provider TEXT,
    cwd TEXT NOT NULL,
    preview TEXT NOT NULL,
    copied_name TEXT,
    facts TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX threads_by_start ON threads (root, started_at, id);
  CREATE INDEX threads_by_update ON threads (root, updated_at, id);
  CREATE INDEX threads_hidden ON threads (root) WHERE visible = 0;
  CREATE INDEX threads_by_folder ON threads (folder);
  CREATE TABLE folders (path TEXT PRIMARY KEY, root TEXT NOT NULL, parent TEXT NOT NULL, stamp TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE names (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE sources (path TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;
  PRAGMA user_version = ${LAYOUT};
`;

export function indexPath(folder: string): string {
  return path.join(folder, FILE);
}

/**
 * Opens the index, making it where it is missing or of no use: it holds nothing that the threads' files do not.
 * The database library is loaded here, when the first list is asked for.
 * @throws whatever keeps a fresh file from being used
 */
export async function openIndex(folder: string): Promise<IndexDatabase> {
  const { default: Database } = await import("libsql");
  const file = indexPath(folder);
  await createFolders(folder);
  try {
    return prepared(new Database(file, { timeout: BUSY_MS }));
  } catch (error) {
    if (isBusy(error) || osErrorCode(error) === "SQLITE_READONLY") throw error;
    removeIndex(folder);
    return prepared(new Database(file, { timeout: BUSY_MS }));
  }
}

/** Removes the index; it is made again from the files. */
export function removeIndex(folder: string): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${indexPath(folder)}${suffix}`, { force: true });
}

export function isBusy(error: unknown): boolean {
  return osErrorCode(error)?.startsWith("SQLITE_BUSY") === true;
}

function prepared(database: IndexDatabase): IndexDatabase {
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
    inTransaction(database, () => {
      const layout = layoutOf(database);
      if (layout === LAYOUT) return;
      if (layout !== 0) throw new Error(`the index has layout ${layout}, not ${LAYOUT}`);
      database.exec(SCHEMA);
    });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function layoutOf(database: IndexDatabase): number {
  const row = database.prepare("PRAGMA user_version").get() as { user_version: number };
  return row.user_version;
}

/** Runs writes that hold together. */
export function inTransaction(database: IndexDatabase, write: () => void): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    write();
    database.exec("COMMIT");
  } catch (error) {
    if (database.inTransaction) database.exec("ROLLBACK");
    throw error;
  }
}
