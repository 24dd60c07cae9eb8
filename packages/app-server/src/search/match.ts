/** How well a query fits a path, and which of the path's characters it took. */
export interface PathMatch {
  score: number;
  indices: number[];
}

const HIT = 16;
const GAP_START = 3;
const GAP_MORE = 1;
/** After a slash, and at the start of the path. */
const AFTER_SLASH = 9;
/** After another character that is no letter or digit. */
const AT_WORD_START = 8;
/** A capital after a small letter, a digit after what is none. */
const AT_HUMP = 5;
/** A hit right after a hit counts at least this more. */
const IN_A_ROW = 4;
/** The first hit stands for the start of the query: its place counts twice. */
const FIRST = 2;

/**
 * Finds the words of the query in the path, each with its characters in order, where they fit best. Case matters for a word
 * with capitals. Null when a word is not there; a query without words fits everywhere. The weights are those of the finders that clients know from terminals.
 */
export function matchPath(query: string, path: string): PathMatch | null {
  let score = 0;
  const indices = new Set<number>();
  for (const word of query.split(/\s+/).filter(part => part !== "")) {
    const match = matchWord(word, path);
    if (match === null) return null;
    score += match.score;
    for (const index of match.indices) indices.add(index);
  }
  return { score: Math.max(1, score), indices: [...indices].sort((a, b) => a - b) };
}

/** The best way to end at a place: its score, the bonus of the run it is in, and where the hit before it is. */
interface Best {
  score: number;
  run: number;
  before: number;
}

function matchWord(word: string, path: string): PathMatch | null {
  const wanted = word === word.toLowerCase() ? word : null;
  const [needle, text] = wanted === null ? [word, path] : [wanted, path.toLowerCase()];
  if (!isSubsequence(needle, text)) return null;
  const rows: (Best | undefined)[][] = [];
  for (let row = 0; row < needle.length; row++) rows.push(nextRow(needle[row]!, { text, path }, rows[row - 1]));
  return traced(rows);
}

/** The places where one more character of the query can be hit, after the hits of the row before. */
function nextRow(
  character: string,
  { text, path }: { text: string; path: string },
  previous: readonly (Best | undefined)[] | undefined,
): (Best | undefined)[] {
  const row: (Best | undefined)[] = [];
  let far: { score: number; at: number } | null = null;
  for (let index = 0; index < text.length; index++) {
    // The best hit before, with a gap in between.
    if (far !== null) far.score -= GAP_MORE;
    const leaving = previous?.[index - 2];
    if (leaving !== undefined && (far === null || leaving.score - GAP_START > far.score)) {
      far = { score: leaving.score - GAP_START, at: index - 2 };
    }
    if (text[index] !== character) continue;
    const bonus = bonusAt(path, index);
    if (previous === undefined) {
      row[index] = { score: HIT + bonus * FIRST, run: bonus, before: -1 };
      continue;
    }
    const near = previous[index - 1];
    const run = near === undefined ? 0 : Math.max(near.run, IN_A_ROW, bonus);
    const joined = near === undefined ? Number.NEGATIVE_INFINITY : near.score + HIT + run;
    const apart = far === null ? Number.NEGATIVE_INFINITY : far.score + HIT + bonus;
    if (joined === Number.NEGATIVE_INFINITY && apart === Number.NEGATIVE_INFINITY) continue;
    row[index] =
      joined >= apart
        ? { score: joined, run: bonus >= AT_WORD_START && bonus > near!.run ? bonus : near!.run, before: index - 1 }
        : { score: apart, run: bonus, before: far!.at };
  }
  return row;
}

/** Follows the best end back to its beginning. */
function traced(rows: readonly (readonly (Best | undefined)[])[]): PathMatch | null {
  let at = -1;
  let score = Number.NEGATIVE_INFINITY;
  for (const [index, best] of (rows.at(-1) ?? []).entries()) {
    if (best !== undefined && best.score > score) [score, at] = [best.score, index];
  }
  if (at === -1) return null;
  const indices: number[] = [];
  for (let row = rows.length - 1; row >= 0; row--) {
    indices.push(at);
    at = rows[row]![at]!.before;
  }
  return { score, indices: indices.reverse() };
}

function isSubsequence(needle: string, text: string): boolean {
  let at = 0;
  for (const character of needle) {
    at = text.indexOf(character, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/** What a place in the path is worth by what stands before it. */
function bonusAt(path: string, index: number): number {
  const before = path[index - 1] ?? "/";
  const here = path[index]!;
  if (before === "/") return AFTER_SLASH;
  if (!/[\p{L}\p{N}]/u.test(before)) return AT_WORD_START;
  const hump = (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(here)) || (!/\p{N}/u.test(before) && /\p{N}/u.test(here));
  return hump ? AT_HUMP : 0;
}
