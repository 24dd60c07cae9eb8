import { diffArrays } from "diff";

/** A changed stretch: lines [oldStart, oldEnd) of the old text became lines [newStart, newEnd) of the new one. */
export interface Edit {
  oldStart: number;
  oldEnd: number;
  newStart: number;
  newEnd: number;
}

/** A stretch longer than this is first cut at lines that occur once on both sides. */
const ANCHOR_ABOVE = 2_000;
/** More edits than this in one stretch are not worth minimising: the stretch counts as replaced. */
const MAX_EDITS = 2_000;

/** The lines of a text with their ends; a last line without one stays without. */
export function linesWithEnds(text: string): string[] {
  const lines: string[] = [];
  let start = 0;
  while (start < text.length) {
    const cut = text.indexOf("\n", start);
    const end = cut === -1 ? text.length : cut + 1;
    lines.push(text.slice(start, end));
    start = end;
  }
  return lines;
}

/**
 * The differences between two lists of lines, in order. Small texts get the shortest answer, large ones a fast one.
 * @param touched where it is known that nothing differs between these stretches: look at them, and behind the last
 */
export function diffLines(
  oldLines: readonly string[],
  newLines: readonly string[],
  touched: readonly Edit[] = [],
): Edit[] {
  const comparison: Comparison = { oldLines, newLines, edits: [] };
  let [oldAt, newAt] = [0, 0];
  for (const stretch of touched) {
    const newEnd = Math.min(stretch.newEnd, newLines.length);
    // A blank line can be the last one no more, and then it is none: the gap before the stretch lost it.
    const isGapEqual = stretch.newStart <= newEnd;
    const [oldStart, newStart] = isGapEqual ? [stretch.oldStart, stretch.newStart] : [oldAt, newAt];
    compare(comparison, oldStart, stretch.oldEnd, newStart, newEnd);
    [oldAt, newAt] = [stretch.oldEnd, newEnd];
  }
  compare(comparison, oldAt, oldLines.length, newAt, newLines.length);
  return comparison.edits;
}

interface Comparison {
  oldLines: readonly string[];
  newLines: readonly string[];
  edits: Edit[];
}

function compare(at: Comparison, oldFrom: number, oldTo: number, newFrom: number, newTo: number): void {
  const { oldLines, newLines } = at;
  let [oldStart, newStart, oldEnd, newEnd] = [oldFrom, newFrom, oldTo, newTo];
  while (oldStart < oldEnd && newStart < newEnd && oldLines[oldStart] === newLines[newStart]) {
    oldStart += 1;
    newStart += 1;
  }
  while (oldStart < oldEnd && newStart < newEnd && oldLines[oldEnd - 1] === newLines[newEnd - 1]) {
    oldEnd -= 1;
    newEnd -= 1;
  }
  if (oldStart === oldEnd || newStart === newEnd) {
    if (oldStart !== oldEnd || newStart !== newEnd) push(at.edits, { oldStart, oldEnd, newStart, newEnd });
    return;
  }
  if (oldEnd - oldStart + newEnd - newStart > ANCHOR_ABOVE) {
    const anchors = uniqueAnchors(at, oldStart, oldEnd, newStart, newEnd);
    if (anchors.length > 0) {
      let [oldAt, newAt] = [oldStart, newStart];
      for (const [oldAnchor, newAnchor] of anchors) {
        compare(at, oldAt, oldAnchor, newAt, newAnchor);
        [oldAt, newAt] = [oldAnchor + 1, newAnchor + 1];
      }
      compare(at, oldAt, oldEnd, newAt, newEnd);
      return;
    }
  }
  minimal(at, oldStart, oldEnd, newStart, newEnd);
}

function minimal(at: Comparison, oldStart: number, oldEnd: number, newStart: number, newEnd: number): void {
  const oldPart = at.oldLines.slice(oldStart, oldEnd);
  const newPart = at.newLines.slice(newStart, newEnd);
  const inOld = new Set(oldPart);
  const parts = newPart.some(line => inOld.has(line))
    ? diffArrays(oldPart, newPart, { maxEditLength: MAX_EDITS })
    : undefined;
  if (parts === undefined) {
    push(at.edits, { oldStart, oldEnd, newStart, newEnd });
    return;
  }
  let [oldAt, newAt] = [oldStart, newStart];
  for (const part of parts) {
    const count = part.value.length;
    const oldNext = part.added ? oldAt : oldAt + count;
    const newNext = part.removed ? newAt : newAt + count;
    if (part.added || part.removed) {
      push(at.edits, { oldStart: oldAt, oldEnd: oldNext, newStart: newAt, newEnd: newNext });
    }
    [oldAt, newAt] = [oldNext, newNext];
  }
}

/** Adds an edit, joined to the one before when nothing stands between them. */
function push(edits: Edit[], edit: Edit): void {
  const last = edits.at(-1);
  if (last !== undefined && last.oldEnd === edit.oldStart && last.newEnd === edit.newStart) {
    last.oldEnd = edit.oldEnd;
    last.newEnd = edit.newEnd;
  } else {
    edits.push(edit);
  }
}

/** Pairs of equal lines that occur once in both stretches, ascending on both sides (the longest such chain). */
function uniqueAnchors(
  { oldLines, newLines }: Comparison,
  oldStart: number,
  oldEnd: number,
  newStart: number,
  newEnd: number,
): [oldIndex: number, newIndex: number][] {
  const inOld = occurrences(oldLines, oldStart, oldEnd);
  const inNew = occurrences(newLines, newStart, newEnd);
  const pairs: [number, number][] = [];
  for (let index = oldStart; index < oldEnd; index += 1) {
    const line = oldLines[index] ?? "";
    const other = inNew.get(line);
    if (inOld.get(line) === index && other !== undefined && other !== REPEATED) pairs.push([index, other]);
  }
  return longestAscending(pairs);
}

const REPEATED = -1;

/** For each line of a stretch where it stands, or that it stands there more than once. */
function occurrences(lines: readonly string[], start: number, end: number): Map<string, number> {
  const found = new Map<string, number>();
  for (let index = start; index < end; index += 1) {
    const line = lines[index] ?? "";
    found.set(line, found.has(line) ? REPEATED : index);
  }
  return found;
}

/** The longest chain of pairs whose second numbers ascend; the first numbers ascend already. */
function longestAscending(pairs: readonly [number, number][]): [number, number][] {
  const tails: number[] = [];
  const before = new Int32Array(pairs.length);
  for (const [index, [, value]] of pairs.entries()) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[tails[middle] ?? 0]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    before[index] = tails[low - 1] ?? -1;
    tails[low] = index;
  }
  const chain: [number, number][] = [];
  for (let index = tails.at(-1) ?? -1; index !== -1; index = before[index] ?? -1) {
    const pair = pairs[index];
    if (pair !== undefined) chain.push(pair);
  }
  return chain.toReversed();
}
