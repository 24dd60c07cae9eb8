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

const NAMED: Readonly<Record<string, string>> = {
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\0": "\\0",
  '"': '\\"',
  "\\": "\\\\",
};

/** The text in double quotes, with whatever would not show as it is written as an escape. */
export function quoted(text: string): string {
  const body = text.replace(
    /["\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    character => NAMED[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${body}"`;
}

/** What an error says, in one line of text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
