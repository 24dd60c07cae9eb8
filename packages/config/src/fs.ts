import { lstatSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";
import { createFoldersSync } from "@codex-ts/apply-patch/node";

export interface FileStat {
  kind: "file" | "directory" | "other";
  size: number;
  mtimeMs: number;
  ctimeMs: number;
  ino: number;
}

/** The reading half of the file system that loading needs. Errors carry Node's `code` (`ENOENT`, `EACCES`, ...). */
export interface ConfigFs {
  readFile(path: string): Uint8Array;
  /** Follows links; null when there is nothing. */
  stat(path: string): FileStat | null;
  /** The kind of the path itself, links not followed; null when it cannot be looked at. */
  lstatKind(path: string): "file" | "directory" | "symlink" | "other" | null;
  realpath(path: string): string;
  /** The names in a folder. */
  readDir(path: string): string[];
  mkdirp(path: string): void;
}

/** The real file system. */
export const nodeFs: ConfigFs = {
  readFile: path => readFileSync(path),
  stat: path => {
    const stats: Stats | undefined = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    const kind = stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other";
    return { kind, size: stats.size, mtimeMs: stats.mtimeMs, ctimeMs: stats.ctimeMs, ino: stats.ino };
  },
  lstatKind: path => {
    try {
      const stats = lstatSync(path);
      if (stats.isSymbolicLink()) return "symlink";
      return stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other";
    } catch {
      return null;
    }
  },
  realpath: path => realpathSync(path),
  readDir: path => readdirSync(path),
  mkdirp: path => {
    createFoldersSync(path);
  },
};
