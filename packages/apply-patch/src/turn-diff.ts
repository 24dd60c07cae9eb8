import { below } from "./path.ts";
import type { PatchChange } from "./plan.ts";
import { unifiedDiff } from "./unified-diff.ts";
import { decodeUtf8OrNull, encodeUtf8 } from "./utf8.ts";

export type GitFileMode = "100644" | "100755" | "120000";

/** A file as git sees it: its bytes (of a symlink: its target) and mode. */
export interface GitFile {
  bytes: Uint8Array;
  mode: GitFileMode;
}

/** What the tracker asks of the outside. `nodeTurnDiffFs` of the `./node` subpath is the ordinary implementation. */
export interface TurnDiffFs {
  /** The file that stands at an absolute path now; null when there is none. */
  read(path: string): Promise<GitFile | null>;
  /** The root of the git work tree that holds an absolute path; null outside of one. */
  gitRoot(path: string): Promise<string | null>;
}

/** A file as it was before the turn's first patch to it, and where it is now. */
interface Baseline {
  oldPath: string;
  currentPath: string;
  before: GitFile | null;
}

const NO_BLOB = "0".repeat(40);
const CONTEXT = 3;

/**
 * Collects what a turn's patches changed and shows it as one diff against the files on disk (section 9), so that
 * changes made by other means to the same files show too.
 */
export class TurnDiffTracker {
  readonly #fs: TurnDiffFs;
  /** Baselines by the path their file has now. */
  readonly #baselines = new Map<string, Baseline>();

  constructor(fs: TurnDiffFs) {
    this.#fs = fs;
  }

  /** Takes the baselines of a patch; call it before the patch is applied. */
  async patchBegins(changes: ReadonlyMap<string, PatchChange>): Promise<void> {
    for (const [path, change] of changes) {
      let baseline = this.#baselines.get(path);
      if (baseline === undefined) {
        baseline = { oldPath: path, currentPath: path, before: await this.#fs.read(path) };
        this.#baselines.set(path, baseline);
      }
      if (change.type === "update" && change.movePath !== null) {
        this.#baselines.delete(path);
        baseline.currentPath = change.movePath;
        this.#baselines.set(change.movePath, baseline);
      }
    }
  }

  /** The turn's diff so far, or null when nothing differs. */
  async unifiedDiff(): Promise<string | null> {
    const shown = displayPaths(this.#fs);
    const named = await Promise.all(
      [...this.#baselines.values()].map(async baseline => ({
        baseline,
        oldName: await shown(baseline.oldPath),
        newName: await shown(baseline.currentPath),
      })),
    );
    // Pieces, and how they end: to ask a growing text for its end would copy it for every file.
    const pieces: string[] = [];
    let lineEnded = false;
    for (const { baseline, oldName, newName } of named.toSorted((a, b) => compareText(a.newName, b.newName))) {
      const piece = await section(oldName, newName, baseline.before, await this.#fs.read(baseline.currentPath));
      if (piece !== "") lineEnded = piece.endsWith("\n");
      pieces.push(piece);
      // Also behind nothing: where the first file is again as it was, clients know an empty line.
      if (!lineEnded) pieces.push("\n");
      lineEnded = true;
    }
    const diff = pieces.join("");
    return diff.trim() === "" ? null : diff;
  }
}

/** How a diff names paths: from the root of their work tree, which is looked for once a folder. */
function displayPaths(fs: TurnDiffFs): (path: string) => Promise<string> {
  const roots = new Map<string, Promise<string | null>>();
  return async path => {
    const folder = path.replace(/[/\\][^/\\]*$/, "");
    const root = roots.get(folder) ?? fs.gitRoot(path);
    roots.set(folder, root);
    const found = await root;
    const relative = found === null ? null : below(found, path);
    return relative ?? path.replaceAll("\\", "/");
  };
}

function compareText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** The diff of one file with its headers; empty when its bytes and mode are the same. */
async function section(
  oldName: string,
  newName: string,
  before: GitFile | null,
  after: GitFile | null,
): Promise<string> {
  if (before === null && after === null) return "";
  const unchanged = before !== null && after !== null && sameBytes(before.bytes, after.bytes);
  if (unchanged && before.mode === after.mode) return "";
  const head = [
    `diff --git a/${oldName} b/${newName}\n`,
    ...modeLines(before, after),
    `index ${await blobId(before)}..${await blobId(after)}\n`,
  ].join("");
  if (unchanged) return head;
  const oldFile = before === null ? "/dev/null" : `a/${oldName}`;
  const newFile = after === null ? "/dev/null" : `b/${newName}`;
  const oldText = before === null ? "" : decodeUtf8OrNull(before.bytes);
  const newText = after === null ? "" : decodeUtf8OrNull(after.bytes);
  // An empty file that comes or goes has no lines to show.
  if (oldText === "" && newText === "") return head;
  const body = oldText === null || newText === null ? "Binary files differ\n" : unifiedDiff(oldText, newText, CONTEXT);
  return `${head}--- ${oldFile}\n+++ ${newFile}\n${body}`;
}

function modeLines(before: GitFile | null, after: GitFile | null): string[] {
  if (before === null && after !== null) return [`new file mode ${after.mode}\n`];
  if (before !== null && after === null) return [`deleted file mode ${before.mode}\n`];
  if (before === null || after === null || before.mode === after.mode) return [];
  return [`old mode ${before.mode}\n`, `new mode ${after.mode}\n`];
}

/** The id git gives a blob: the SHA-1 of its length and bytes. */
async function blobId(file: GitFile | null): Promise<string> {
  if (file === null) return NO_BLOB;
  const header = encodeUtf8(`blob ${file.bytes.length}\0`);
  const blob = new Uint8Array(header.length + file.bytes.length);
  blob.set(header);
  blob.set(file.bytes, header.length);
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest("SHA-1", blob));
  return Array.from(digest, byte => byte.toString(16).padStart(2, "0")).join("");
}
