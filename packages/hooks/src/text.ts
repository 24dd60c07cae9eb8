const SPACE = /^\p{White_Space}$/u;

/** Takes white space off both ends: Unicode's, which differs from `String.trim` for U+0085 and U+FEFF. */
export function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && SPACE.test(text.charAt(start))) start++;
  while (end > start && SPACE.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** The text with its ends trimmed; null when nothing is left. */
export function nonBlank(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const kept = trimmed(text);
  return kept === "" ? null : kept;
}

/** The deepest that values may lie in each other. */
const MAX_DEPTH = 127;

/** Whether UTF-8 can write a text: it has no half of a pair alone. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}

/** Whether every text is one that UTF-8 can write, every number finite and nothing too deep: `JSON.parse` lets such things through. */
export function isSoundJson(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return isWellFormed(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  if (depth === MAX_DEPTH) return false;
  return Object.entries(value).every(([key, item]) => isWellFormed(key) && isSoundJson(item, depth + 1));
}

/** What an error says, in one line of text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
