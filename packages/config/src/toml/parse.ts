import type { parse, TomlError, TomlTable as RawTable, TomlValue as RawValue } from "smol-toml";
import { ConfigError, type SourceRange } from "../errors.ts";
import { lookAgain } from "./exact.ts";
import { DEEPEST, type TomlMistake } from "./grammar.ts";
import { endOf, positionOf } from "./locate.ts";
import { findMistake } from "./mistake.ts";
import { setOwn, TomlDateTime, TomlFloat, type TomlTable, type TomlValue } from "./value.ts";

interface Library {
  parse: typeof parse;
  TomlError: typeof TomlError;
}
let library: Library | undefined;

/** Loads the TOML reader. It costs some milliseconds, so a start without any file never pays it. */
export async function loadTomlReader(): Promise<void> {
  library ??= await import("smol-toml");
}

export function isReaderLoaded(): boolean {
  return library !== undefined;
}

/** TOML was met before `loadTomlReader()` had finished. */
export class ReaderNotLoaded extends Error {
  constructor() {
    super("loadTomlReader() must have finished before TOML is parsed");
  }
}

function reader(): Library {
  if (library === undefined) throw new ReaderNotLoaded();
  return library;
}

/**
 * Reads a TOML document. `loadTomlReader()` must have been awaited.
 * @param file only for the error text
 * @throws ConfigError `toml_syntax` with line, column and the source line
 */
export function parseToml(text: string, file?: string): TomlTable {
  const source = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const toml = reader();
  let raw: RawTable;
  try {
    raw = toml.parse(source, { integersAsBigInt: true, maxDepth: 256, useLegacyDate: true });
  } catch (error) {
    if (!(error instanceof toml.TomlError)) throw error;
    const mistake = findMistake(source);
    throw mistake === null ? readersError(source, error, file) : mistakeError(source, mistake, file);
  }
  const seen: Seen = { care: source.charCodeAt(0) === 0xfeff };
  const table = convertTable(raw, seen, 1);
  if (seen.care) {
    const mistake = findMistake(source);
    if (mistake !== null) throw mistakeError(source, mistake, file);
    lookAgain(table, source, (reason, range) => placedError(source, reason, range, file));
  }
  return table;
}

/** One TOML value, as it may stand after `key =`; undefined when the text is not one. */
export function parseTomlValue(text: string): TomlValue | undefined {
  try {
    const table = parseToml(`_x_ = ${text}`);
    return table["_x_"];
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

/** Whether something was met that the reader may not give exactly, or should not have taken. */
interface Seen {
  care: boolean;
}

function convert(value: RawValue, seen: Seen, depth: number): TomlValue {
  if (depth > DEEPEST) seen.care = true;
  switch (typeof value) {
    case "bigint":
      if (value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(value);
      seen.care = true;
      return value;
    case "number":
      if (!Number.isFinite(value)) seen.care = true;
      return Number.isInteger(value) ? new TomlFloat(value) : value;
    case "object":
      if (Array.isArray(value)) {
        for (let at = 0; at < value.length; at++)
          value[at] = convert(value[at] as RawValue, seen, depth + 1) as RawValue;
        return value as TomlValue[];
      }
      if (value instanceof Date) {
        seen.care = true;
        return new TomlDateTime(value.toISOString());
      }
      return convertTable(value as RawTable, seen, depth + 1);
    default:
      return value;
  }
}

/** In place: the reader's tables are ours. */
function convertTable(raw: RawTable, seen: Seen, depth: number): TomlTable {
  const table = raw as TomlTable;
  for (const key of Object.keys(raw)) {
    const written = raw[key] as RawValue;
    const value = convert(written, seen, depth);
    if (value !== written) setOwn(table, key, value);
  }
  return table;
}

function mistakeError(source: string, { message, start, end }: TomlMistake, file: string | undefined): ConfigError {
  const at = start < source.length ? positionOf(source, start) : endOf(source);
  const until = end > start && start < source.length ? positionOf(source, end) : { ...at, column: at.column + 1 };
  return placedError(source, message, { start: at, end: until }, file);
}

/** The reader's own words, for what only the reader refuses. */
function readersError(source: string, { message, line, column }: TomlError, file: string | undefined): ConfigError {
  const reason = (message.split("\n", 1)[0] ?? "").replace(/^Invalid TOML document: /, "");
  return placedError(source, reason, { start: { line, column }, end: { line, column: column + 1 } }, file);
}

function placedError(source: string, reason: string, range: SourceRange, file: string | undefined): ConfigError {
  return new ConfigError("toml_syntax", reason, {
    ...(file === undefined ? {} : { file }),
    range,
    sourceLine: lineAt(source, range.start.line),
  });
}

/** The text of one line (1-based), without its line break. */
export function lineAt(text: string, line: number): string {
  let start = 0;
  for (let n = 1; n < line; n++) {
    const next = text.indexOf("\n", start);
    if (next < 0) return "";
    start = next + 1;
  }
  const end = text.indexOf("\n", start);
  return (end < 0 ? text.slice(start) : text.slice(start, end)).replace(/\r$/, "");
}
