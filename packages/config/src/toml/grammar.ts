import { type Token, type TokenKind, Tokens } from "./tokens.ts";

/** What is wrong with a TOML text, and where: offsets into it. */
export class TomlMistake extends Error {
  readonly start: number;
  readonly end: number;
  constructor(reason: string, start: number, end = start) {
    super(reason);
    this.start = start;
    this.end = end;
  }
}

/** A value as it stands in the text; scalars are not looked into. */
export type Written =
  /** Nothing at all, in an inline table. */
  | { kind: "missing"; at: number }
  | { kind: "scalar"; token: TokenKind; start: number; end: number }
  | { kind: "array"; items: Written[] }
  | { kind: "inline"; entries: Assignment[] };

/** A key's parts may be of any kind here, also empty. */
export interface Assignment {
  keys: Token[];
  value: Written;
}

export type Statement = { kind: "header"; array: boolean; keys: Token[] } | ({ kind: "entry" } & Assignment);

/** How deep lists and tables may be nested, and how many parts a key may have. */
export const DEEPEST = 80;

const ENDS_A_LINE: readonly TokenKind[] = ["newline", "comment", "end"];
const IS_KEY: readonly TokenKind[] = ["word", "basic", "literal", "longBasic", "longLiteral"];

/**
 * The statements of a text. Only their form is checked: how brackets, commas, equals signs and lines follow each other.
 * @throws TomlMistake at the first mistake of that kind
 */
export function readStatements(text: string): Statement[] {
  return new Grammar(text).document();
}

class Grammar {
  private readonly text: string;
  private readonly tokens: Tokens;
  /** The last blank that was taken behind a word. */
  private blank: Token | null = null;
  /** The blanks, comments and line breaks that were skipped last: where they began, and what they ended with. */
  private void: { start: number; last: TokenKind | null } = { start: 0, last: null };

  constructor(text: string) {
    this.text = text;
    this.tokens = new Tokens(text);
  }

  document(): Statement[] {
    const out: Statement[] = [];
    for (;;) {
      this.skipVoid();
      const { kind } = this.tokens.peek;
      if (kind === "end") return out;
      if (kind === "[") out.push(...this.header());
      else if (kind === "]") this.refuse("missing table open, expected `[`");
      else if (kind === "{" || kind === "}" || kind === ",") this.refuse("invalid key-value pair, expected key");
      else out.push({ kind: "entry", ...this.entry() });
    }
  }

  private header(): Statement[] {
    this.tokens.take();
    const array = this.tokens.peek.kind === "[";
    if (array) this.tokens.take();
    const keys = this.keys();
    const header = { kind: "header", array, keys } as const;
    const closed = this.tokens.peek.kind === "]";
    const last = keys.at(-1) as Token;
    if (!closed && last.kind === "end") {
      // A part of the key is missing, which is told later; nothing else of this line is.
      while (this.tokens.peek.kind !== "newline" && this.tokens.peek.kind !== "end") this.tokens.take();
      return [header];
    }
    if (!closed) {
      throw new TomlMistake(array ? "unclosed array table, expected `]]`" : "unclosed table, expected `]`", last.end);
    }
    this.tokens.take();
    if (array) {
      if (this.tokens.peek.kind !== "]") this.refuse("unclosed array table, expected `]`");
      this.tokens.take();
    }
    this.lineEnd();
    return [header];
  }

  private entry(): Assignment {
    const first = this.tokens.peek.kind;
    const keys = this.keys();
    if (this.tokens.peek.kind !== "=") {
      this.refuse(first === "." ? "missing value for key, expected `=`" : "key with no value, expected `=`");
    }
    this.tokens.take();
    this.skipSpace();
    if (this.tokens.peek.kind === "=") this.refuse("extra `=`, expected nothing");
    const value = this.value(0);
    this.lineEnd();
    return { keys, value };
  }

  /** Parts of a dotted key. One that is missing is a token of kind `end`, where it should be. */
  private keys(): Token[] {
    const keys: Token[] = [];
    for (;;) {
      this.skipSpace();
      const token = this.tokens.peek;
      if (IS_KEY.includes(token.kind)) {
        keys.push(this.tokens.take());
        this.skipSpace();
      } else {
        keys.push({ kind: "end", start: token.start, end: token.start });
      }
      if (this.tokens.peek.kind !== ".") return keys;
      this.tokens.take();
    }
  }

  private value(depth: number): Written {
    const token = this.tokens.peek;
    switch (token.kind) {
      case "[":
      case "{":
        if (depth >= DEEPEST) this.refuse("cannot recurse further; max recursion depth met");
        this.tokens.take();
        return token.kind === "[" ? this.array(depth + 1) : this.inline(depth + 1);
      case "]":
        return this.refuse("missing array opening, expected `[`");
      case "}":
        return this.refuse("missing inline table opening, expected `{`");
      case "word":
      case ".":
        return this.words();
      case "basic":
      case "literal":
      case "longBasic":
      case "longLiteral":
        this.tokens.take();
        return { kind: "scalar", token: token.kind, start: token.start, end: token.end };
      default:
        return { kind: "scalar", token: "word", start: token.start, end: token.start };
    }
  }

