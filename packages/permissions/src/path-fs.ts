import { ancestorsOf, joinPath, normalizePath, parentPath, pathSuffix } from "./path.ts";

export type PathKind = "file" | "directory" | "symlink" | "other";

/**
 * Everything this package ever asks of a file system. Each question is answered with null when the path does not
 * exist or may not be looked at. `nodePathFs` of the `./node` subpath is the ordinary implementation.
 */
export interface PathFs {
  /** The kind of the path itself; links are not followed. */
  lstat(path: string): PathKind | null;
  /** The kind of what the path leads to, links followed. */
  stat(path: string): PathKind | null;
  /** The canonical absolute path, all links resolved. */
  realpath(path: string): string | null;
  /** The text of a small file (a `.git` pointer). */
  readText(path: string): string | null;
}

/** A file system where nothing exists: every decision is then purely lexical. */
export const emptyPathFs: PathFs = {
  lstat: () => null,
  stat: () => null,
  realpath: () => null,
  readText: () => null,
};

/**
 * Resolves links of a path unless it runs through a nested symlink: a top-level alias (`/tmp`, `/var`) is resolved, a
 * link further down keeps its logical spelling, so that rules written for the link keep their meaning (section 2).
 */
export function canonicalizePreservingSymlinks(path: string, fs: PathFs): string {
  const logical = normalizePath(path);
  const real = fs.realpath(logical);
  if (real === null || real === logical) return logical;
  const nestedLink = ancestorsOf(logical).some(at => {
    const parent = parentPath(at);
    return parent !== null && parentPath(parent) !== null && fs.lstat(at) === "symlink";
  });
  return nestedLink ? logical : normalizePath(real);
}

/** Canonicalises the longest existing part of a path and keeps the rest as it is (section 2). */
export function normalizeEffective(path: string, fs: PathFs): string {
  for (const ancestor of ancestorsOf(path)) {
    if (fs.lstat(ancestor) === null) continue;
    const canonical = canonicalizePreservingSymlinks(ancestor, fs);
    const suffix = pathSuffix(ancestor, path) ?? "";
    return suffix === "" ? canonical : joinPath(canonical, suffix);
  }
  return path;
}

/** Drops paths already seen, after bringing each to its effective spelling; the order of first appearance stays. */
export function dedupEffective(paths: Iterable<string>, fs: PathFs): string[] {
  const seen = new Set<string>();
  for (const path of paths) seen.add(normalizeEffective(path, fs));
  return [...seen];
}
