import { Fault } from "./fault.ts";
import { formatBraces } from "./format.ts";
import { type CallContext, checkType, wrongType } from "./functions.ts";
import type { Method, Methods } from "./methods.ts";
import { offset } from "./methods-list.ts";
import { codePoints } from "./text.ts";
import { checkText, Dict, Elements, List, toArray, Tuple, type Value } from "./values.ts";

const text = (value: Value | undefined): string => (typeof value === "string" ? value : "");
const none = (value: Value | undefined): boolean => value === undefined || value === null;

/** A method without parameters. */
function plain(run: (self: string) => Value): Method<string> {
  return { signature: "", run: self => run(self) };
}

/** `find`, `index` and their mirrors: positions count characters. */
function finder(last: boolean, required: boolean): Method<string> {
  return {
    signature: "needle:str start?:None|int end?:None|int",
    run: (self, [needle, start, end]) => {
      const chars = codePoints(self);
      const from = offset(start, 0, chars.length);
      const to = offset(end, chars.length, chars.length);
      const part = chars.slice(from, to).join("");
      const found = last ? part.lastIndexOf(text(needle)) : part.indexOf(text(needle));
      if (found !== -1) return from + codePoints(part.slice(0, found)).length;
      if (required) throw new Fault(`Substring '${text(needle)}' not found in '${self}'`);
      return -1;
    },
  };
}

/** `startswith` and `endswith`: one text, or a tuple of them. */
function tester(name: string, test: (self: string, part: string) => boolean): Method<string> {
  return {
    signature: name,
    run: (self, [affix], { budget }) => {
      const parts = affix instanceof Tuple ? affix.items : [affix ?? null];
      if (!parts.every(part => typeof part === "string")) {
        throw wrongType(name, "str | tuple[str, ...]", affix ?? null, budget);
      }
      return parts.some(part => test(self, text(part)));
    },
  };
}

function stripper(left: boolean, right: boolean): Method<string> {
  return {
    signature: "chars?:str",
    run: (self, [set]) => {
      if (set === undefined) return left && right ? self.trim() : left ? self.trimStart() : self.trimEnd();
      const drop = new Set(codePoints(text(set)));
      const chars = codePoints(self);
      let start = 0;
      let end = chars.length;
      while (left && start < end && drop.has(chars[start] ?? "")) start += 1;
      while (right && end > start && drop.has(chars[end - 1] ?? "")) end -= 1;
      return chars.slice(start, end).join("");
    },
  };
}

function partitioner(last: boolean): Method<string> {
  return {
    signature: "needle:str",
    run: (self, [needle]) => {
      const separator = text(needle);
      if (separator === "") throw new Fault("Empty separator cannot be used for partitioning");
      const at = last ? self.lastIndexOf(separator) : self.indexOf(separator);
      if (at === -1) return new Tuple(last ? ["", "", self] : [self, "", ""]);
      return new Tuple([self.slice(0, at), separator, self.slice(at + separator.length)]);
    },
  };
}

function splitter(fromRight: boolean): Method<string> {
  return {
    signature: "sep?:None|str maxsplit?:None|int",
    run: (self, [sep, maxsplit], context) => {
      const given = none(maxsplit) ? -1 : Number(maxsplit);
      const limit = given < 0 ? Number.POSITIVE_INFINITY : given;
      context.budget.spend(self.length >> 2);
      if (none(sep)) return new List(splitBlanks(self, limit, fromRight));
      return new List(splitAt(self, text(sep), limit, fromRight));
    },
  };
}

