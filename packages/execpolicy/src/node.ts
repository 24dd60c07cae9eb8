import { constants, type FileHandle, mkdir, open, readdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import { textToAppend } from "./amend/lines.ts";
import { readCause } from "./check.ts";
import { ExecPolicyError } from "./errors.ts";
import type { RulesFs } from "./load.ts";

/** Reads rules from the real file system. */
export const nodeRulesFs: RulesFs = {
  readDir: async dir => {
    try {
      const entries = await readdir(dir, { withFileTypes: true });
      return entries.map(entry => ({ name: entry.name, isFile: entry.isFile() }));
    } catch (error) {
      if (codeOf(error) === "ENOENT") return null;
      throw error;
    }
  },
  readFile: file => readFile(file),
};

/** A lock that is older than this belongs to a process that died. */
const STALE_LOCK_MS = 10_000;
/** A project that has no settings of its own has no such folder yet; a Codex home always exists. */
const PROJECT_FOLDER = ".codex";
const LOCK_RETRY_MS = 20;
const LOCK_ATTEMPTS = 500;

/**
 * Adds a line to a rules file unless the file holds it already. The file only grows, by one write of whole lines; a lock
 * file beside it keeps other processes from writing between the look and the write. Makes the `rules` folder, and the
 * `.codex` folder of a project around it, where they are missing.
 * @throws ExecPolicyError `write`
 */
export async function appendRuleLine(file: string, line: string): Promise<void> {
  const step = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      if (error instanceof ExecPolicyError) throw error;
      const message = `failed to update rules file ${file}: ${what}: ${readCause(error)}`;
      throw new ExecPolicyError("write", message, { cause: error });
    }
  };
  const folder = path.dirname(file);
  const parent = path.dirname(folder);
  await step(`failed to create policy directory ${folder}`, async () => {
    if (path.basename(parent) === PROJECT_FOLDER) await makeFolder(parent);
    await makeFolder(folder);
  });
  const unlock = await step(`failed to lock policy file ${file}`, () => lock(`${file}.lock`));
  try {
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT;
    const handle = await step(`failed to open policy file ${file}`, () => open(file, flags, 0o644));
    try {
      const existing = await step(`failed to read policy file ${file}`, () => handle.readFile("utf8"));
      const added = textToAppend(existing, line);
      if (added !== null) await step(`failed to write to policy file ${file}`, () => writeAll(handle, added));
    } finally {
      await handle.close();
    }
  } finally {
    await unlock();
  }
}

async function writeAll(handle: FileHandle, text: string): Promise<void> {
  await handle.appendFile(text);
  await handle.sync();
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

async function lock(file: string): Promise<() => Promise<void>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const handle = await open(file, "wx", 0o600);
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (codeOf(error) !== "EEXIST" || attempt >= LOCK_ATTEMPTS) throw error;
    }
    await breakStaleLock(file);
    await new Promise(resolve => setTimeout(resolve, LOCK_RETRY_MS));
  }
}

async function breakStaleLock(file: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > STALE_LOCK_MS) await rm(file, { force: true });
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
