import { CONTROL, LONE_RETURN, TomlMistake } from "./grammar.ts";
import type { TokenKind } from "./tokens.ts";

const ESCAPES = 'expected `b`, `e`, `f`, `n`, `r`, `\\`, `"`, `x`, `u`, `U`';
const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };
const ESCAPED: Readonly<Record<string, string>> = {
  b: "\b",
  e: "\u001b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  "\\": "\\",
  '"': '"',
};

const NAMES: Partial<Record<TokenKind, readonly [name: string, quote: string, allowed: string]>> = {
  literal: ["literal string", "'", "non-single-quote visible characters"],
  basic: ["basic string", '"', "non-double-quote visible characters, `\\`"],
  longLiteral: ["multi-line literal string", "'''", "non-single-quote characters"],
  longBasic: ["multi-line basic string", '"""', "`\\`, characters"],
};

/**
 * The text that a string of the source stands for.
 * @throws TomlMistake where it is not one
 */
export function readString(source: string, kind: TokenKind, start: number, end: number): string {
  const [name, quotes, allowed] = NAMES[kind] ?? ["", "", ""];
  const raw = source.slice(start, end);
  if (raw.length < 2 * quotes.length || !raw.endsWith(quotes)) {
    throw new TomlMistake(`invalid ${name}, expected \`${quotes[0]}\``, end);
  }
  const from = start + quotes.length;
  const to = end - quotes.length;
  const long = quotes.length === 3;
  let out = "";
  for (let at = from; at < to; ) {
    const letter = source[at] as string;
    if (letter === "\\" && quotes[0] === '"') {
      const [text, next] = escape(source, at + 1, to, long);
      out += text;
      at = next;
    } else if (CONTROL.test(letter) || ((letter === "\r" || letter === "\n") && !long)) {
      throw new TomlMistake(`invalid ${name}, expected ${allowed}`, at, at + 1);
    } else if (letter === "\r" && source[at + 1] !== "\n") {
      throw new TomlMistake(LONE_RETURN, at + 1);
    } else {
      out += letter;
      at++;
    }
  }
  return out;
}

/** What follows a backslash, and where it ends. */
function escape(source: string, at: number, to: number, long: boolean): readonly [text: string, next: number] {
  const letter = at < to ? (source[at] as string) : "";
  if (long && /[ \t\r\n]/.test(letter)) {
    const rest = source.slice(at, to);
    const blank = /^[ \t]*/.exec(rest)?.[0].length ?? 0;
    if (rest[blank] === "\r" && rest[blank + 1] !== "\n") throw new TomlMistake(LONE_RETURN, at + blank + 1);
    if (!/[\r\n]/.test(rest[blank] ?? "")) {
      throw new TomlMistake("invalid multi-line basic string, expected newline", at + blank, at + blank + 1);
    }
    return ["", at + (/^[ \t\r\n]*/.exec(rest)?.[0].length ?? 0)];
  }
  const wanted = HEX_DIGITS[letter];
  if (wanted === undefined) {
    const plain = ESCAPED[letter];
    if (plain === undefined) throw new TomlMistake(`missing escaped value, ${ESCAPES}`, at, at + 1);
    return [plain, at + 1];
  }
  const digits = /^[0-9A-Fa-f]*/.exec(source.slice(at + 1, Math.min(at + 1 + wanted, to)))?.[0] ?? "";
  if (digits.length < wanted) {
    throw new TomlMistake("too few unicode value digits, expected unicode hexadecimal value", at + 1 + digits.length);
  }
  const point = Number.parseInt(digits, 16);
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
    throw new TomlMistake("invalid value, expected unicode hexadecimal value", at + 1);
  }
  return [String.fromCodePoint(point), at + 1 + wanted];
}

/** What errors call the kind of a value. */
export type ScalarType = "boolean" | "integer" | "float" | "datetime";

const UNDERSCORE = "`_` may only go between digits";
const UNQUOTED = "string values must be quoted, expected literal string";
const RADIXES: Readonly<Record<string, readonly [name: string, digits: RegExp]>> = {
  x: ["hexadecimal", /[0-9A-Fa-f_]/],
  o: ["octal", /[0-7_]/],
  b: ["binary", /[01_]/],
};

/**
 * The type of a value that is no string, list or table.
 * @throws TomlMistake when it is nothing that TOML knows
 */