function splitAt(self: string, separator: string, limit: number, fromRight: boolean): string[] {
  // Without a separator the text is split around every character.
  const parts = separator === "" ? ["", ...codePoints(self), ""] : self.split(separator);
  const extra = parts.length - 1 - limit;
  if (extra <= 0) return parts;
  return fromRight
    ? [parts.slice(0, extra + 1).join(separator), ...parts.slice(extra + 1)]
    : [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

function splitBlanks(self: string, limit: number, fromRight: boolean): string[] {
  const words = [...self.matchAll(/\S+/g)];
  if (words.length - 1 <= limit) return words.map(match => match[0]);
  if (fromRight) {
    const cut = words.length - limit;
    const last = words[cut - 1];
    const head = last === undefined ? "" : self.slice(0, last.index + last[0].length);
    return [...(head === "" ? [] : [head]), ...words.slice(cut).map(match => match[0])];
  }
  const rest = self.slice(words[limit]?.index ?? self.length);
  return [...words.slice(0, limit).map(match => match[0]), rest];
}

function splitLines(self: string, keepEnds: boolean): string[] {
  const lines = self.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
  return keepEnds ? [...lines] : lines.map(line => line.replace(/(?:\r\n|\r|\n)$/, ""));
}

function titled(self: string): string {
  return self.replace(/\p{L}+/gu, word => {
    const [first = "", ...rest] = codePoints(word);
    return first.toUpperCase() + rest.join("").toLowerCase();
  });
}

function joined(self: string, parts: Value | undefined, { budget }: CallContext): string {
  const items = toArray(parts ?? null, budget);
  let length = 0;
  for (const item of items) {
    checkType("to_join", ["str"], item, budget);
    length += text(item).length + self.length;
    checkText(length);
  }
  return items.map(text).join(self);
}

function replaced(self: string, old: string, by: string, count: Value | undefined): string {
  if (Number(count) < 0) throw new Fault(`Replace final argument was negative '${Number(count)}'`);
  const limit = none(count) ? Number.POSITIVE_INFINITY : Number(count);
  const parts = splitAt(self, old, limit, false);
  checkText(self.length + parts.length * by.length);
  return parts.join(by);
}

const hasCase = (self: string): boolean => self.toLowerCase() !== self.toUpperCase();
const every = (pattern: RegExp) => plain(self => pattern.test(self));

/** Methods of texts. */
export const stringMethods: Methods<string> = new Map<string, Method<string>>([
  [
    "capitalize",
    plain(self => {
      const [first = "", ...rest] = codePoints(self);
      return first.toUpperCase() + rest.join("").toLowerCase();
    }),
  ],
  ["codepoints", plain(self => new Elements([...self].map(char => char.codePointAt(0) ?? 0)))],
  [
    "count",
    {
      signature: "needle:str start?:None|int end?:None|int",
      run: (self, [needle, start, end]) => {
        const chars = codePoints(self);
        const part = chars.slice(offset(start, 0, chars.length), offset(end, chars.length, chars.length)).join("");
        return needle === "" ? codePoints(part).length + 1 : part.split(text(needle)).length - 1;
      },
    },
  ],
  ["elems", plain(self => new Elements(codePoints(self)))],
  ["endswith", tester("suffix", (self, part) => self.endsWith(part))],
  ["find", finder(false, false)],
  [
    "format",
    {
      signature: "*args **kwargs",
      run: (self, [args, named], { budget }) => {
        const values = new Map<string, Value>();
        if (named instanceof Dict) {
          for (const entry of named.entries.values()) values.set(text(entry.key), entry.value);
        }
        return formatBraces(self, args instanceof List ? args.items : [], values, budget);
      },
    },
  ],
  ["index", finder(false, true)],
  ["isalnum", every(/^[\p{L}\p{N}]+$/u)],
  ["isalpha", every(/^\p{L}+$/u)],
  ["isdigit", every(/^\p{N}+$/u)],
  ["islower", plain(self => hasCase(self) && self === self.toLowerCase())],
  ["isspace", every(/^\s+$/)],
  ["istitle", plain(self => /\p{L}/u.test(self) && titled(self) === self)],
  ["isupper", plain(self => hasCase(self) && self === self.toUpperCase())],
  ["join", { signature: "to_join", run: (self, [parts], context) => joined(self, parts, context) }],
  ["lower", plain(self => self.toLowerCase())],
  ["lstrip", stripper(true, false)],
  ["partition", partitioner(false)],
  [
    "removeprefix",
    {
      signature: "prefix:str",
      run: (self, [prefix]) => (self.startsWith(text(prefix)) ? self.slice(text(prefix).length) : self),
    },
  ],
  [
    "removesuffix",
    {
      signature: "suffix:str",
      run: (self, [suffix]) => (self.endsWith(text(suffix)) ? self.slice(0, self.length - text(suffix).length) : self),
    },
  ],
  [
    "replace",
    {
      signature: "old:str new:str count?:int",
      run: (self, [old, by, count], { budget }) => {
        budget.spend(self.length >> 2);
        return replaced(self, text(old), text(by), count);
      },
    },
  ],
  ["rfind", finder(true, false)],
  ["rindex", finder(true, true)],
  ["rpartition", partitioner(true)],
  ["rsplit", splitter(true)],
  ["rstrip", stripper(false, true)],
  ["split", splitter(false)],
  [
    "splitlines",
    { signature: "keepends?:bool", run: (self, [keepEnds]) => new List(splitLines(self, keepEnds === true)) },
  ],
  ["startswith", tester("prefix", (self, part) => self.startsWith(part))],
  ["strip", stripper(true, true)],
  ["title", plain(titled)],
  ["upper", plain(self => self.toUpperCase())],
]);
