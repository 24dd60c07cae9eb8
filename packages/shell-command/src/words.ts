/**
 * Shell words: splitting a text into words as a POSIX shell does, and writing words back so that a shell reads the same
 * words again (shell-command specification, section 8.8). The packages of this floor may not import each other, so
 * `shell-command` and `execpolicy` each hold this file; a test keeps the two texts identical.
 */

/** What stands in for a command line that holds a NUL byte, which no shell can express. */
export const NUL_COMMAND_TEXT = "<command included NUL byte>";

const DOUBLE_QUOTE_ESCAPABLE = new Set(["$", "`", '"', "\\"]);

/**
 * Splits a text into words: quotes and backslashes are resolved, nothing is expanded, operators are not known
 * (`ls;pwd` is one word), `#` at the start of a word begins a comment to the end of the line.
 * @returns the words, or null when a quote is not closed or the text ends in a lone backslash
 */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let index = 0;
  while (index < text.length) {
    const char = text.charAt(index);
    if (char === " " || char === "\t" || char === "\n") {
      if (word !== null) words.push(word);
      word = null;
      index += 1;
    } else if (char === "#" && word === null) {
      const end = text.indexOf("\n", index);
      index = end === -1 ? text.length : end;
    } else if (char === "'") {
      const end = text.indexOf("'", index + 1);
      if (end === -1) return null;
      word = (word ?? "") + text.slice(index + 1, end);
      index = end + 1;
    } else if (char === '"') {
      const quoted = doubleQuoted(text, index + 1);
      if (quoted === null) return null;
      word = (word ?? "") + quoted.value;
      index = quoted.end;
    } else if (char === "\\") {
      const next = text.charAt(index + 1);
      if (next === "") return null;
      if (next !== "\n") word = (word ?? "") + next;
      index += 2;
    } else {
      word = (word ?? "") + char;
      index += 1;
    }
  }
  if (word !== null) words.push(word);
  return words;
}

function doubleQuoted(text: string, start: number): { value: string; end: number } | null {
  let value = "";
  for (let index = start; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '"') return { value, end: index + 1 };
    if (char !== "\\") {
      value += char;
      continue;
    }
    const next = text.charAt(index + 1);
    if (next === "") return null;
    if (next !== "\n") value += DOUBLE_QUOTE_ESCAPABLE.has(next) ? next : char + next;
    index += 1;
  }
  return null;
}

/**
 * Writes an argument list as one line of shell text, the form of every `command` text a client sees.
 * A NUL byte anywhere makes the whole text `<command included NUL byte>`.
 */
export function joinWords(words: readonly string[]): string {
  return tryJoinWords(words) ?? NUL_COMMAND_TEXT;
}

/** As `joinWords`, but null when a word holds a NUL byte. */
export function tryJoinWords(words: readonly string[]): string | null {
  if (words.some(word => word.includes("\0"))) return null;
  return words.map(quoteWord).join(" ");
}

const BARE = /^[A-Za-z0-9+\-./:@\]_]+$/;
const BARE_CHAR = /^[A-Za-z0-9+\-./:@\]_]$/;
const NOT_SINGLE = new Set(["'", "\\", "^"]);
const NOT_DOUBLE = new Set(["`", "$", "!", "^"]);

/** Quotes one word: as few quotes as possible, each piece in the first style that can hold it (bare, single, double). */
export function quoteWord(word: string): string {
  if (word === "") return "''";
  if (BARE.test(word)) return word;
  const chars = [...word];
  let out = "";
  let start = 0;
  while (start < chars.length) {
    const chunk = quoteChunk(chars, start);
    out += chunk.text;
    start = chunk.end;
  }
  return out;
}

function quoteChunk(chars: readonly string[], start: number): { text: string; end: number } {
  let bare = true;
  let single = true;
  let double = true;
  let end = start;
  if (chars[start] === "^") {
    bare = false;
    double = false;
    end += 1;
  }
  for (; end < chars.length; end += 1) {
    const char = chars[end] ?? "";
    const nextBare: boolean = bare && BARE_CHAR.test(char);
    const nextSingle: boolean = single && !NOT_SINGLE.has(char);
    const nextDouble: boolean = double && !NOT_DOUBLE.has(char);
    if (!nextBare && !nextSingle && !nextDouble) break;
    bare = nextBare;
    single = nextSingle;
    double = nextDouble;
  }
  const text = chars.slice(start, end).join("");
  if (bare) return { text, end };
  if (single) return { text: `'${text}'`, end };
  return { text: `"${text.replace(/["\\]/g, "\\$&")}"`, end };
}
