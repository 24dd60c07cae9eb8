import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { chmod, lstat, open, readFile, readlink, realpath, rename, rm, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { errorCode, osErrorText } from "@codex-ts/protocol/os-errors";
import { createFolders } from "./node/folders.ts";
import { type PatchFileKind, PatchFsError, type RealPathFs } from "./patch-fs.ts";
import type { GitFile, TurnDiffFs } from "./turn-diff.ts";

export { createFolders, createFoldersSync } from "./node/folders.ts";

function translate(error: unknown): PatchFsError {
  if (error instanceof PatchFsError) return error;
  const code = errorCode(error);
  const reason = code === "ENOENT" ? "not-found" : "other";
  if (code === "ERR_INVALID_ARG_VALUE") return new PatchFsError(reason, "file name contained an unexpected NUL byte");
  return new PatchFsError(reason, osErrorText(error));
}

async function translated<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    throw translate(error);
  }
}

function kindOf(stats: Stats): PatchFileKind {
  if (stats.isDirectory()) return "directory";
  return stats.isFile() ? "file" : "other";
}

async function statsOrNull(look: Promise<Stats>): Promise<Stats | null> {
  try {
    return await look;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/** Where a write through links ends up: the path itself, or what the chain of links names (which may not exist). */
async function writeTarget(file: string): Promise<string> {
  let target = file;
  for (let hops = 0; hops < 40; hops += 1) {
    const stats = await statsOrNull(lstat(target));
    if (stats?.isSymbolicLink() !== true) return target;
    target = path.resolve(await realpath(path.dirname(target)), await readlink(target));
  }
  throw new PatchFsError("other", "Symbolic link loop (os error 40)");
}

async function writeInPlace(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o666);
  try {
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}

/** Failures of the side file or the rename that do not mean that the file itself cannot be written. */
const IN_PLACE_INSTEAD: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EBUSY", "EXDEV", "EROFS", "ENAMETOOLONG"]);

/** Writes beside the file and renames, so that a reader sees the old bytes or the new ones and never a part. */
async function writeByRename(file: string, bytes: Uint8Array, mode: number | null): Promise<void> {
  const side = path.join(path.dirname(file), `.apply-patch-${randomBytes(8).toString("hex")}`);
  try {
    const handle = await open(side, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666);
    try {
      await handle.writeFile(bytes);
    } finally {
      await handle.close();
    }
    if (mode !== null) await chmod(side, mode);
    await rename(side, file);
  } catch (error) {
    await rm(side, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function writeFile(file: string, bytes: Uint8Array): Promise<void> {
  const target = await writeTarget(file);
  const stats = await statsOrNull(stat(target));
  const isMine = stats === null || (stats.uid === process.geteuid?.() && stats.gid === process.getegid?.());
  // A file with several names or another owner, and whatever is no file, must stay the same inode.
  if (stats !== null && (!stats.isFile() || stats.nlink > 1 || !isMine)) return writeInPlace(target, bytes);
  // A file that may not be written must not be replaced by way of its folder.
  if (stats !== null) await (await open(target, constants.O_WRONLY)).close();
  try {
    await writeByRename(target, bytes, stats === null ? null : stats.mode & 0o7777);
  } catch (error) {
    if (!IN_PLACE_INSTEAD.has(errorCode(error) ?? "")) throw error;
    await writeInPlace(target, bytes);
  }
}

/** The file system of this machine, as `PatchFs`. Writes are atomic where the folder allows it. */
export const nodePatchFs: RealPathFs = {
  readFile: file => translated(() => readFile(file)),
  writeFile: (file, bytes) => translated(() => writeFile(file, bytes)),
  createDirectories: folder => translated(() => createFolders(folder)),
  removeFile: file => translated(() => unlink(file)),
  kind: file =>
    translated(async () => {
      const stats = await statsOrNull(stat(file));
      return stats === null ? null : kindOf(stats);
    }),
  isLink: file => translated(async () => (await statsOrNull(lstat(file)))?.isSymbolicLink() === true),
  realpath: file =>
    translated(async () => {
      try {
        return await realpath(file);
      } catch (error) {
        if (errorCode(error) === "ENOENT") return null;
        throw error;
      }
    }),
};

/** The root of the git work tree that holds a path: the nearest folder above it with a `.git` in it. */
async function gitRoot(file: string): Promise<string | null> {
  for (let at = path.dirname(file); ; at = path.dirname(at)) {
    if ((await statsOrNull(lstat(path.join(at, ".git")))) !== null) return at;
    if (path.dirname(at) === at) return null;
  }
}

async function readGitFile(file: string): Promise<GitFile | null> {
  const stats = await statsOrNull(lstat(file));
  if (stats === null) return null;
  if (stats.isSymbolicLink()) return { bytes: Buffer.from(await readlink(file)), mode: "120000" };
  if (!stats.isFile()) return null;
  return { bytes: await readFile(file), mode: (stats.mode & 0o111) === 0 ? "100644" : "100755" };
}

async function nullOnFailure<T>(operation: Promise<T | null>): Promise<T | null> {
  try {
    return await operation;
  } catch {
    return null;
  }
}

/** The files of this machine as the turn's diff looks at them. What cannot be read counts as absent. */
export const nodeTurnDiffFs: TurnDiffFs = {
  read: file => nullOnFailure(readGitFile(file)),
  gitRoot: file => nullOnFailure(gitRoot(file)),
};
