import { constants, type Dirent, existsSync, type FSWatcher, type Stats, watch } from "node:fs";
import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  rmdir,
  stat,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import type { FsCopyParams, FsRemoveParams, FsWatchParams } from "@codex-ts/protocol";
import type { Connection } from "../connection.ts";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { readBase64 } from "../base64.ts";
import { invalidRequest } from "../errors.ts";
import { fileError } from "../os-error.ts";

/** The host's files, unsandboxed: this door is for the user's own editor. Paths are absolute. */
export const handlers: HandlerTable = {
  "fs/readFile": ({ path: file }) => guarded(async () => ({ dataBase64: (await readFile(file)).toString("base64") })),
  "fs/writeFile": ({ path: file, dataBase64 }) => {
    const bytes = decodeBase64(dataBase64);
    return guarded(async () => {
      await writeFile(file, bytes);
      return {};
    });
  },
  "fs/createDirectory": ({ path: folder, recursive }) =>
    guarded(async () => {
      await (recursive === false ? mkdir(folder) : createFolders(folder));
      return {};
    }),
  "fs/getMetadata": ({ path: file }) =>
    guarded(async () => {
      const [link, target] = [await lstat(file), await stat(file)];
      return {
        isDirectory: target.isDirectory(),
        isFile: target.isFile(),
        isSymlink: link.isSymbolicLink(),
        createdAtMs: milliseconds(target.birthtimeMs),
        modifiedAtMs: milliseconds(target.mtimeMs),
      };
    }),
  "fs/readDirectory": ({ path: folder }) =>
    guarded(async () => {
      const entries = await readdir(folder, { withFileTypes: true });
      return { entries: await Promise.all(entries.map(entry => described(folder, entry))) };
    }),
  "fs/remove": params =>
    guarded(async () => {
      await remove(params);
      return {};
    }),
  "fs/copy": params => copy(params),
  "fs/watch": startWatch,
  "fs/unwatch": ({ watchId }, { connection }) => {
    watchesOf(connection).stop(watchId);
    return {};
  },
};

async function guarded<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw fileError(error);
  }
}

const milliseconds = (value: number) => (Number.isFinite(value) && value > 0 ? Math.trunc(value) : 0);

/** Links count as what they point to; a broken one as nothing. */
async function described(folder: string, entry: Dirent) {
  const facts: Dirent | Stats | null = entry.isSymbolicLink()
    ? await stat(path.join(folder, entry.name)).catch(() => null)
    : entry;
  return { fileName: entry.name, isDirectory: facts?.isDirectory() ?? false, isFile: facts?.isFile() ?? false };
}

function decodeBase64(text: string): Buffer {
  const bytes = readBase64(text);
  if (typeof bytes === "string") throw invalidRequest(`fs/writeFile requires valid base64 dataBase64: ${bytes}`);
  return bytes;
}

async function remove({ path: target, recursive, force }: FsRemoveParams): Promise<void> {
  const facts = await lstat(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" && (force ?? true)) return null;
    throw error;
  });
  if (facts === null) return;
  if (!facts.isDirectory()) await unlink(target);
  else if (recursive ?? true) await rm(target, { recursive: true, force: force ?? true });
  else await rmdir(target);
}

async function copy({ sourcePath, destinationPath, recursive }: FsCopyParams) {
  const facts = await guarded(() => lstat(sourcePath));
  if (facts.isDirectory()) {
    if (recursive !== true) throw invalidRequest("fs/copy requires recursive: true when sourcePath is a directory");
    if (`${destinationPath}${path.sep}`.startsWith(`${sourcePath}${path.sep}`)) {
      throw invalidRequest("fs/copy cannot copy a directory to itself or one of its descendants");
    }
  }
  if (!facts.isDirectory() && !facts.isFile() && !facts.isSymbolicLink()) {
    throw invalidRequest("fs/copy only supports regular files, directories, and symlinks");
  }
  return guarded(async () => {
    await copyEntry(sourcePath, destinationPath, facts);
    return {};
  });
}

/** Links are copied as links; sockets, pipes and devices are left out. */
async function copyEntry(from: string, to: string, facts: Stats): Promise<void> {
  if (facts.isSymbolicLink()) await symlink(await readlink(from), to);
  else if (facts.isFile()) await copyFile(from, to, constants.COPYFILE_FICLONE);
  else if (facts.isDirectory()) {
    await createFolders(to);
    for (const name of await readdir(from)) {
      const entry = path.join(from, name);
      await copyEntry(entry, path.join(to, name), await lstat(entry));
    }
  }
}

const DEBOUNCE_MS = 200;

/** One client's watches. They end with the connection. */
class Watches {
  private readonly watches = new Map<
    string,
    { watcher: FSWatcher | null; timer: NodeJS.Timeout | null; changed: Set<string> }
  >();

  constructor(private readonly connection: Connection) {
    connection.onClose(() => {
      for (const id of this.watches.keys()) this.stop(id);
    });
  }

  has(id: string): boolean {
    return this.watches.has(id);
  }

  /**
   * A folder is watched for its entries, a file (there or not) through its folder. Where that folder is not there either,
   * nothing can change yet.
   */
  start(id: string, target: string, isFolder: boolean): void {
    const folder = isFolder ? target : path.dirname(target);
    const changed = new Set<string>();
    if (!existsSync(folder)) {
      this.watches.set(id, { watcher: null, timer: null, changed });
      return;
    }
    const watcher = watch(folder, (_, name) => {
      const file = name === null ? target : path.join(folder, name);
      if (!isFolder && file !== target) return;
      changed.add(file);
      const entry = this.watches.get(id);
      if (entry !== undefined) entry.timer ??= setTimeout(() => this.tell(id), DEBOUNCE_MS);
    });
    watcher.on("error", () => this.stop(id));
    this.watches.set(id, { watcher, timer: null, changed });
  }

  stop(id: string): void {
    const entry = this.watches.get(id);
    this.watches.delete(id);
    if (entry === undefined) return;
    entry.watcher?.close();
    if (entry.timer !== null) clearTimeout(entry.timer);
  }

  private tell(id: string): void {
    const entry = this.watches.get(id);
    if (entry === undefined) return;
    entry.timer = null;
    const changedPaths = [...entry.changed].sort();
    entry.changed.clear();
    this.connection.notify("fs/changed", { watchId: id, changedPaths });
  }
}

const watches = new WeakMap<Connection, Watches>();

function watchesOf(connection: Connection): Watches {
  const known = watches.get(connection) ?? new Watches(connection);
  watches.set(connection, known);
  return known;
}

async function startWatch({ watchId, path: target }: FsWatchParams, { connection }: RequestContext) {
  const own = watchesOf(connection);
  if (own.has(watchId)) throw invalidRequest(`watchId already exists: ${watchId}`);
  const facts = await stat(target).catch(() => null);
  return guarded(async () => {
    own.start(watchId, target, facts?.isDirectory() ?? false);
    return { path: target };
  });
}
