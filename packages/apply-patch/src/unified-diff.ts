import { diffLines, type Edit, linesWithEnds } from "./line-diff.ts";

/**
 * The hunks of a unified diff between two texts, without file headers; empty for equal texts. A count of one is left
 * out, and a line without newline is followed by the usual remark.
 * @param context how many unchanged lines stand around a change
 * @param touched the stretches of lines outside of which nothing but the last line differs, when that is known
 */
export function unifiedDiff(before: string, after: string, context: number, touched: readonly Edit[] = []): string {
  if (before === after) return "";
  const oldLines = linesWithEnds(before);
  const newLines = linesWithEnds(after);
  const edits = diffLines(oldLines, newLines, touched);
  return groups(edits, context)
    .map(group => hunkText(group, oldLines, newLines, context))
    .join("");
}

/** Edits that share a hunk: no more than twice the context stands between them. */
function groups(edits: readonly Edit[], context: number): Edit[][] {
  const found: Edit[][] = [];
  for (const edit of edits) {
    const last = found.at(-1);
    const previous = last?.at(-1);
    if (last !== undefined && previous !== undefined && edit.oldStart - previous.oldEnd <= 2 * context) last.push(edit);
    else found.push([edit]);
  }
  return found;
}

function hunkText(
  edits: readonly Edit[],
  oldLines: readonly string[],
  newLines: readonly string[],
  context: number,
): string {
  const first = edits[0];
  const last = edits.at(-1);
  if (first === undefined || last === undefined) return "";
  const lead = Math.min(context, first.oldStart);
  const tail = Math.min(context, oldLines.length - last.oldEnd);
  const oldRange = range(first.oldStart - lead, last.oldEnd + tail);
  const newRange = range(first.newStart - lead, last.newEnd + tail);
  const out = [`@@ -${oldRange} +${newRange} @@\n`];
  let at = first.oldStart - lead;
  for (const edit of edits) {
    for (; at < edit.oldStart; at += 1) out.push(diffLine(" ", oldLines[at]));
    for (; at < edit.oldEnd; at += 1) out.push(diffLine("-", oldLines[at]));
    for (let index = edit.newStart; index < edit.newEnd; index += 1) out.push(diffLine("+", newLines[index]));
  }
  for (; at < last.oldEnd + tail; at += 1) out.push(diffLine(" ", oldLines[at]));
  return out.join("");
}

/** A range of a hunk header: first line and count, where an empty range names the line before it. */
function range(start: number, end: number): string {
  const count = end - start;
  if (count === 1) return `${start + 1}`;
  return `${count === 0 ? start : start + 1},${count}`;
}

function diffLine(sign: string, line = ""): string {
  return line.endsWith("\n") ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}
