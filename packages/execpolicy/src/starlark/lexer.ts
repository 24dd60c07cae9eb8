import { Fault } from "./fault.ts";
import type { SourceFile, Span } from "./source.ts";
import { readString } from "./strings.ts";

export type TokenKind =
  | "newline"
  | "indent"
  | "dedent"
  | "eof"
  | "identifier"
  | "keyword"
  | "symbol"
  | "int"
  | "float"
  | "string"
  | "fstring"
  /** The text cannot be read from here on; the parser reports `text` when it gets there. */
  | "error";

export interface Token extends Span {
  readonly kind: TokenKind;
  /** The word, symbol or string value; the message of an error. */
  readonly text: string;
  /** How many characters stand before the content of a string. */
  readonly quoteLength: number;
}

const KEYWORDS = new Set("and else load break for not continue if or def in pass elif return lambda".split(" "));
const RESERVED = new Set(
  "as assert async await class del except finally from global import is nonlocal raise try while with yield".split(" "),
);
const SYMBOLS =
  "... //= <<= >>= ** -> == != <= >= // << >> += -= *= /= %= &= |= ^= + - * / % & | ^ ~ < > = , ; : . ( ) [ ] { }".split(
    " ",
  );

const NUMBER =
  /0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+|\.[0-9]+(?:[eE][-+]?[0-9]+)?|[0-9]+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const BLANK = /[ \t]*/y;
const COMMENT = /#[^\n]*/y;

/** The symbols by their first character, longest first. */
const BY_FIRST = new Map<string, string[]>();
for (const symbol of SYMBOLS) BY_FIRST.set(symbol.charAt(0), [...(BY_FIRST.get(symbol.charAt(0)) ?? []), symbol]);

/** Splits a rules file into tokens. Never throws: the first failure becomes the last token. */
export function tokenize(source: SourceFile): Token[] {
  return new Lexer(source.text).run();
}

/** Whether a character (its code) is an ASCII letter or an underscore. */
function beginsWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

class Lexer {
  readonly #text: string;
  readonly #tokens: Token[] = [];
  readonly #indents: number[] = [0];
  #index = 0;
  #brackets = 0;

  constructor(text: string) {
    this.#text = text;
  }

  run(): Token[] {
    try {
      this.#indentation(0);
      while (this.#index < this.#text.length) this.#next();
      this.#finish();
    } catch (error) {
      if (!(error instanceof Fault) || error.span === null) throw error;
      this.#push("error", error.message, error.span.start, error.span.end);
    }
    return this.#tokens;
  }

  #push(kind: TokenKind, text: string, start: number, end: number, quoteLength = 0): void {
    this.#tokens.push({ kind, text, start, end, quoteLength });
  }

