import {
  closeSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  openSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import nodePath from "node:path";
import { createFoldersSync } from "@codex-ts/apply-patch/node";
import { ConfigError } from "../errors.ts";
import { osErrorText } from "@codex-ts/protocol/os-errors";

let counter = 0;

/** The file that a path leads to: links are followed to their end. A broken or circular chain ends at the path itself. */
export function writeTarget(path: string): string {
  const seen = new Set<string>();
  let at = path;
  for (;;) {
    if (seen.has(at)) return path;
    seen.add(at);
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (stat === undefined) return seen.size === 1 ? at : path;
    if (!stat.isSymbolicLink()) return at;
    at = nodePath.resolve(nodePath.dirname(at), readlinkSync(at));
  }
}

/**
 * Replaces a file in one step: a reader sees the old text or the new one, a crash leaves one of the two. Keeps the mode
 * of an existing file; a new one is private (0600).
 */
export function writeAtomically(path: string, text: string): void {
  const folder = nodePath.dirname(path);
  const draft = nodePath.join(folder, `.${nodePath.basename(path)}.${process.pid}.${++counter}.tmp`);
  try {
    createFoldersSync(folder);
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    const fd = openSync(draft, "wx", 0o600);
    try {
      writeSync(fd, text);
      if (mode !== undefined) fchmodSync(fd, mode & 0o777);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(draft, path);
  } catch (cause) {
    removeQuietly(draft);
    throw new ConfigError("io", `failed to write ${path}: ${osErrorText(cause)}`, { cause });
  }
  syncFolder(folder);
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made, or is the rename's business now.
  }
}

/** Makes the rename itself durable where the system can. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, "r");
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Windows cannot open folders; the file's own content is safe already.
  }
}
