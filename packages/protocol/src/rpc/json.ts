import { floatText, isFloat } from "../wire/expectations.ts";
import type { WrittenNumbers } from "../wire/written-numbers.ts";

/** Texts nested deeper than this are refused, as the reference's parser does. */
export const DEEPEST_NESTING = 128;

/** What a scan of a text tells before it is parsed. */
interface Scan {
  readonly tooDeep: boolean;
  /** Some number is written with a fraction, an exponent, as a negative zero, or with more digits than a double holds. */
  readonly unusualNumbers: boolean;
  /** Some member of the outermost object appears twice. */
  readonly duplicates: boolean;
}

/** A parsed text, with what `JSON.parse` does not tell. */
export interface StrictJson {
  readonly value: unknown;
  /** Numbers that a double does not tell enough of. */
  readonly numbers: WrittenNumbers;
  /** Members of the outermost object that appear more than once. */
  readonly duplicates: boolean;
}

/** Stands for the `id` member of the outermost object, the one integer that is kept exactly. */
const ENVELOPE_ID = "#id";
const QUOTE = 34;
const BACKSLASH = 92;

/** The index of a string's closing quote, given the index of its opening one; -1 when it never closes. */
function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (close !== -1) {
    let back = close - 1;
    while (text.charCodeAt(back) === BACKSLASH) {
      back -= 1;
    }
    if ((close - back) % 2 === 1) {
      return close;
    }
    close = text.indexOf('"', close + 1);
  }
  return -1;
}

function scan(text: string): Scan {
  let depth = 0;
  let tooDeep = false;
  let digits = 0;
  let unusualNumbers = false;
  let duplicates = false;
  const members = new Set<string>();
  let lastString = "";
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      const close = endOfString(text, index);
      if (close === -1) {
        break;
      }
      lastString = depth === 1 ? text.slice(index, close + 1) : "";
      index = close;
      digits = 0;
    } else if (code === 123 || code === 91) {
      depth += 1;
      tooDeep ||= depth > DEEPEST_NESTING;
      digits = 0;
    } else if (code === 125 || code === 93) {
      depth -= 1;
      digits = 0;
    } else if (code === 58) {
      if (depth === 1) {
        duplicates ||= members.has(lastString);
        members.add(lastString);
      }
      digits = 0;
    } else if (code >= 48 && code <= 57) {
      digits += 1;
      unusualNumbers ||= digits > 15;
    } else if (code === 46 || ((code === 101 || code === 69) && digits > 0)) {
      unusualNumbers = true;
    } else if (code === 45) {
      unusualNumbers ||= text.charCodeAt(index + 1) === 48;
    } else {
      digits = 0;
    }
  }
  return { tooDeep, unusualNumbers, duplicates };
}

/** A number's text; a fraction or an exponent makes it a floating point one. */
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;

class Parser {
  readonly #text: string;
  #at = 0;
  readonly numbers = new Map<object, Map<string, string>>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The text is known to be valid JSON and not nested too deeply. */
  value(container: object | undefined, key: string): unknown {
    this.#space();
    const code = this.#text.charCodeAt(this.#at);
    if (code === 123) {
      return this.#object(container);
    }
    if (code === 91) {
      return this.#array();
    }
    if (code === QUOTE) {
      return this.#string();
    }
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    }
    return this.#number(container, key);
  }

  #space(): void {
    while (" \t\n\r".includes(this.#text[this.#at] ?? "x")) {
      this.#at += 1;
    }
  }

  /** Moves past a character if it is the next one. */
  #skip(character: string): boolean {
    this.#space();
    if (this.#text[this.#at] !== character) {
      return false;
    }
    this.#at += 1;
    return true;
  }

  #string(): string {
    const close = endOfString(this.#text, this.#at);
    const text = JSON.parse(this.#text.slice(this.#at, close + 1)) as string;
    this.#at = close + 1;
    return text;
  }

  #number(container: object | undefined, key: string): number | bigint {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    const text = match?.[0] ?? "";
    this.#at += text.length;
    const value = Number(text);
    if (!Number.isFinite(value)) {
      throw new SyntaxError("number out of range");
    }
    const written = writtenNumber(text, value, match?.[1] ?? match?.[2]);
    if (written === null) {
      return value;
    }
    if (key === ENVELOPE_ID && !isFloat(written)) {
      return BigInt(text);
    }
    if (container !== undefined) {
      const keys = this.numbers.get(container) ?? new Map<string, string>();
      this.numbers.set(container, keys.set(key === ENVELOPE_ID ? "id" : key, written));
    }
    return value;
  }

  #array(): unknown[] {
    const list: unknown[] = [];
    this.#at += 1;
    if (this.#skip("]")) {
      return list;
    }
    do {
      list.push(this.value(list, String(list.length)));
    } while (this.#skip(","));
    this.#skip("]");
    return list;
  }

  #object(container: object | undefined): Record<string, unknown> {
    const object: Record<string, unknown> = {};
    this.#at += 1;
    if (this.#skip("}")) {
      return object;
    }
    do {
      this.#space();
      const key = this.#string();
      this.#skip(":");
      this.numbers.get(object)?.delete(key);
      const value = this.value(object, container === undefined && key === "id" ? ENVELOPE_ID : key);
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
    } while (this.#skip(","));
    this.#skip("}");
    return object;
  }
}

const LEAST_INTEGER = -(2n ** 63n);
const GREATEST_INTEGER = 2n ** 64n - 1n;

/** How a number is shown when its double does not tell it; null when it does. Integers of more than 64 bits are floating point. */
function writtenNumber(text: string, value: number, fraction: string | undefined): string | null {
  if (fraction !== undefined || Object.is(value, -0)) {
    return floatText(value);
  }
  if (Number.isSafeInteger(value)) {
    return null;
  }
  const exact = BigInt(text);
  return exact >= LEAST_INTEGER && exact <= GREATEST_INTEGER ? text : floatText(value);
}

const WORDS: readonly (readonly [string, unknown])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];

const NOTHING_UNUSUAL: WrittenNumbers = new Map();

/**
 * Parses a JSON text the way the reference's parser does: nesting beyond 128 levels is refused, `1.0` is told from `1`,
 * integers are known to their last digit, and the outermost `id` becomes a bigint when a double cannot hold it.
 *
 * @throws SyntaxError when the text is not JSON, is nested too deeply, or has a number that no double is near to
 */
export function parseStrict(text: string): StrictJson {
  const found = scan(text);
  if (found.tooDeep) {
    throw new SyntaxError(`JSON nested deeper than ${DEEPEST_NESTING} levels`);
  }
  const value: unknown = JSON.parse(text);
  if (!found.unusualNumbers) {
    return { value, numbers: NOTHING_UNUSUAL, duplicates: found.duplicates };
  }
  const parser = new Parser(text);
  return { value: parser.value(undefined, ""), numbers: parser.numbers, duplicates: found.duplicates };
}

/** Whether a text is nested deeper than parsers of the wire accept. Cheap for short texts. */
export function isTooDeep(text: string): boolean {
  return text.length > 2 * DEEPEST_NESTING && scan(text).tooDeep;
}
