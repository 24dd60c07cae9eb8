/** What a broken TOML text consists of. Tokens cover the text without gaps; nothing about them is checked yet. */
export type TokenKind =
  | "."
  | "="
  | ","
  | "["
  | "]"
  | "{"
  | "}"
  | "space"
  | "comment"
  | "newline"
  | "literal"
  | "basic"
  | "longLiteral"
  | "longBasic"
  | "word"
  | "end";

export interface Token {
  kind: TokenKind;
  start: number;
  end: number;
}

const MARKS: Readonly<Record<string, TokenKind>> = {
  ".": ".",
  "=": "=",
  ",": ",",
  "[": "[",
  "]": "]",
  "{": "{",
  "}": "}",
};
const SPACE = /[ \t]+/y;
const NEWLINE = /\r\n|\n|\r/y;
const COMMENT = /#[^\r\n]*/y;
const WORD = /[^ \t\r\n.=,[\]{}#]+/y;

/** Gives the tokens of a text one by one; at its end, `end` again and again. */
export class Tokens {
  private readonly text: string;
  private next: Token;

  constructor(text: string) {
    this.text = text;
    this.next = this.read(0);
  }

  get peek(): Token {
    return this.next;
  }

  take(): Token {
    const token = this.next;
    this.next = this.read(token.end);
    return token;
  }

  private read(at: number): Token {
    const { text } = this;
    const first = text[at];
    if (first === undefined) return { kind: "end", start: text.length, end: text.length };
    const mark = MARKS[first];
    if (mark !== undefined) return { kind: mark, start: at, end: at + 1 };
    const of = (kind: TokenKind, pattern: RegExp): Token => {
      pattern.lastIndex = at;
      const [found = first] = pattern.exec(text) ?? [];
      return { kind, start: at, end: at + Math.max(found.length, 1) };
    };
    switch (first) {
      case " ":
      case "\t":
        return of("space", SPACE);
      case "\n":
      case "\r":
        return of("newline", NEWLINE);
      case "#":
        return of("comment", COMMENT);
      case "'":
        return this.string(at, "'", "literal", "longLiteral");
      case '"':
        return this.string(at, '"', "basic", "longBasic");
      default:
        return of("word", WORD);
    }
  }

  /** A string up to its closing quotes; one that has none, up to the end of the line or of the text. */
  private string(start: number, quote: string, short: TokenKind, long: TokenKind): Token {
    const { text } = this;
    const isLong = text.startsWith(quote.repeat(3), start);
    let at = start + (isLong ? 3 : 1);
    for (; at < text.length; at++) {
      const letter = text[at];
      if (letter === "\n" && !isLong) break;
      if (letter === "\\" && quote === '"' && (isLong || text[at + 1] !== "\n")) {
        at++;
      } else if (letter === quote) {
        if (!isLong) return { kind: short, start, end: at + 1 };
        if (text.startsWith(quote.repeat(3), at)) {
          at += 3;
          // Up to two quotes more belong to the string.
          for (let more = 0; more < 2 && text[at] === quote; more++) at++;
          return { kind: long, start, end: at };
        }
      }
    }
    return { kind: isLong ? long : short, start, end: Math.min(at, text.length) };
  }
}
