import { updateText } from "./compute.ts";
import { ApplyPatchError } from "./errors.ts";
import { type PatchFs, PatchFsError } from "./patch-fs.ts";
import { resolvePath } from "./path.ts";
import type { Hunk, Patch } from "./types.ts";
import { unifiedDiff } from "./unified-diff.ts";
import { decodeUtf8 } from "./utf8.ts";

/** What a patch does to one file. */
export type PatchChange =
  | { type: "add"; content: string }
  | { type: "delete"; content: string }
  | { type: "update"; unifiedDiff: string; movePath: string | null; newContent: string };

export interface PatchPlan {
  /** What happens to each absolute path; where hunks share a path, the last one stands here. */
  changes: Map<string, PatchChange>;
  /** Every absolute path the patch writes or removes, destinations of moves among them, each once. */
  touched: string[];
}

export interface PatchPlaces {
  cwd: string;
  home?: string | null;
}

/** The bytes of the files a patch reads, or why one of them could not be read. */
export type PatchSnapshot = ReadonlyMap<string, Uint8Array | PatchFsError>;

/** The context of the unified diff that a change carries. */
const CHANGE_CONTEXT = 1;

function absolute(hunk: Hunk, places: PatchPlaces): string {
  return resolvePath(places.cwd, hunk.path, places.home ?? null);
}

/** The absolute paths whose bytes `planPatch` needs. */
export function pathsToRead(patch: Patch, places: PatchPlaces): string[] {
  return [...new Set(patch.hunks.filter(hunk => hunk.type !== "add").map(hunk => absolute(hunk, places)))];
}

/** Every absolute path a patch writes or removes, each once, in the patch's order. */
export function touchedPaths(patch: Patch, places: PatchPlaces): string[] {
  const paths = patch.hunks.flatMap(hunk => {
    const path = absolute(hunk, places);
    if (hunk.type !== "update" || hunk.movePath === null) return [path];
    return [path, resolvePath(places.cwd, hunk.movePath, places.home ?? null)];
  });
  return [...new Set(paths)];
}

/**
 * Works out what a patch would do, from bytes read before (section 6, verification). Every hunk is held against those
 * bytes, not against what an earlier hunk of the same patch made of them.
 * @throws ApplyPatchError `no_match`, `io`, `outside_root`
 */
export function planPatch(patch: Patch, snapshot: PatchSnapshot, places: PatchPlaces): PatchPlan {
  const changes = new Map<string, PatchChange>();
  for (const hunk of patch.hunks) {
    const path = absolute(hunk, places);
    changes.set(path, planHunk(hunk, path, snapshot, places));
  }
  return { changes, touched: touchedPaths(patch, places) };
}

function planHunk(hunk: Hunk, path: string, snapshot: PatchSnapshot, places: PatchPlaces): PatchChange {
  switch (hunk.type) {
    case "add":
      return { type: "add", content: hunk.content };
    case "delete":
      return { type: "delete", content: textOf(path, snapshot, cause => `Failed to read ${path}: ${cause}`) };
    case "update": {
      const before = textOf(path, snapshot, cause => `Failed to read file to update ${path}: ${cause}`);
      const { text: newContent, touched } = updateText(before, hunk.chunks, path);
      const destination = hunk.movePath === null ? path : resolvePath(places.cwd, hunk.movePath, places.home ?? null);
      return {
        type: "update",
        unifiedDiff: unifiedDiff(before, newContent, CHANGE_CONTEXT, touched),
        movePath: destination === path ? null : destination,
        newContent,
      };
    }
  }
}

function textOf(path: string, snapshot: PatchSnapshot, message: (cause: string) => string): string {
  try {
    const bytes = snapshot.get(path) ?? new PatchFsError("not-found", "No such file or directory (os error 2)");
    if (bytes instanceof PatchFsError) throw bytes;
    return decodeUtf8(bytes);
  } catch (error) {
    if (!(error instanceof PatchFsError) || error.reason === "outside-root") throw error;
    throw new ApplyPatchError("io", message(error.message));
  }
}

/** Reads what a patch needs and plans it: the check before anybody is asked and anything is written. */
export async function verifyPatch(patch: Patch, options: PatchPlaces & { fs: PatchFs }): Promise<PatchPlan> {
  const snapshot = new Map<string, Uint8Array | PatchFsError>();
  for (const path of pathsToRead(patch, options)) {
    try {
      snapshot.set(path, await options.fs.readFile(path));
    } catch (error) {
      const cause = error instanceof Error ? error.message : String(error);
      snapshot.set(path, error instanceof PatchFsError ? error : new PatchFsError("other", cause));
    }
  }
  return planPatch(patch, snapshot, options);
}