  #finish(): void {
    const end = this.#text.length;
    const last = this.#tokens.at(-1);
    if (last !== undefined && last.kind !== "newline" && last.kind !== "dedent") this.#push("newline", "", end, end);
    while (this.#indents.length > 1) {
      this.#indents.pop();
      this.#push("dedent", "", end, end);
    }
    this.#push("eof", "", end, end);
  }

  #next(): void {
    const start = this.#index;
    const char = this.#text.charAt(start);
    if (char === " ") {
      this.#index += 1;
    } else if (char === "\n" || (char === "\r" && this.#text.charAt(start + 1) === "\n")) {
      this.#newline(start, char === "\n" ? 1 : 2);
    } else if (char === "#") {
      const end = this.#text.indexOf("\n", start);
      this.#index = end === -1 ? this.#text.length : end;
    } else if (char === "\\" && /^\\\r?\n/.test(this.#text.slice(start, start + 3))) {
      this.#index = this.#text.indexOf("\n", start) + 1;
    } else if (char === "\t") {
      throw new Fault("Parse error: tabs are not allowed", { start, end: start + 1 });
    } else if (char === '"' || char === "'") {
      this.#string("string", start, start, false);
    } else if (beginsWord(this.#text.charCodeAt(start)) && this.#match(WORD)) {
      this.#word(start);
    } else if ((char === "." || (char >= "0" && char <= "9")) && this.#match(NUMBER)) {
      this.#number(start);
    } else {
      this.#symbol(start);
    }
  }

  /** Moves behind what the sticky pattern matches here. */
  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#index;
    if (!pattern.test(this.#text)) return false;
    this.#index = pattern.lastIndex;
    return true;
  }

  #newline(start: number, length: number): void {
    this.#index = start + length;
    if (this.#brackets > 0) return;
    const last = this.#tokens.at(-1);
    if (last !== undefined && last.kind !== "newline" && last.kind !== "dedent" && last.kind !== "indent") {
      this.#push("newline", "", start, start + 1);
    }
    this.#indentation(start);
  }

  /** Measures the indentation of the next line that holds something. */
  #indentation(newlineAt: number): void {
    let at = newlineAt;
    let lineStart = this.#index;
    for (;;) {
      this.#match(BLANK);
      const blanks = this.#text.slice(lineStart, this.#index);
      const isComment = this.#match(COMMENT);
      const char = this.#text.charAt(this.#index);
      const length = char === "\n" ? 1 : char === "\r" && this.#text.charAt(this.#index + 1) === "\n" ? 2 : 0;
      if (length === 0) {
        const ends = this.#index >= this.#text.length;
        if (!ends && blanks.includes("\t"))
          throw new Fault("Parse error: tabs are not allowed", { start: at, end: at + 1 });
        break;
      }
      if (!isComment) at = this.#index;
      this.#index += length;
      lineStart = this.#index;
    }
    if (this.#index >= this.#text.length) return;
    const width = this.#index - lineStart;
    const current = this.#indents.at(-1) ?? 0;
    if (width > current) {
      this.#indents.push(width);
      this.#push("indent", "", lineStart, this.#index);
    }
    while (width < (this.#indents.at(-1) ?? 0)) {
      this.#indents.pop();
      if (width > (this.#indents.at(-1) ?? 0)) {
        throw new Fault("Parse error: incorrect indentation", { start: at, end: at + 1 });
      }
      this.#push("dedent", "", lineStart, this.#index);
    }
  }

  #word(start: number): void {
    const word = this.#text.slice(start, this.#index);
    const quote = this.#text.charAt(this.#index);
    if (quote === '"' || quote === "'") {
      if (word === "r") return this.#string("string", start, this.#index, true);
      if (word === "f") return this.#string("fstring", start, this.#index, false);
      if (word === "fr") return this.#string("fstring", start, this.#index, true);
    }
    if (RESERVED.has(word)) {
      const span = { start, end: this.#index };
      throw new Fault(`Parse error: cannot use reserved keyword \`${word}\``, span);
    }
    this.#push(KEYWORDS.has(word) ? "keyword" : "identifier", word, start, this.#index);
  }

  #string(kind: "string" | "fstring", start: number, quoteAt: number, raw: boolean): void {
    const { value, end } = readString(this.#text, quoteAt, raw, start);
    this.#index = end;
    const triple = this.#text.startsWith(this.#text.charAt(quoteAt).repeat(3), quoteAt) && end - quoteAt > 5;
    this.#push(kind, value, start, end, quoteAt - start + (triple ? 3 : 1));
  }

  #number(start: number): void {
    const text = this.#text.slice(start, this.#index);
    if (/^0[0-9]/.test(text) && /^[0-9]+$/.test(text)) {
      const span = { start, end: this.#index };
      throw new Fault(`Parse error: integer cannot have leading 0, got \`${text}\``, span);
    }
    const isInt = /^(?:0[xXoObB]|[0-9]+$)/.test(text);
    this.#push(isInt ? "int" : "float", text, start, this.#index);
  }

  #symbol(start: number): void {
    const candidates = BY_FIRST.get(this.#text.charAt(start));
    const symbol = candidates?.find(candidate => this.#text.startsWith(candidate, start));
    if (symbol === undefined) {
      const char = String.fromCodePoint(this.#text.codePointAt(start) ?? 0);
      throw new Fault(`Parse error: invalid input \`${char}\``, { start, end: start + char.length });
    }
    if ("([{".includes(symbol)) this.#brackets += 1;
    if (")]}".includes(symbol)) this.#brackets = Math.max(0, this.#brackets - 1);
    this.#index = start + symbol.length;
    this.#push("symbol", symbol, start, this.#index);
  }
}
