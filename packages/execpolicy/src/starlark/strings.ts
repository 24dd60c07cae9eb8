import { Fault } from "./fault.ts";

const SIMPLE_ESCAPES = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
  ["\\", "\\"],
  ['"', '"'],
  ["'", "'"],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["v", "\v"],
  ["\n", ""],
]);
const HEX_LENGTH = new Map([
  ["x", 2],
  ["u", 4],
  ["U", 8],
]);

const BACKSLASH = 0x5c;
const RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** A string literal that was read from the source. */
export interface StringToken {
  value: string;
  /** The offset behind the closing quote. */
  end: number;
}

/**
 * Reads a string literal whose opening quote is at `start`.
 * @throws Fault with the place of the literal, or of the escape
 */
export function readString(text: string, start: number, raw: boolean, tokenStart: number): StringToken {
  const quote = text.charAt(start);
  const triple = text.startsWith(quote.repeat(3), start);
  const closing = triple ? quote.repeat(3) : quote;
  const pieces: string[] = [];
  let index = start + closing.length;
  for (;;) {
    const end = plainRunEnd(text, index, quote, triple);
    if (pieces.length === 0 && text.startsWith(closing, end)) {
      return { value: text.slice(index, end), end: end + closing.length };
    }
    if (end > index) pieces.push(text.slice(index, end));
    index = end;
    if (text.startsWith(closing, index)) return { value: pieces.join(""), end: index + closing.length };
    const char = text.charAt(index);
    if (char === "" || (char === "\n" && !triple)) {
      const stop = char === "" ? text.length : index;
      throw new Fault("Parse error: unfinished string literal", { start: tokenStart, end: stop });
    }
    if (char === "\r" && text.charAt(index + 1) === "\n") {
      // A line of a string ends in a line feed, whatever the file uses.
      index += 1;
    } else if (char !== "\\") {
      pieces.push(char);
      index += 1;
    } else if (raw) {
      pieces.push(text.slice(index, index + 2));
      index += 2;
    } else {
      const escape = readEscape(text, index + 1);
      pieces.push(escape.value);
      index = escape.end;
    }
  }
}

/** The end of the run of characters that stand for themselves. */
function plainRunEnd(text: string, start: number, quote: string, triple: boolean): number {
  const quoteCode = quote.charCodeAt(0);
  let index = start;
  while (index < text.length) {
    const code = text.charCodeAt(index);
    if (code === quoteCode || code === BACKSLASH || code === RETURN || (code === LINE_FEED && !triple)) break;
    index += 1;
  }
  return index;
}

function readEscape(text: string, start: number): StringToken {
  const char = text.charAt(start);
  const at = { start: start - 1, end: start };
  if (char === "") throw new Fault("Parse error: missing string escape sequence, only saw `\\`", at);
  const simple = SIMPLE_ESCAPES.get(char);
  if (simple !== undefined) return { value: simple, end: start + 1 };
  if (char === "\r" && text.charAt(start + 1) === "\n") return { value: "", end: start + 2 };
  const octal = /^[0-7]{1,3}/.exec(text.slice(start, start + 3));
  if (octal) return { value: String.fromCodePoint(Number.parseInt(octal[0], 8)), end: start + octal[0].length };
  const length = HEX_LENGTH.get(char);
  if (length === undefined) return { value: `\\${char}`, end: start + 1 };
  const digits = text.slice(start + 1, start + 1 + length);
  const code = /^[0-9a-fA-F]+$/.test(digits) && digits.length === length ? Number.parseInt(digits, 16) : -1;
  if (code < 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
    // Read up to the first character that is no digit, and that one.
    const run = /^[0-9a-fA-F]*/.exec(digits)?.[0] ?? "";
    const stop = run.length < length ? text.codePointAt(start + 1 + run.length) : undefined;
    const seen = stop === undefined ? run : run + String.fromCodePoint(stop);
    throw new Fault(`Parse error: invalid string escape sequence \`${char}${seen}\``, at);
  }
  return { value: String.fromCodePoint(code), end: start + 1 + length };
}
