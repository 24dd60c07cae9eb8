import { type BigIntStats, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { parseRolloutName } from "../rollout/name.ts";

/** A folder whose entries may be others than the index knows. */
export interface ChangedFolder {
  path: string;
  parent: string;
  /** Rollouts in it, full paths. */
  files: string[];
  /** To be remembered once its files are in the index. */
  stamp: string;
}

export interface KnownFolder {
  path: string;
  parent: string;
  stamp: string;
}

/** Something that changed less than this long ago may change again without its time telling, milliseconds. */
const UNSETTLED_MS = 2_000;

/** What tells one state of a file or folder from the next; "" while a change could go unnoticed. */
export function stampOf(stats: BigIntStats): string {
  const age = Date.now() - Number(stats.mtimeMs);
  return age < UNSETTLED_MS ? "" : `${stats.mtimeNs}:${stats.ino}`;
}

/**
 * Which folders below `root` must be read again: a folder's time changes with its entries, so that a list of many thousand threads
 * costs one question to the disk for each day. Folders that went away are told by `gone`.
 */
export function changedFolders(
  root: string,
  known: readonly KnownFolder[],
): { changed: ChangedFolder[]; gone: string[] } {
  const remembered = new Map(known.map(folder => [folder.path, folder]));
  const children = new Map<string, string[]>();
  for (const folder of known) {
    const siblings = children.get(folder.parent);
    if (siblings === undefined) children.set(folder.parent, [folder.path]);
    else siblings.push(folder.path);
  }
  const changed: ChangedFolder[] = [];
  const seen = new Set<string>();
  visit(root, "");
  return { changed, gone: known.filter(folder => !seen.has(folder.path)).map(folder => folder.path) };

  function visit(folder: string, parent: string): void {
    const stats = statSync(folder, { bigint: true, throwIfNoEntry: false });
    if (stats === undefined || !stats.isDirectory()) return;
    seen.add(folder);
    const stamp = stampOf(stats);
    if (stamp !== "" && remembered.get(folder)?.stamp === stamp) {
      for (const child of children.get(folder) ?? []) visit(child, folder);
      return;
    }
    const files: string[] = [];
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) visit(path.join(folder, entry.name), folder);
      else if (entry.isFile() && parseRolloutName(entry.name) !== null) files.push(path.join(folder, entry.name));
    }
    changed.push({ path: folder, parent, files, stamp });
  }
}
