import type { JsonValue } from "./parameters.ts";
import { RespondToModel } from "./tool.ts";

/** Values within values that arguments may have. */
const MOST_DEPTH = 127;

/** Reads the arguments of a call. @throws RespondToModel when they are not JSON, with what is wrong and where */
export function parseJson(text: string): JsonValue {
  try {
    const value = JSON.parse(text) as JsonValue;
    if (!mayBeTooMuch(text)) return value;
    new JsonWalker(text).document();
    return value;
  } catch {
    const mistake = findMistake(text);
    throw new RespondToModel(
      `failed to parse function arguments: ${mistake.message} at ${positionText(text, mistake.index)}`,
    );
  }
}

/** Whether a text may have what `JSON.parse` takes and we do not: half a character, a number beyond all, or no end of values within values. */
function mayBeTooMuch(text: string): boolean {
  if (/\\u[dD][89a-fA-F]|\d[eE]\+?\d\d|\d{300}/.test(text)) return true;
  let opened = 0;
  for (let at = 0; at < text.length; at++) {
    if ((text[at] === "[" || text[at] === "{") && ++opened > MOST_DEPTH) return true;
  }
  return false;
}

/** A place in a text as models know it: the line, and the column of the last character before it. */
export function positionText(text: string, index: number): string {
  const before = text.slice(0, index);
  const line = before.split("\n").length;
  // Of a last character of several bytes, only the first has been looked at.
  const [last = ""] = /[\uD800-\uDBFF]?[^\n]$/.exec(before) ?? [];
  const column =
    Buffer.byteLength(before.slice(before.lastIndexOf("\n") + 1)) - Math.max(0, Buffer.byteLength(last) - 1);
  return `line ${line} column ${column}`;
}

class Mistake extends Error {
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.index = index;
  }
}

/** Goes through a text that is no JSON up to the first mistake. Words and places are those that models were trained with (serde_json). */
function findMistake(text: string): { message: string; index: number } {
  try {
    new JsonWalker(text).document();
  } catch (error) {
    if (error instanceof Mistake) return error;
    throw error;
  }
  return { message: "expected value", index: text.length };
}

/** Where the value at this path ends in a JSON text; of a member that stands twice, the last. */
export function endOfValue(text: string, path: readonly (string | number)[]): number {
  return new JsonPlaces(text).at(path)?.end ?? text.length;
}

/** A value in a text: where it begins and ends, where its name ends, and how often the name stands there. */
export interface JsonPlace {
  start: number;
  end: number;
  nameEnd: number;
  times: number;
}

/** Where the values of a JSON text stand in it. Gone through when first asked. */
export class JsonPlaces {
  private readonly text: string;
  private places: Map<string, JsonPlace> | null = null;

  constructor(text: string) {
    this.text = text;
  }

  /** The value at a path; of a member that stands twice, the last. */
  at(path: readonly (string | number)[]): JsonPlace | null {
    this.places ??= this.walk();
    return this.places.get(JSON.stringify(path)) ?? null;
  }

  /** The value as it is written. */
  written(path: readonly (string | number)[]): string {
    const place = this.at(path);
    return place === null ? "" : this.text.slice(place.start, place.end);
  }

  private walk(): Map<string, JsonPlace> {
    const places = new Map<string, JsonPlace>();
    new JsonWalker(this.text, (path, place) => {
      const key = JSON.stringify(path);
      places.set(key, { ...place, times: (places.get(key)?.times ?? 0) + 1 });
    }).document();
    return places;
  }
}

type OnValue = (path: readonly (string | number)[], place: Omit<JsonPlace, "times">) => void;

class JsonWalker {
  private readonly text: string;
  private readonly onValue: OnValue;
  private readonly path: (string | number)[] = [];
  private at = 0;

  /** @param onValue told of every value that was gone through, and where it stands */
  constructor(text: string, onValue: OnValue = () => {}) {
    this.text = text;
    this.onValue = onValue;
  }

  document(): void {
    this.value();
    this.space();
    if (this.at < this.text.length) this.failHere("trailing characters");
  }

  private peek(): string | undefined {
    return this.text[this.at];
  }

  /** At the character that is wrong; at the end of the text when there is none. */
  private failHere(message: string): never {
    throw new Mistake(message, Math.min(this.text.length, this.at + 1));
  }

  private failBefore(message: string): never {
    throw new Mistake(message, this.at);
  }

  private space(): void {
    while (/[ \t\n\r]/.test(this.peek() ?? "")) this.at++;
  }

  private value(nameEnd = 0): void {
    this.space();
    const start = this.at;
    const peek = this.peek();
    if (peek === undefined) this.failHere("EOF while parsing a value");
    if ((peek === "{" || peek === "[") && this.path.length >= MOST_DEPTH) this.failHere("recursion limit exceeded");
    if (peek === '"') this.string();
    else if (peek === "{") this.object();
    else if (peek === "[") this.list();
    else if (peek === "-" || isDigit(peek)) this.number();
    else if (peek === "t") this.word("true");
    else if (peek === "f") this.word("false");
    else if (peek === "n") this.word("null");
    else this.failHere("expected value");
    this.onValue(this.path, { start, end: this.at, nameEnd });
  }

