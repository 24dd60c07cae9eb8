import { ApplyPatchError } from "./errors.ts";
import type { Edit } from "./line-diff.ts";
import { LineIndex } from "./line-index.ts";
import type { UpdateChunk } from "./types.ts";

interface Replacement {
  start: number;
  oldCount: number;
  newLines: readonly string[];
}

/** The text after an update, and which stretches of lines an edit can be in (none elsewhere, but for the last line). */
export interface UpdatedText {
  text: string;
  touched: Edit[];
}

/**
 * The text of a file after the chunks of an update (section 4). The chunks are looked for in order, each behind the one
 * before. The result ends with a newline unless it is empty.
 * @param path the absolute path, for error texts
 * @throws ApplyPatchError `no_match`
 */
export function applyChunks(text: string, chunks: readonly UpdateChunk[], path: string): string {
  return updateText(text, chunks, path).text;
}

/** `applyChunks`, with the stretches it touched. */
export function updateText(text: string, chunks: readonly UpdateChunk[], path: string): UpdatedText {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const replacements = locate(lines, chunks, path).toSorted((a, b) => a.start - b.start);
  const result = replaceAll(lines, replacements);
  if (result.at(-1) !== "") result.push("");
  return { text: result.join("\n"), touched: touchedStretches(replacements, lines.length, result.length) };
}

/** Where the replacements fell. When one fell into another's range, that is everything. */
function touchedStretches(replacements: readonly Replacement[], oldCount: number, newCount: number): Edit[] {
  const touched: Edit[] = [];
  let shift = 0;
  let previousEnd = 0;
  for (const { start, oldCount: removed, newLines } of replacements) {
    if (start < previousEnd) return [{ oldStart: 0, oldEnd: oldCount, newStart: 0, newEnd: newCount }];
    const lastEnd = previousEnd;
    previousEnd = start + removed;
    // What stands behind the last line gives it a newline, if it had none.
    const lead = start === oldCount && lastEnd < oldCount ? 1 : 0;
    const newStart = start + shift;
    touched.push({
      oldStart: start - lead,
      oldEnd: previousEnd,
      newStart: newStart - lead,
      newEnd: newStart + newLines.length,
    });
    shift += newLines.length - removed;
  }
  return touched;
}

function locate(lines: readonly string[], chunks: readonly UpdateChunk[], path: string): Replacement[] {
  const index = new LineIndex(lines);
  const found: Replacement[] = [];
  let position = 0;
  for (const chunk of chunks) {
    if (chunk.context !== null) {
      const at = index.seek([chunk.context], position, false);
      if (at === null) throw new ApplyPatchError("no_match", `Failed to find context '${chunk.context}' in ${path}`);
      position = at + 1;
    }
    if (chunk.oldLines.length === 0) {
      const end = lines.at(-1) === "" ? lines.length - 1 : lines.length;
      found.push({ start: end, oldCount: 0, newLines: chunk.newLines });
      continue;
    }
    const replacement = locateChunk(index, chunk, position);
    if (replacement === null) {
      throw new ApplyPatchError("no_match", `Failed to find expected lines in ${path}:\n${chunk.oldLines.join("\n")}`);
    }
    found.push(replacement);
    position = replacement.start + replacement.oldCount;
  }
  return found;
}

function locateChunk(index: LineIndex, chunk: UpdateChunk, position: number): Replacement | null {
  const { oldLines, newLines } = chunk;
  const start = index.seek(oldLines, position, chunk.isEndOfFile);
  if (start !== null) return { start, oldCount: oldLines.length, newLines };
  if (oldLines.at(-1) !== "") return null;
  // The last blank line of the patch may stand for the file's final newline, which is no line of its own.
  const shorter = oldLines.slice(0, -1);
  const again = index.seek(shorter, position, chunk.isEndOfFile);
  if (again === null) return null;
  return {
    start: again,
    oldCount: shorter.length,
    newLines: newLines.at(-1) === "" ? newLines.slice(0, -1) : newLines,
  };
}

/**
 * Carries out replacements from the bottom up. What is behind the current place is kept as a stack, its first line on
 * top, so that a replacement takes what really stands there even when an insertion fell into its range.
 */
function replaceAll(lines: readonly string[], sorted: readonly Replacement[]): string[] {
  const stack: string[] = [];
  let cursor = lines.length;
  for (const { start, oldCount, newLines } of sorted.toReversed()) {
    while (cursor > start) {
      cursor -= 1;
      stack.push(lines[cursor] ?? "");
    }
    stack.length = Math.max(0, stack.length - oldCount);
    for (let at = newLines.length - 1; at >= 0; at -= 1) stack.push(newLines[at] ?? "");
  }
  while (cursor > 0) {
    cursor -= 1;
    stack.push(lines[cursor] ?? "");
  }
  return stack.toReversed();
}
