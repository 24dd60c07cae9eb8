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
  numbers: ReadonlyMap<string, number>;
  ids: Uint32Array;
  /** The places of line number n are `positions[offsets[n]]` up to `positions[offsets[n + 1]]`, ascending. */
  offsets: Uint32Array;
  positions: Uint32Array;
}

function buildLevel(lines: readonly string[], normalize: (line: string) => string): Level {
  const numbers = new Map<string, number>();
  const ids = new Uint32Array(lines.length);
  const counts: number[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const form = normalize(lines[index] ?? "");
    let id = numbers.get(form);
    if (id === undefined) {
      id = counts.length;
      numbers.set(form, id);
      counts.push(0);
    }
    ids[index] = id;
    counts[id] = (counts[id] ?? 0) + 1;
  }
  const offsets = new Uint32Array(counts.length + 1);
  for (let id = 0; id < counts.length; id += 1) offsets[id + 1] = (offsets[id] ?? 0) + (counts[id] ?? 0);
  const filled = offsets.slice();
  const positions = new Uint32Array(lines.length);
  for (let index = 0; index < lines.length; index += 1) {
    const id = ids[index] ?? 0;
    const at = filled[id] ?? 0;
    positions[at] = index;
    filled[id] = at + 1;
  }
  return { numbers, ids, offsets, positions };
}

/**
 * Finds runs of lines in a file. Exact runs are looked for line by line as long as that is cheap; beyond that each pass
 * is indexed once, when first needed, so that many searches cost little more than one, and no search costs more than
 * the file's length a pass.
 */
export class LineIndex {
  readonly lines: readonly string[];
  readonly #levels: (Level | undefined)[] = [];
  /** How many lines may still be looked at without the index. */
  #scanBudget: number;

  constructor(lines: readonly string[]) {
    this.lines = lines;
    this.#scanBudget = 2 * lines.length;
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
    const scanned = this.#scan(pattern, from, last);
    if (typeof scanned === "number") return scanned;
    for (let pass = scanned === "absent" ? 1 : 0; pass < PASSES.length; pass += 1) {
      const found = this.#seekAt(pass, pattern, from);
      if (found !== null) return found;
    }
    return null;
  }

  /** Looks for an exact run without the index, while the budget lasts. */
  #scan(pattern: readonly string[], from: number, last: number): number | "absent" | "unknown" {
    const { lines } = this;
    for (let begin = from; begin <= last; begin += 1) {
      let length = 0;
      while (length < pattern.length && lines[begin + length] === pattern[length]) length += 1;
      if (length === pattern.length) return begin;
      this.#scanBudget -= length + 1;
      if (this.#scanBudget < 0) return "unknown";
    }
    return "absent";
  }

  #level(pass: number): Level {
    this.#levels[pass] ??= buildLevel(this.lines, PASSES[pass] ?? (line => line));
    return this.#levels[pass];
  }

  #seekAt(pass: number, pattern: readonly string[], from: number): number | null {
    const { numbers, ids, offsets, positions } = this.#level(pass);
    const normalize = PASSES[pass] ?? (line => line);
    const wanted = new Uint32Array(pattern.length);
    let anchor = 0;
    let fewest = Number.POSITIVE_INFINITY;
    for (const [index, line] of pattern.entries()) {
      const id = numbers.get(normalize(line));
      if (id === undefined) return null;
      wanted[index] = id;
      const count = (offsets[id + 1] ?? 0) - (offsets[id] ?? 0);
      if (count < fewest) {
        anchor = index;
        fewest = count;
      }
    }
    const id = wanted[anchor] ?? 0;
    const end = offsets[id + 1] ?? 0;
    let budget = ids.length + pattern.length;
    for (let at = firstAtLeast(positions, offsets[id] ?? 0, end, from + anchor); at < end; at += 1) {
      const begin = (positions[at] ?? 0) - anchor;
      const length = matchingLength(ids, wanted, begin);
      if (length === wanted.length) return begin;
      budget -= length + 1;
      if (budget < 0) return searchLinear(ids, wanted, begin + 1);
    }
    return null;
  }
}

/** The first index in [low, high) whose value is at least `bound`, in an ascending stretch; `high` when none is. */
function firstAtLeast(values: Uint32Array, low: number, high: number, bound: number): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((values[middle] ?? 0) < bound) from = middle + 1;
    else to = middle;
  }
  return from;
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