  /** Words that follow each other are one value, for one space may stand within a date. */
  private words(): Written {
    const { start } = this.tokens.peek;
    let { end } = this.tokens.take();
    for (;;) {
      const { kind } = this.tokens.peek;
      if (kind === "word" || kind === ".") {
        end = this.tokens.take().end;
      } else if (kind === "space") {
        const space = this.tokens.take();
        this.blank = space;
        if ((this.tokens.peek.kind as TokenKind) !== "word") return { kind: "scalar", token: "word", start, end };
        end = Math.max(space.end, this.tokens.take().end);
      } else {
        return { kind: "scalar", token: "word", start, end };
      }
    }
  }

  private array(depth: number): Written {
    const items: Written[] = [];
    let afterValue = false;
    for (;;) {
      this.skipVoid();
      switch (this.tokens.peek.kind) {
        case "]":
          this.tokens.take();
          return { kind: "array", items };
        case "end":
          return this.unclosed("unclosed array, expected `]`");
        case "=":
          return this.refuse("unexpected `=` in array, expected value, `]`");
        case ",":
          if (!afterValue) this.refuse("extra comma in array, expected value");
          this.tokens.take();
          afterValue = false;
          break;
        default:
          if (afterValue) this.refuse("missing comma between array elements, expected `,`");
          items.push(this.value(depth));
          afterValue = true;
      }
    }
  }

  private inline(depth: number): Written {
    const entries: Assignment[] = [];
    let keys: Token[] = [];
    let wanted: "key" | "`=`" | "value" | "`,`" = "key";
    for (;;) {
      this.skipVoid();
      const { kind } = this.tokens.peek;
      if (kind === "end") this.unclosed("unclosed inline table, expected `}`");
      if (kind === "}") {
        const token = this.tokens.take();
        if (wanted === "`=`" || wanted === "value") entries.push({ keys, value: { kind: "missing", at: token.start } });
        return { kind: "inline", entries };
      }
      if (kind === ",") {
        if (wanted !== "`,`") this.refuse(`extra comma in inline table, expected ${wanted}`);
        this.tokens.take();
        wanted = "key";
      } else if (wanted === "value" && kind !== "=") {
        entries.push({ keys, value: this.value(depth) });
        wanted = "`,`";
      } else if (kind === "=" && wanted !== "key") {
        if (wanted !== "`=`") this.refuse(`extra assignment between key-value pairs, expected ${wanted}`);
        this.tokens.take();
        wanted = "value";
      } else if (kind === "]") {
        this.refuse(`invalid inline table element, expected ${wanted}`);
      } else if (wanted === "`=`") {
        this.refuse("missing assignment between key-value pairs, expected `=`");
      } else if (kind === "[" || kind === "{") {
        this.refuse(`missing key for inline table element, expected ${wanted}`);
      } else if (wanted === "`,`") {
        this.refuse("missing comma between key-value pairs, expected `,`");
      } else {
        keys = this.keys();
        wanted = "`=`";
      }
    }
  }

  private lineEnd(): void {
    this.skipSpace();
    if (!ENDS_A_LINE.includes(this.tokens.peek.kind)) this.refuse("unexpected key or value, expected newline, `#`");
    if (this.tokens.peek.kind === "comment") this.comment();
    if (this.tokens.peek.kind === "newline") this.newline();
  }

  private skipSpace(): void {
    if (this.tokens.peek.kind === "space") this.tokens.take();
  }

  private skipVoid(): void {
    const { start } = this.tokens.peek;
    this.void = { start: this.blank?.end === start ? this.blank.start : start, last: null };
    for (;;) {
      const { kind } = this.tokens.peek;
      if (kind === "space") this.tokens.take();
      else if (kind === "newline") this.newline();
      else if (kind === "comment") this.comment();
      else return;
      this.void.last = kind;
    }
  }

  /** Refuses a text that ends too early: at its end, or before the comment that ends it, as far as blanks go back. */
  private unclosed(reason: string): never {
    throw new TomlMistake(reason, this.void.last === "comment" ? this.void.start : this.tokens.peek.start);
  }

  private newline(): void {
    const { start, end } = this.tokens.take();
    if (this.text.slice(start, end) === "\r") throw new TomlMistake(LONE_RETURN, end);
  }

  private comment(): void {
    const { start, end } = this.tokens.take();
    const at = this.text.slice(start, end).search(CONTROL);
    if (at >= 0) {
      throw new TomlMistake("invalid comment character, expected printable characters", start + at, start + at + 1);
    }
  }

  private refuse(reason: string): never {
    throw new TomlMistake(reason, this.tokens.peek.start);
  }
}

export const LONE_RETURN = "carriage return must be followed by newline, expected newline";

/** Characters that a text may not contain, tab and line breaks excepted. */
// eslint-disable-next-line no-control-regex
export const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;
