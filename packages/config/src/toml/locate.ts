import type { SourceRange } from "../errors.ts";
import { type InlineEntry, type KeySpan, type Scan, scanToml, type ValueNode } from "./scan.ts";

interface Span {
  start: number;
  end: number;
}
type Path = readonly (string | number)[];

/** Finds values in a TOML text by their path; the index is built at the first question. */
export class Locator {
  private readonly text: string;
  private spans: Map<string, Span> | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The range of the value at `path`, or of the deepest ancestor that the text has; null for a path it has nothing of. */
  locate(path: Path): SourceRange | null {
    this.spans ??= index(scanToml(this.text));
    for (let length = path.length; length > 0; length--) {
      const span = this.spans.get(pathKey(path.slice(0, length)));
      if (span !== undefined) return rangeOf(this.text, span);
    }
    return null;
  }

  /** Like `locate`, but null unless the text has exactly that path. */
  locateExactly(path: Path): SourceRange | null {
    this.spans ??= index(scanToml(this.text));
    const span = this.spans.get(pathKey(path));
    return span === undefined ? null : rangeOf(this.text, span);
  }
}

function pathKey(path: Path): string {
  return JSON.stringify(path);
}

function index(scan: Scan): Map<string, Span> {
  const spans = new Map<string, Span>();
  const counts = new Map<string, number>();
  for (const entry of scan.entries) addEntry(spans, [], entry.keys, entry.value);
  for (const header of scan.headers) {
    const path: (string | number)[] = [];
    header.keys.forEach((key, at) => {
      path.push(key.name);
      const last = at === header.keys.length - 1;
      const here = pathKey(path);
      if (last && header.array) {
        const count = counts.get(here) ?? 0;
        counts.set(here, count + 1);
        addOnce(spans, path, header);
        path.push(count);
        spans.set(pathKey(path), { start: header.start, end: header.end });
      } else if (last) {
        // A header of its own places the table, even when a sub-table mentioned it before.
        spans.set(here, { start: header.start, end: header.end });
      } else {
        addOnce(spans, path, key);
        const count = counts.get(here);
        if (count !== undefined) path.push(count - 1);
      }
    });
    for (const entry of header.entries) addEntry(spans, path, entry.keys, entry.value);
  }
  return spans;
}

function addOnce(spans: Map<string, Span>, path: Path, span: Span): void {
  const at = pathKey(path);
  if (!spans.has(at)) spans.set(at, { start: span.start, end: span.end });
}

function addEntry(spans: Map<string, Span>, base: Path, keys: readonly KeySpan[], value: ValueNode): void {
  const path = [...base];
  keys.forEach((key, at) => {
    path.push(key.name);
    if (at < keys.length - 1) addOnce(spans, path, key);
  });
  addValue(spans, path, value);
}

function addValue(spans: Map<string, Span>, path: Path, value: ValueNode): void {
  spans.set(pathKey(path), { start: value.start, end: value.end });
  if (value.kind === "array") value.items.forEach((item, at) => addValue(spans, [...path, at], item));
  if (value.kind === "inline") {
    value.entries.forEach((entry: InlineEntry) => addEntry(spans, path, entry.keys, entry.value));
  }
}

function rangeOf(text: string, span: Span): SourceRange {
  return { start: positionOf(text, span.start), end: positionOf(text, span.end) };
}

/** Line and column (characters, from 1) of an offset. */
export function positionOf(text: string, offset: number): { line: number; column: number } {
  const from = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  let lineStart = from;
  for (let at = text.indexOf("\n", from); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) {
    line++;
    lineStart = at + 1;
  }
  return { line, column: countCharacters(text.slice(lineStart, offset)) + 1 };
}

/** Where a text ends. What is missing behind a line break is placed at the end of that line. */
export function endOf(text: string): { line: number; column: number } {
  const { line, column } = positionOf(text, Math.max(text.length - 1, 0));
  return { line, column: text === "" ? column : column + 1 };
}

/** Characters, not UTF-16 units. */
function countCharacters(text: string): number {
  return text.length - (text.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
