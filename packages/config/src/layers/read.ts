import nodePath from "node:path";
import { ConfigError } from "../errors.ts";
import { errorCode, osErrorText } from "@codex-ts/protocol/os-errors";
import type { ConfigFs } from "../fs.ts";
import { decode, TypeMismatch } from "../keys/decode.ts";
import { configKeys } from "../keys/root.ts";
import { Locator } from "../toml/locate.ts";
import { lineAt, parseToml } from "../toml/parse.ts";
import type { TomlTable } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";
import { fingerprint } from "./fingerprint.ts";
import { absolutePath } from "./home.ts";
import { modernize } from "./modernize.ts";
import { type ConfigLayer, describeSource, type LayerSource } from "./types.ts";

/** The text of a file; null when there is none. */
export function readText(fs: ConfigFs, file: string, what: string): string | null {
  let bytes: Uint8Array;
  try {
    bytes = fs.readFile(file);
  } catch (cause) {
    if (errorCode(cause) === "ENOENT") return null;
    throw new ConfigError("io", `Failed to read ${what} file ${file}: ${osErrorText(cause)}`, { cause });
  }
  return decodeUtf8(bytes, file);
}

function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const text = Buffer.from(bytes).toString("utf8");
    const before = validText(bytes);
    const line = before.split("\n").length;
    const column = before.length - before.lastIndexOf("\n");
    const range = { start: { line, column }, end: { line, column: column + 1 } };
    throw new ConfigError("toml_syntax", "invalid UTF-8", { file, range, sourceLine: lineAt(text, line), cause });
  }
}

/** The text before the first byte that is not UTF-8. */
function validText(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes);
  const text = buffer.toString("utf8");
  let at = text.indexOf("\ufffd");
  // A replacement character that the file really contains is not the culprit.
  while (
    at >= 0 &&
    buffer.indexOf("\ufffd", Buffer.byteLength(text.slice(0, at))) === Buffer.byteLength(text.slice(0, at))
  ) {
    at = text.indexOf("\ufffd", at + 1);
  }
  return text.slice(0, Math.max(at, 0));
}

/** Where bytes that are not UTF-8 stop to be it. */
export function utf8Mistake(bytes: Uint8Array): string {
  const index = Buffer.byteLength(validText(bytes));
  let length = 1;
  const isOpen = (end: number): boolean => {
    return new TextDecoder("utf-8").decode(bytes.subarray(index, end), { stream: true }) === "";
  };
  if (isOpen(bytes.length)) return `incomplete utf-8 byte sequence from index ${index}`;
  while (isOpen(index + length + 1)) length++;
  return `invalid utf-8 sequence of ${length} bytes from index ${index}`;
}

export interface LayerInput {
  name: LayerSource;
  raw: TomlTable;
  /** Folder that relative paths start at. */
  base: string;
  home: string | undefined;
  file?: string;
  text?: string;
  disabledReason?: string;
}

/** A layer with its paths resolved. One that does not fit the types is kept as written: the error is told later. */
export function makeLayer(input: LayerInput): { layer: ConfigLayer; warnings: ConfigWarning[] } {
  const { name, base, home, file, text, disabledReason } = input;
  const { table, warnings } = modernize(input.raw, file ?? describeSource(name));
  const config = resolved(table, base, home);
  let version: string | undefined;
  const layer: ConfigLayer = {
    name,
    config,
    ...(disabledReason === undefined ? {} : { disabledReason }),
    ...(file === undefined ? {} : { file }),
    ...(text === undefined ? {} : { text }),
    get version() {
      version ??= fingerprint(config);
      return version;
    },
  };
  return { layer, warnings: warnings.map(warning => placed(warning, layer)) };
}

function resolved(table: TomlTable, base: string, home: string | undefined): TomlTable {
  try {
    return decode(configKeys, table, [], { resolvePath: path => absolutePath(path, base, home) }) as TomlTable;
  } catch (error) {
    if (error instanceof TypeMismatch) return table;
    throw error;
  }
}

function placed(warning: ConfigWarning, layer: ConfigLayer): ConfigWarning {
  if (layer.file === undefined || layer.text === undefined || warning.keyPath === undefined) return warning;
  const range = new Locator(layer.text).locate(warning.keyPath.split("."));
  return { ...warning, file: layer.file, ...(range === null ? {} : { range }) };
}

/** A layer out of a file; an empty one when the file is missing. */
export function layerFromFile(
  fs: ConfigFs,
  file: string,
  name: LayerSource,
  home: string | undefined,
): { layer: ConfigLayer; warnings: ConfigWarning[]; missing: boolean } {
  const text = readText(fs, file, "config");
  const base = nodePath.dirname(file);
  if (text === null) return { ...makeLayer({ name, raw: {}, base, home, file }), missing: true };
  return { ...makeLayer({ name, raw: parseToml(text, file), base, home, file, text }), missing: false };
}
