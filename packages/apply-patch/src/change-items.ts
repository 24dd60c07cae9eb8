import type { FileUpdateChange } from "@codex-ts/protocol";
import type { PatchChange } from "./plan.ts";
import type { Hunk } from "./types.ts";

/** A change as older events carry it. */
export type LegacyFileChange =
  | { type: "add"; content: string }
  | { type: "delete"; content: string }
  | { type: "update"; unified_diff: string; move_path: string | null };

function byText(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The changes of a `fileChange` item, sorted by path (section 8). */
export function fileChangeItems(changes: ReadonlyMap<string, PatchChange>): FileUpdateChange[] {
  return [...changes]
    .toSorted(([left], [right]) => byText(left, right))
    .map(([path, change]): FileUpdateChange => {
      if (change.type !== "update") return { path, kind: { type: change.type }, diff: change.content };
      const { unifiedDiff, movePath } = change;
      const diff = movePath === null ? unifiedDiff : `${unifiedDiff}\n\nMoved to: ${movePath}`;
      return { path, kind: { type: "update", move_path: movePath }, diff };
    });
}

/** The changes as older events carry them: absolute path to change. */
export function legacyFileChanges(changes: ReadonlyMap<string, PatchChange>): Record<string, LegacyFileChange> {
  return Object.fromEntries(
    [...changes].map(([path, change]): [string, LegacyFileChange] => [
      path,
      change.type === "update"
        ? { type: "update", unified_diff: change.unifiedDiff, move_path: change.movePath }
        : { type: change.type, content: change.content },
    ]),
  );
}

/**
 * What is known of a patch that is still arriving (section 8, streaming): paths as in the patch, the content of a
 * deleted file empty, an update as its chunks are written.
 */
export function streamedFileChanges(hunks: readonly Hunk[]): Record<string, LegacyFileChange> {
  return Object.fromEntries(
    hunks.map((hunk): [string, LegacyFileChange] => {
      if (hunk.type === "add") return [hunk.path, { type: "add", content: hunk.content }];
      if (hunk.type === "delete") return [hunk.path, { type: "delete", content: "" }];
      const lines = hunk.chunks.flatMap(chunk => [
        chunk.context === null ? "@@" : `@@ ${chunk.context}`,
        ...chunk.oldLines.map(line => `-${line}`),
        ...chunk.newLines.map(line => `+${line}`),
        ...(chunk.isEndOfFile ? ["*** End of File"] : []),
      ]);
      return [
        hunk.path,
        { type: "update", unified_diff: lines.map(line => `${line}\n`).join(""), move_path: hunk.movePath },
      ];
    }),
  );
}
