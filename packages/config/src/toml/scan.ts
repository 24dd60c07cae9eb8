/**
 * Where everything in a TOML text stands. The scanner follows the structure only and relies on the text being valid:
 * it runs after the reader has accepted it, to place an error, explain a value, or edit without touching the rest.
 */

export interface KeySpan {
  name: string;
  start: number;
  end: number;
}

export type ValueNode =
  | { kind: "scalar" | "string"; start: number; end: number }
  | { kind: "array"; start: number; end: number; items: ValueNode[] }
  | { kind: "inline"; start: number; end: number; entries: InlineEntry[] };

export interface InlineEntry {
  keys: KeySpan[];
  value: ValueNode;
}

/** `key = value # comment`. Its prefix is the comments and blank lines above it. */
export interface Entry {
  keys: KeySpan[];
  prefixStart: number;
  keyStart: number;
  value: ValueNode;
  /** After the line break, or the end of the text. */
  lineEnd: number;
}

/** `[a.b]` or `[[a.b]]` with the entries below it. */
export interface Header {
  array: boolean;
  keys: KeySpan[];
  prefixStart: number;
  start: number;
  end: number;
  lineEnd: number;
  entries: Entry[];
}

export interface Scan {
  text: string;
  /** Entries before the first header. */
  entries: Entry[];
  headers: Header[];
  /** Where the comments and blank lines after the last item begin. */
  tailStart: number;
}

export function scanToml(text: string): Scan {
  return new Scanner(text).run();
}

const BARE = /[A-Za-z0-9_-]/;

class Scanner {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  run(): Scan {
    const { text } = this;
    if (text.charCodeAt(0) === 0xfeff) this.at = 1;
    const scan: Scan = { text, entries: [], headers: [], tailStart: 0 };
    for (;;) {
      const prefixStart = this.at;
      this.skipVoid();
      if (this.at >= text.length) {
        scan.tailStart = prefixStart;
        return scan;
      }
      if (text[this.at] === "[") {
        scan.headers.push(this.header(prefixStart));
      } else {
        (scan.headers.at(-1)?.entries ?? scan.entries).push(this.entry(prefixStart));
      }
    }
  }

  private header(prefixStart: number): Header {
    const start = this.at;
    const array = this.text[start + 1] === "[";
    this.at += array ? 2 : 1;
    const keys = this.keys();
    this.skipBlank();
    this.at += array ? 2 : 1;
    const end = this.at;
    this.skipLine();
    return { array, keys, prefixStart, start, end, lineEnd: this.at, entries: [] };
  }

  private entry(prefixStart: number): Entry {
    // The indentation of the key's own line belongs to the prefix.
    const keyStart = this.at;
    const keys = this.keys();
    this.skipBlank();
    this.at++; // =
    this.skipBlank();
    const value = this.value();
    this.skipLine();
    return { keys, prefixStart, keyStart, value, lineEnd: this.at };
  }

  private keys(): KeySpan[] {
    const keys: KeySpan[] = [];
    for (;;) {
      this.skipBlank();
      keys.push(this.key());
      this.skipBlank();
      if (this.text[this.at] !== ".") {
        this.at = keys.at(-1)?.end ?? this.at;
        return keys;
      }
      this.at++;
    }
  }

  private key(): KeySpan {
    const { text } = this;
    const start = this.at;
    const quote = text[start];
    if (quote === '"' || quote === "'") {
      const end = this.endOfQuoted(start, quote);
      this.at = end;
      const inner = text.slice(start + 1, end - 1);
      return { name: quote === '"' ? unescapeBasic(inner) : inner, start, end };
    }
    while (this.at < text.length && BARE.test(text[this.at] as string)) this.at++;
    if (this.at === start) this.at++; // never stall on unexpected input
    return { name: text.slice(start, this.at), start, end: this.at };
  }

  private value(): ValueNode {
    const { text } = this;
    const start = this.at;
    const first = text[start];
    if (first === '"' || first === "'") {
      this.at = text.startsWith(first.repeat(3), start)
        ? this.endOfMultiline(start, first)
        : this.endOfQuoted(start, first);
      return { kind: "string", start, end: this.at };
    }
    if (first === "[") return this.array(start);
    if (first === "{") return this.inline(start);
    while (this.at < text.length && !/[,\]}#\n\r]/.test(text[this.at] as string)) this.at++;
    let end = this.at;
    while (end > start && /[ \t]/.test(text[end - 1] as string)) end--;
    return { kind: "scalar", start, end };
  }

  private array(start: number): ValueNode {
    this.at++;
    const items: ValueNode[] = [];
    for (;;) {
      this.skipVoid();
      const next = this.text[this.at];
      if (next === undefined) break;
      if (next === ",") {
        this.at++;
      } else if (next === "]") {
        this.at++;
        break;
      } else {
        items.push(this.value());
      }
    }
    return { kind: "array", start, end: this.at, items };
  }

  private inline(start: number): ValueNode {
    this.at++;
    const entries: InlineEntry[] = [];
    for (;;) {
      this.skipVoid();
      const next = this.text[this.at];
      if (next === undefined) break;
      if (next === ",") {
        this.at++;
      } else if (next === "}") {
        this.at++;
        break;
      } else {
        const keys = this.keys();
        this.skipVoid();
        this.at++; // =
        this.skipVoid();
        entries.push({ keys, value: this.value() });
      }
    }
    return { kind: "inline", start, end: this.at, entries };
  }

  private endOfQuoted(start: number, quote: string): number {
    let at = start + 1;
    while (at < this.text.length && this.text[at] !== quote) at += quote === '"' && this.text[at] === "\\" ? 2 : 1;
    return Math.min(at + 1, this.text.length);
  }

  private endOfMultiline(start: number, quote: string): number {
    const { text } = this;
    let at = start + 3;
    while (at < text.length && !text.startsWith(quote.repeat(3), at)) at += quote === '"' && text[at] === "\\" ? 2 : 1;
    at += 3;
    // Up to two quotes may directly precede the closing ones.
    while (text[at] === quote) at++;
    return Math.min(at, text.length);
  }

  private skipBlank(): void {
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
  }

  /** Blanks, line breaks and comments. */
  private skipVoid(): void {
    for (;;) {
      const next = this.text[this.at];
      if (next === " " || next === "\t" || next === "\n" || next === "\r") {
        this.at++;
      } else if (next === "#") {
        const end = this.text.indexOf("\n", this.at);
        this.at = end < 0 ? this.text.length : end;
      } else {
        return;
      }
    }
  }

  private skipLine(): void {
    const end = this.text.indexOf("\n", this.at);
    this.at = end < 0 ? this.text.length : end + 1;
  }
}

const ESCAPES: Record<string, string> = {
  b: "\b",
  t: "\t",
  n: "\n",
  f: "\f",
  r: "\r",
  e: "\u001b",
  '"': '"',
  "\\": "\\",
};

function unescapeBasic(inner: string): string {
  if (!inner.includes("\\")) return inner;
  return inner.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(.))/g, (_, u, long, x, one) => {
    const hex: string | undefined = u ?? long ?? x;
    return hex === undefined
      ? (ESCAPES[one as string] ?? (one as string))
      : String.fromCodePoint(Number.parseInt(hex, 16));
  });
}