export function scalarType(raw: string, start: number): ScalarType {
  const refuse: Refuse = (reason, at = 0, length = 0) => {
    throw new TomlMistake(reason, start + at, start + at + length);
  };
  const whole = (reason: string, at = 0): never => refuse(reason, at, raw.length - at);
  const sign = /^[+-]/.test(raw) ? 1 : 0;
  const body = raw.slice(sign);
  const first = body[0] ?? "";
  if (sign === 1 && /^[+-]/.test(body)) refuse("redundant numeric sign, expected nothing", 1);
  const spaced = /[ \t]/.test(raw);
  if (/^[0-9]+[-:]/.test(body)) {
    if (sign === 1) whole("invalid datetime, expected year or hour");
    const wrong = dateMistake(raw);
    return wrong === null ? "datetime" : whole(wrong);
  }
  if (/^0[xXoObBdD]/.test(body)) return radix(body, sign, refuse);
  if (first === ".") return float(raw, sign, refuse);
  if (spaced || first === "") return unquoted(raw, refuse);
  if (/[tTfF]/.test(first) && sign === 0) {
    const word = /[tT]/.test(first) ? "true" : "false";
    return raw === word ? "boolean" : whole(`invalid boolean, expected \`${word}\``);
  }
  if (/[iInN]/.test(first)) {
    const word = /[iI]/.test(first) ? "inf" : "nan";
    return body === word ? "float" : whole(`invalid float, expected \`${word}\``, sign);
  }
  if (!/[0-9_]/.test(first)) return unquoted(raw, refuse);
  if (/^[0-9]*[_]?/.exec(body)?.[0].length !== body.length && /[.eE]/.test(body)) return float(raw, sign, refuse);
  if (!/^[0-9]*(?:_|$)/.test(body)) return unquoted(raw, refuse);
  return integer(raw, sign, refuse);
}

