import { lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { compileGlob, globStaticPrefix, hasGlobCharacters } from "@codex-ts/permissions";
import { SandboxError } from "../errors.ts";
import { compareBytes, comparePaths, depthOf } from "../paths.ts";

/** More hidden files than this cannot be turned into mounts (section 3.5). */
export const MAX_GLOB_MATCHES = 8192;
/** Looking at more entries than this would make every command wait; the policy should set a depth. */
const MAX_SCANNED_ENTRIES = 1_000_000;
/** A folder changed this recently may change again without its time stamp showing it. */
const FRESH_MS = 2000;
/** How long the scan may keep the event loop. */
const SLICE_MS = 8;
/** Kernel interfaces, not files: a scan of `/` leaves them out. But shared memory, below the devices, holds files. */
const notScanned = ["/proc", "/sys", "/dev"];
const SHARED_MEMORY = { folder: "/dev/shm", below: "/", levels: 2 } as const;

interface FileEntry {
  name: string;
  isLink: boolean;
}

interface Listing {
  changedMs: number;
  folders: readonly string[];
  /** Regular files and links. */
  files: readonly FileEntry[];
  /** What the patterns of the last scan matched here. */
  matched: { patterns: string; files: readonly FileEntry[] } | null;
}

/** Folder listings by path, valid while the folder's change time stays the same. */
export class ListingCache {
  private readonly listings = new Map<string, Listing>();

  constructor(private readonly limit = 50_000) {}

  list(folder: string, nowMs: number): Listing {
    const changedMs = lstatSync(folder).ctimeMs;
    const known = this.listings.get(folder);
    if (known?.changedMs === changedMs) return known;
    const entries = readdirSync(folder, { withFileTypes: true });
    const listing: Listing = {
      changedMs,
      folders: entries.filter(entry => entry.isDirectory()).map(({ name }) => name),
      files: entries
        .filter(entry => entry.isFile() || entry.isSymbolicLink())
        .map(entry => ({ name: entry.name, isLink: entry.isSymbolicLink() })),
      matched: null,
    };
    if (nowMs - changedMs > FRESH_MS && this.listings.size < this.limit) this.listings.set(folder, listing);
    else this.listings.delete(folder);
    return listing;
  }
}

export interface GlobScan {
  /** Absolute patterns. */
  patterns: readonly string[];
  /** How many folders deep to look; 1 = the search folder itself. Null = no bound. */
  maxDepth: number | null;
  /** How many entries may be looked at. */
  maxEntries?: number;
  cache?: ListingCache;
  signal?: AbortSignal;
}

/**
 * Lists the files that match deny-read globs right now (section 3.5). Folders behind links are not entered; a file
 * that was reached through a link is listed under its real path too.
 * @throws SandboxError `glob_scan` when not everything could be looked at
 */
export async function expandDenyGlobs(scan: GlobScan): Promise<string[]> {
  const { patterns, maxDepth, maxEntries = MAX_SCANNED_ENTRIES, cache = new ListingCache(), signal } = scan;
  if (maxDepth === 0) return [];
  const found = new Set<string>();
  const state = { entries: 0, sliceStart: performance.now() };
  for (const [root, globs] of groupByRoot(patterns)) {
    const matchers = globs.map(pattern => compile(pattern));
    const patternsKey = globs.join("\0");
    const deepest = Math.min(
      maxDepth ?? Number.POSITIVE_INFINITY,
      Math.max(...globs.map(glob => depthBelow(root, glob))),
    );
    for (const pattern of globs) if (!hasGlobCharacters(pattern)) addMatch(found, pattern, root, false);
    const pending: { folder: string; depth: number }[] = [{ folder: root, depth: 1 }];
    for (let next = pending.pop(); next; next = pending.pop()) {
      signal?.throwIfAborted();
      const { folder, depth } = next;
      const listing = listOrNothing(cache, folder, root);
      if (listing === null) continue;
      const inside = (name: string) => (folder === "/" ? `/${name}` : `${folder}/${name}`);
      if (depth < deepest) {
        for (const path of listing.folders.map(inside)) {
          if (!notScanned.includes(path)) pending.push({ folder: path, depth: depth + 1 });
        }
      }
      if (folder === SHARED_MEMORY.below && depth + SHARED_MEMORY.levels <= deepest) {
        pending.push({ folder: SHARED_MEMORY.folder, depth: depth + SHARED_MEMORY.levels });
      }
      if (listing.matched?.patterns !== patternsKey) {
        const files = listing.files.filter(({ name }) => matchers.some(glob => glob.matches(inside(name))));
        listing.matched = { patterns: patternsKey, files };
      }
      for (const { name, isLink } of listing.matched.files) addMatch(found, inside(name), root, isLink);
      state.entries += listing.folders.length + listing.files.length;
      if (state.entries > maxEntries) {
        throw new SandboxError(
          "glob_scan",
          `the deny-read patterns below ${root} cover more than ${maxEntries} files; nothing was run. Set glob_scan_max_depth, or name a smaller folder`,
        );
      }
      if (performance.now() - state.sliceStart > SLICE_MS) {
        await new Promise(resolve => setImmediate(resolve));
        state.sliceStart = performance.now();
      }
    }
  }
  return [...found].sort(compareBytes);
}

/** Patterns by the folder none of their matches can leave, outer folders first. */
function groupByRoot(patterns: readonly string[]): [root: string, globs: string[]][] {
  const groups = new Map<string, string[]>();
  for (const pattern of patterns) {
    const prefix = globStaticPrefix(pattern);
    if (prefix === null || !prefix.startsWith("/")) continue;
    groups.set(prefix, [...(groups.get(prefix) ?? []), pattern]);
  }
  return [...groups].sort(([left], [right]) => comparePaths(left, right));
}

/** How many folders below `root` a match can lie, the root itself being the first. */
function depthBelow(root: string, pattern: string): number {
  // An alternative may hold separators of its own.
  if (/\*\*|[{}]/.test(pattern)) return Number.POSITIVE_INFINITY;
  return depthOf(pattern) - depthOf(root);
}

function compile(pattern: string): { matches(path: string): boolean } {
  try {
    return compileGlob(pattern);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SandboxError("glob_scan", `cannot enforce the deny-read pattern: ${why}`, { cause: error });
  }
}

function listOrNothing(cache: ListingCache, folder: string, root: string): Listing | null {
  try {
    return cache.list(folder, Date.now());
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    // Gone meanwhile, or no folder: there is nothing to hide.
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    // What this user may not list, the command (the same user) may not list either.
    if (code === "EACCES" || code === "EPERM") return null;
    const why = error instanceof Error ? error.message : String(error);
    throw new SandboxError("glob_scan", `deny-read scan failed for ${root}: ${why}`, { cause: error });
  }
}

/**
 * Adds a match. Of a link only the file it leads to is hidden: the link itself could be made anew by the command, and
 * what it leads to is what was meant to stay unread. A link to a folder or to nothing hides nothing.
 */
function addMatch(found: Set<string>, path: string, root: string, isLink: boolean): void {
  let real: string;
  try {
    real = realpathSync.native(path);
    if (isLink && !statSync(real).isFile()) return;
  } catch {
    return; // Gone meanwhile, or a dangling link.
  }
  found.add(real);
  if (!isLink) found.add(path);
  if (found.size > MAX_GLOB_MATCHES) {
    throw new SandboxError(
      "glob_scan",
      `unreadable glob expansion for ${root} matched more than ${MAX_GLOB_MATCHES} paths`,
    );
  }
}