  private member(member: string | number, nameEnd?: number): void {
    this.path.push(member);
    this.value(nameEnd);
    this.path.pop();
  }

  private word(word: string): void {
    this.at++;
    for (const char of word.slice(1)) {
      if (this.peek() === undefined) this.failBefore("EOF while parsing a value");
      const found = this.text[this.at++];
      if (found !== char) this.failBefore("expected ident");
    }
  }

  private object(): void {
    this.at++;
    for (let first = true; ; first = false) {
      this.space();
      if (this.peek() === undefined) this.failHere("EOF while parsing an object");
      if (this.peek() === "}") break;
      if (!first) this.comma("}", "expected `,` or `}`");
      if (this.peek() !== '"') this.failHere("key must be a string");
      const from = this.at;
      this.string();
      const nameEnd = this.at;
      const name = this.text.slice(from, nameEnd);
      this.space();
      if (this.peek() === undefined) this.failHere("EOF while parsing an object");
      if (this.peek() !== ":") this.failHere("expected `:`");
      this.at++;
      this.member(name.includes("\\") ? (JSON.parse(name) as string) : name.slice(1, -1), nameEnd);
    }
    this.at++;
  }

  private list(): void {
    this.at++;
    for (let index = 0; ; index++) {
      this.space();
      if (this.peek() === undefined) this.failHere("EOF while parsing a list");
      if (this.peek() === "]") break;
      if (index > 0) this.comma("]", "expected `,` or `]`");
      this.member(index);
    }
    this.at++;
  }

  private comma(end: string, expected: string): void {
    if (this.peek() !== ",") this.failHere(expected);
    this.at++;
    this.space();
    if (this.peek() === undefined) this.failHere("EOF while parsing a value");
    if (this.peek() === end) this.failHere("trailing comma");
  }

  private string(): void {
    this.at++;
    for (;;) {
      const char = this.peek();
      if (char === undefined) this.failBefore("EOF while parsing a string");
      this.at++;
      if (char === '"') return;
      if (char < " ") this.failBefore("control character (\\u0000-\\u001F) found while parsing a string");
      if (char === "\\") this.escape();
    }
  }

  private escape(): void {
    const char = this.peek();
    if (char === undefined) this.failBefore("EOF while parsing a string");
    this.at++;
    if (char === "u") {
      if (!/^[0-9a-fA-F]{4}/.test(this.text.slice(this.at, this.at + 4))) {
        if (this.at + 4 > this.text.length) {
          this.at = this.text.length;
          this.failBefore("EOF while parsing a string");
        }
        this.at += 4;
        this.failBefore("invalid escape");
      }
      this.at += 4;
      this.pair(Number.parseInt(this.text.slice(this.at - 4, this.at), 16));
    } else if (!'"\\/bfnrt'.includes(char)) this.failBefore("invalid escape");
  }

  /** A character that is written as two escapes needs both. */
  private pair(code: number): void {
    if (code < 0xd800 || code > 0xdfff) return;
    if (code > 0xdbff) this.failBefore("lone leading surrogate in hex escape");
    if (this.text.slice(this.at, this.at + 2) !== "\\u") this.failHere("unexpected end of hex escape");
    const second = this.text.slice(this.at + 2, this.at + 6);
    if (/^[0-9a-fA-F]{4}$/.test(second) && !/^d[c-f]/i.test(second)) {
      this.at += 6;
      this.failBefore("lone leading surrogate in hex escape");
    }
    if (/^[0-9a-fA-F]{4}$/.test(second)) this.at += 6;
  }

  private number(): void {
    const from = this.at;
    if (this.peek() === "-") this.at++;
    if (this.peek() === undefined) this.failBefore("EOF while parsing a value");
    if (!isDigit(this.peek())) this.failHere("invalid number");
    const zero = this.peek() === "0";
    this.at++;
    if (zero && isDigit(this.peek())) this.failHere("invalid number");
    this.digits();
    if (this.peek() === ".") this.part();
    if (this.peek() === "e" || this.peek() === "E") this.part("+-");
    if (!Number.isFinite(Number(this.text.slice(from, this.at)))) this.failBefore("number out of range");
  }

  /** A fraction or an exponent: its sign, and at least one digit. */
  private part(signs = ""): void {
    this.at++;
    if (signs.includes(this.peek() ?? " ")) this.at++;
    if (this.peek() === undefined) this.failHere("EOF while parsing a value");
    if (!isDigit(this.peek())) this.failHere("invalid number");
    this.digits();
  }

  private digits(): void {
    while (isDigit(this.peek())) this.at++;
  }
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= "0" && char <= "9";
}