function unquoted(raw: string, refuse: Refuse): never {
  const quote = /(?:"""|'''|"|')$/.exec(raw)?.[0];
  if (quote !== undefined) refuse(`missing opening quote, expected \`${quote}\``);
  return refuse(UNQUOTED, 0, raw.length);
}

type Refuse = (reason: string, at?: number, length?: number) => never;

function radix(body: string, sign: number, refuse: Refuse): ScalarType {
  const letter = body[1] ?? "";
  if (sign === 1) return refuse("integers with a radix cannot be signed, expected nothing");
  if (/[dD]/.test(letter)) return refuse("redundant integer number prefix, expected nothing", 0, 2);
  if (letter !== letter.toLowerCase())
    return refuse(`radix must be lowercase, expected \`0${letter.toLowerCase()}\``, 0, 2);
  const [name, digits] = RADIXES[letter] ?? ["", /./];
  const rest = body.slice(2);
  if (/^[+-]/.test(rest)) refuse("unexpected sign, expected nothing", 2);
  const wrong = [...rest].findIndex(character => !digits.test(character));
  if (wrong >= 0) refuse(`invalid ${name} number`, 2 + wrong);
  if (rest.startsWith("_")) refuse(`${UNDERSCORE}, expected nothing`);
  checkUnderscores(body, /[0-9A-Za-z]/, refuse);
  if (rest === "" || BigInt(`0${letter}${rest.replaceAll("_", "")}`) >= 2n ** 127n)
    refuse("integer number overflowed", 0, body.length);
  return "integer";
}

function integer(raw: string, sign: number, refuse: Refuse): ScalarType {
  const body = raw.slice(sign);
  if (/^0[0-9_]/.test(body)) refuse("unexpected leading zero, expected nothing", sign);
  checkUnderscores(raw, /[0-9A-Fa-f]/, refuse);
  const digits = body.replaceAll("_", "");
  const bound = 2n ** 127n;
  if (!/^[0-9]+$/.test(digits) || BigInt(digits) > bound || (BigInt(digits) === bound && !raw.startsWith("-"))) {
    refuse("integer number overflowed", 0, raw.length);
  }
  return "integer";
}

function float(raw: string, sign: number, refuse: Refuse): ScalarType {
  let at = sign;
  const digits = (reason: string, from = at): void => {
    const found = /^[0-9_]*/.exec(raw.slice(at))?.[0] ?? "";
    if (!/[0-9]/.test(found)) refuse(`invalid ${reason}, expected digits`, from);
    at += found.length;
  };
  digits("mantissa", 0);
  if (/^0[0-9_]/.test(raw.slice(sign))) refuse("unexpected leading zero, expected nothing", sign);
  if (raw[at] === ".") {
    at++;
    digits("fraction");
  }
  if (raw[at] === "e" || raw[at] === "E") {
    at++;
    if (/[+-]/.test(raw[at] ?? "")) at++;
    digits("exponent");
  }
  if (at < raw.length) refuse("invalid float, expected nothing", at, raw.length - at);
  checkUnderscores(raw, /[0-9]/, refuse);
  if (!Number.isFinite(Number(raw.replaceAll("_", "")))) refuse("floating-point number overflowed", 0, raw.length);
  return "float";
}

function checkUnderscores(raw: string, digit: RegExp, refuse: Refuse): void {
  const from = /^[+-]/.test(raw) ? 1 : 0;
  if (raw.startsWith("_")) refuse(`${UNDERSCORE}, expected nothing`);
  if (raw.endsWith("_")) refuse(`${UNDERSCORE}, expected nothing`, raw.length - 1);
  let at = from;
  const parts = raw.slice(from).split("_");
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1;
    if (part === "" && !(index === 0 && from === 1)) refuse(UNDERSCORE, at);
    if (part !== "" && index > 0 && !digit.test(part[0] ?? "")) refuse(UNDERSCORE, at - 1);
    if (part !== "" && !last && !digit.test(part.at(-1) ?? "")) refuse(UNDERSCORE, at + part.length);
    at += part.length + 1;
  }
}

/** What is wrong with a date, a time, or both; null when nothing is. */
function dateMistake(raw: string): string | null {
  let rest = raw;
  const date = /^[0-9]+-/.test(raw);
  if (date) {
    const taken = takeDate(raw);
    if (typeof taken === "string") return `invalid date, expected ${taken}`;
    rest = raw.slice(taken);
    if (rest.trim() === "" && /^ ?$/.test(rest)) return null;
    if (!/^[Tt ]/.test(rest)) return "invalid date-time, expected `T` between date and time";
    rest = rest.slice(1);
  }
  const taken = takeTime(rest);
  if (typeof taken === "string") return `invalid time, expected ${taken}`;
  rest = rest.slice(taken);
  if (rest === "") return null;
  if (!date) return "invalid datetime";
  if (/^[zZ]/.test(rest)) return rest.length === 1 ? null : "invalid datetime";
  if (!/^[+-]/.test(rest)) return "invalid offset, expected `Z`, +OFFSET, -OFFSET";
  const offset = takeOffset(rest.slice(1));
  if (typeof offset === "string") return `invalid offset, expected ${offset}`;
  return rest.length === offset + 1 ? null : "invalid datetime";
}

const number = (text: string): string => /^[0-9]*/.exec(text)?.[0] ?? "";

/** The length of a date, or what was expected instead. */
function takeDate(raw: string): number | string {
  const year = number(raw);
  const month = number(raw.slice(year.length + 1));
  if (month === "") return "month";
  const dash = year.length + 1 + month.length;
  if (raw[dash] !== "-") return "`-` (MM-DD)";
  const day = number(raw.slice(dash + 1));
  if (day === "") return "day";
  if (year.length !== 4) return "a four-digit year (YYYY)";
  if (month.length !== 2) return "a two-digit month (MM)";
  if (day.length !== 2) return "a two-digit day (DD)";
  if (Number(month) < 1 || Number(month) > 12) return "month between 01 and 12";
  const leap = new Date(0);
  leap.setUTCFullYear(Number(year), Number(month), 0);
  const last = leap.getUTCDate();
  if (Number(day) < 1 || Number(day) > last) return `day between 01 and ${last}`;
  return dash + 1 + day.length;
}

function takeTime(raw: string): number | string {
  const hour = number(raw);
  if (hour === "") return "hour";
  let at = hour.length;
  if (raw[at] !== ":") return "`:` (HH:MM)";
  const minute = number(raw.slice(at + 1));
  if (minute === "") return "minute";
  at += 1 + minute.length;
  let second: string | null = null;
  if (raw[at] === ":") {
    second = number(raw.slice(at + 1));
    if (second === "") return "second";
    at += 1 + second.length;
    if (raw[at] === ".") {
      const fraction = number(raw.slice(at + 1));
      if (fraction === "") return "nanosecond";
      at += 1 + fraction.length;
    }
  }
  if (hour.length !== 2) return "a two-digit hour (HH)";
  if (minute.length !== 2) return "a two-digit minute (MM)";
  if (second !== null && second.length !== 2) return "a two-digit second (SS)";
  if (Number(hour) > 23) return "hour between 00 and 23";
  if (Number(minute) > 59) return "minute between 00 and 59";
  if (second !== null && Number(second) > 60) return "second between 00 and 60";
  return at;
}

function takeOffset(raw: string): number | string {
  const hour = number(raw);
  if (hour === "") return "hour";
  if (raw[hour.length] !== ":") return "`:` (HH:MM)";
  const minute = number(raw.slice(hour.length + 1));
  if (minute === "") return "minute";
  if (hour.length !== 2) return "a two-digit hour (HH)";
  if (minute.length !== 2) return "a two-digit minute (MM)";
  if (Number(hour) > 23) return "hours between 00 and 23";
  if (Number(minute) > 59) return "minutes between 00 and 59";
  return hour.length + 1 + minute.length;
}
