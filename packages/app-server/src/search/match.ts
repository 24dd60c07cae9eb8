/** How well a query fits a path, and which of the path's characters it took. */
export interface PathMatch {
  score: number;
  indices: number[];
}

const HIT = 16;
const CONSECUTIVE = 8;
const AT_WORD_START = 8;
const IN_FILE_NAME = 4;
const GAP = 1;

/**
 * Finds the query's characters in the path, in order; the case matters only where the query has capitals. Runs, starts of
 * words and the file's own name count more, gaps count less. Null when they are not all there.
 */
export function matchPath(query: string, path: string): PathMatch | null {
  const exact = query !== query.toLowerCase();
  const wanted = exact ? query : query.toLowerCase();
  const text = exact ? path : path.toLowerCase();
  const nameStart = path.lastIndexOf("/") + 1;
  // The rightmost place where the query still fits is where its best form mostly is: the file's name.
  const first = greedy(wanted, text, nameStart) ?? greedy(wanted, text, 0);
  if (first === null) return null;
  return { score: scoreOf(first, path, nameStart), indices: first };
}

function greedy(wanted: string, text: string, from: number): number[] | null {
  const indices: number[] = [];
  let at = from;
  for (const character of wanted) {
    const found = text.indexOf(character, at);
    if (found === -1) return null;
    indices.push(found);
    at = found + 1;
  }
  return indices;
}

function scoreOf(indices: readonly number[], path: string, nameStart: number): number {
  let score = 0;
  for (const [position, index] of indices.entries()) {
    const previous = indices[position - 1];
    score += HIT;
    if (previous === index - 1) score += CONSECUTIVE;
    else if (previous !== undefined) score -= Math.min(GAP * (index - previous - 1), HIT / 2);
    if (index === 0 || /[/_\-. ]/.test(path[index - 1] ?? "/")) score += AT_WORD_START;
    if (index >= nameStart) score += IN_FILE_NAME;
  }
  return Math.max(1, score);
}
