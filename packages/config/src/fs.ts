import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, type Stats, statSync } from "node:fs";

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
    mkdirSync(path, { recursive: true });
  },
};

/** `code` of a Node error, or undefined. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

const OS_TEXTS: Record<string, string> = {
  ENOENT: "No such file or directory (os error 2)",
  EACCES: "Permission denied (os error 13)",
  EPERM: "Operation not permitted (os error 1)",
  EISDIR: "Is a directory (os error 21)",
  ENOTDIR: "Not a directory (os error 20)",
  ELOOP: "Symbolic link loop (os error 40)",
  EROFS: "Read-only file system (os error 30)",
  ENOSPC: "No space left on device (os error 28)",
};

/** What went wrong with a file, in the operating system's words. */
export function osErrorText(error: unknown): string {
  const code = errorCode(error);
  if (code !== undefined && OS_TEXTS[code] !== undefined) return OS_TEXTS[code];
  return error instanceof Error ? error.message : String(error);
}
