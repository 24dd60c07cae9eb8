import { type Entry, type InlineEntry, type KeySpan, type Scan, scanToml } from "../toml/scan.ts";
import { isTable, type TomlTable } from "../toml/value.ts";
import { writeKey, writeValue } from "../toml/write.ts";

/** `prefix key = value suffix`: prefix = comments and blank lines above, suffix = the comment behind. */
export interface Line {
  keys: string[];
  prefix: string;
  /** The key as written, with the space before `=`, the `=` and the space after it. */
  head: string;
  raw: string;
  suffix: string;
  eol: string;
  inline?: InlineEntry[];
  /** Where `inline` spans point into. */
  source?: string;
}

/** A table header and the lines below it. The root has no header. */
export interface Section {
  path: string[];
  array: boolean;
  /** Part of an array of tables: its path names several tables, so edits never go into it. */
  insideArray: boolean;
  /** Made for a key to stand in: it has no header while it holds none. */
  implied?: boolean;
  /** Written by an edit: a blank line stands before it, unless it comes first. */
  added?: boolean;
  prefix: string;
  /** The text of the header line, without its line break. */
  header: string;
  eol: string;
  lines: Line[];
}

/** A text as tables and lines; printing them in order gives the text again, the byte order mark apart. */
export function splitToml(text: string): { root: Section; sections: Section[]; tail: string } {
  const scan: Scan = scanToml(text);
  const line = (entry: Entry): Line => readLine(text, entry);
  const root: Section = {
    path: [],
    array: false,
    insideArray: false,
    prefix: "",
    header: "",
    eol: "",
    lines: scan.entries.map(line),
  };
  const arrays = new Set<string>();
  const sections = scan.headers.map((header): Section => {
    const path = names(header.keys);
    if (header.array) arrays.add(pathKey(path));
    return {
      path,
      array: header.array,
      insideArray: path.some((_, at) => arrays.has(pathKey(path.slice(0, at + 1)))),
      prefix: text.slice(header.prefixStart, header.start),
      ...splitEol(text.slice(header.start, header.lineEnd)),
      lines: header.entries.map(line),
    };
  });
  for (const first of [root.lines[0], sections[0]]) {
    if (first !== undefined) first.prefix = first.prefix.replace(/^\ufeff/, "");
  }
  return { root, sections, tail: text.slice(scan.tailStart).replace(/^\ufeff/, "") };
}

/** The text of tables and lines, the root first. */
export function printToml(sections: readonly Section[], tail: string, newline: string): string {
  let out = "";
  // A line break where the text so far ends within a line (a file without a final one).
  const separated = (): string => (out === "" || out.endsWith("\n") ? "" : newline);
  for (const [index, section] of sections.entries()) {
    if (section.implied === true && section.lines.length === 0) continue;
    const first = out === "" && section.added === true;
    const prefix = first ? section.prefix.replace(/^\r?\n/, "") : section.prefix;
    if (index > 0) out += separated() + prefix + section.header + section.eol;
    for (const line of section.lines) {
      out += separated() + line.prefix + line.head + line.raw + line.suffix + line.eol;
    }
  }
  return out + (tail === "" ? separated() : tail);
}

/** Whether an inline table has something at the path below it. */
export function holdsInline(entries: readonly InlineEntry[] | undefined, path: readonly string[]): boolean {
  const match = entries?.find(({ keys }) => startsWith(path, names(keys)) || startsWith(names(keys), path));
  if (match === undefined) return false;
  if (match.keys.length >= path.length) return true;
  const { value } = match;
  return value.kind === "inline" && holdsInline(value.entries, path.slice(match.keys.length));
}

/** A table in one line, keys in the given order. */
export function writeInlineInOrder(value: TomlTable): string {
  const members = Object.entries(value).map(
    ([key, item]) => `${writeKey(key)} = ${isTable(item) ? writeInlineInOrder(item) : writeValue(item)}`,
  );
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

function readLine(text: string, entry: Entry): Line {
  const { value } = entry;
  const behind = splitEol(text.slice(value.end, entry.lineEnd));
  return {
    keys: names(entry.keys),
    prefix: text.slice(entry.prefixStart, entry.keyStart),
    head: text.slice(entry.keyStart, value.start),
    raw: text.slice(value.start, value.end),
    suffix: behind.header,
    eol: behind.eol,
    ...(value.kind === "inline" ? { inline: value.entries, source: text } : {}),
  };
}

function splitEol(text: string): { header: string; eol: string } {
  const eol = /\r?\n$/.exec(text)?.[0] ?? "";
  return { header: eol === "" ? text : text.slice(0, -eol.length), eol };
}

export function names(keys: readonly KeySpan[]): string[] {
  return keys.map(key => key.name);
}

function pathKey(path: readonly string[]): string {
  return JSON.stringify(path);
}

export function startsWith(path: readonly string[], prefix: readonly string[]): boolean {
  return prefix.length <= path.length && prefix.every((step, at) => path[at] === step);
}

export function sameSteps(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && startsWith(a, b);
}

/** The header of the table that takes a line's place; the key stays as it is written. */
export function headerOf(section: Section, line: Line): string {
  const key = line.head.slice(0, line.head.indexOf("=")).replace(/^\s+/, "");
  return `[${[...section.path.map(writeKey), key].join(".")}]`;
}

/** What stands above a line, without the blank line that separates it. */
export function commentsAbove(line: Line): string {
  return line.prefix.replace(/^\s*\n/, "");
}

/** A line that an edit writes. */
export function freshLine(keys: string[], raw: string, eol: string): Line {
  return { keys, prefix: "", head: `${keys.map(writeKey).join(".")} = `, raw, suffix: "", eol };
}
