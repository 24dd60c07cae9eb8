import { trim, trimEnd } from "./whitespace.ts";

/** How forgiving a search is, in the order the passes are tried (section 4). */
const PASSES: readonly ((line: string) => string)[] = [
  line => line,
  trimEnd,
  trim,
  line => plainPunctuation(trim(line)),
];

const PUNCTUATION: ReadonlyMap<string, string> = new Map([
  ...[..."\u2010\u2011\u2012\u2013\u2014\u2015\u2212"].map(char => [char, "-"] as const),
  ...[..."\u2018\u2019\u201a\u201b"].map(char => [char, "'"] as const),
  ...[..."\u201c\u201d\u201e\u201f"].map(char => [char, '"'] as const),
  ...[..."\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"].map(
    char => [char, " "] as const,
  ),
]);

const TYPOGRAPHIC = /[\u00a0\u2002-\u200a\u2010-\u2015\u2018-\u201f\u202f\u205f\u2212\u3000]/g;

/** Typographic dashes, quotes and spaces as their plain ASCII forms. */
function plainPunctuation(line: string): string {
  return line.replace(TYPOGRAPHIC, char => PUNCTUATION.get(char) ?? char);
}

/** The lines of a file under one pass: a number for each distinct line, and where each stands. */
interface Level {
  numbers: Map<string, number>;
  ids: Uint32Array;
  positions: number[][];
}

/**
 * Finds runs of lines in a file. Each pass is indexed once, when first needed, so that many searches in one file cost
 * little more than one, and a search never costs more than the file's length a pass.
 */
export class LineIndex {
  readonly lines: readonly string[];
  readonly #levels: (Level | undefined)[] = [];

  constructor(lines: readonly string[]) {
    this.lines = lines;
  }

  /**
   * The first place at or after `start` where the pattern stands, or null. The strictest pass that finds it anywhere
   * wins. With `atEnd` only the very end of the file is tried, and `start` has no meaning.
   */
  seek(pattern: readonly string[], start: number, atEnd: boolean): number | null {
    if (pattern.length === 0) return start;
    const last = this.lines.length - pattern.length;
    const from = atEnd ? last : start;
    if (last < 0 || from > last) return null;
    for (let pass = 0; pass < PASSES.length; pass += 1) {
      const found = this.#seekAt(pass, pattern, from);
      if (found !== null) return found;
    }
    return null;
  }

  #level(pass: number): Level {
    const known = this.#levels[pass];
    if (known !== undefined) return known;
    const normalize = PASSES[pass] ?? (line => line);
    const level: Level = { numbers: new Map(), ids: new Uint32Array(this.lines.length), positions: [] };
    for (const [index, line] of this.lines.entries()) {
      const form = normalize(line);
      let id = level.numbers.get(form);
      if (id === undefined) {
        id = level.positions.length;
        level.numbers.set(form, id);
        level.positions.push([]);
      }
      level.ids[index] = id;
      level.positions[id]?.push(index);
    }
    this.#levels[pass] = level;
    return level;
  }

  #seekAt(pass: number, pattern: readonly string[], from: number): number | null {
    const level = this.#level(pass);
    const normalize = PASSES[pass] ?? (line => line);
    const wanted = new Uint32Array(pattern.length);
    let anchor = 0;
    let anchorPositions: readonly number[] = [];
    for (const [index, line] of pattern.entries()) {
      const id = level.numbers.get(normalize(line));
      if (id === undefined) return null;
      wanted[index] = id;
      const positions = level.positions[id] ?? [];
      if (index === 0 || positions.length < anchorPositions.length) {
        anchor = index;
        anchorPositions = positions;
      }
    }
    let budget = level.ids.length + pattern.length;
    for (let at = firstAtLeast(anchorPositions, from + anchor); at < anchorPositions.length; at += 1) {
      const begin = (anchorPositions[at] ?? 0) - anchor;
      const length = matchingLength(level.ids, wanted, begin);
      if (length === wanted.length) return begin;
      budget -= length + 1;
      if (budget < 0) return searchLinear(level.ids, wanted, begin + 1);
    }
    return null;
  }
}

/** The index of the first value that is at least `bound` in an ascending list. */
function firstAtLeast(values: readonly number[], bound: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function matchingLength(ids: Uint32Array, wanted: Uint32Array, begin: number): number {
  let length = 0;
  while (length < wanted.length && ids[begin + length] === wanted[length]) length += 1;
  return length;
}

/** Knuth-Morris-Pratt: what keeps repetitive files from costing pattern times file. */
function searchLinear(ids: Uint32Array, wanted: Uint32Array, from: number): number | null {
  const borders = new Int32Array(wanted.length);
  for (let at = 1, border = 0; at < wanted.length; at += 1) {
    while (border > 0 && wanted[at] !== wanted[border]) border = borders[border - 1] ?? 0;
    if (wanted[at] === wanted[border]) border += 1;
    borders[at] = border;
  }
  for (let at = from, matched = 0; at < ids.length; at += 1) {
    while (matched > 0 && ids[at] !== wanted[matched]) matched = borders[matched - 1] ?? 0;
    if (ids[at] === wanted[matched]) matched += 1;
    if (matched === wanted.length) return at - matched + 1;
  }
  return null;
}
