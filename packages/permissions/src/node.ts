import { lstatSync, readFileSync, realpathSync, statSync, type Stats } from "node:fs";
import type { PathFs, PathKind } from "./path-fs.ts";

/** A `.git` pointer file is one short line; a larger file is something else. */
const MAX_TEXT_BYTES = 64 * 1024;

function kindOf(stats: Stats): PathKind {
  if (stats.isSymbolicLink()) return "symlink";
  if (stats.isDirectory()) return "directory";
  return stats.isFile() ? "file" : "other";
}

function orNull<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}

/** The file system of this machine, as `PathFs`. */
export const nodePathFs: PathFs = {
  lstat: path => orNull(() => kindOf(lstatSync(path))),
  stat: path => orNull(() => kindOf(statSync(path))),
  realpath: path => orNull(() => realpathSync.native(path)),
  readText: path =>
    orNull(() => {
      const stats = statSync(path);
      return stats.isFile() && stats.size <= MAX_TEXT_BYTES ? readFileSync(path, "utf8") : null;
    }),
};
