import type { TomlTable, TomlValue } from "../toml/value.ts";

/** What a value of config.toml may look like. One description drives checking, the API view, the JSON schema and docs. */
export type KeyType =
  /** `said` is what type errors call it. */
  | { kind: "string"; said?: string }
  | { kind: "boolean" }
  | { kind: "integer"; width: IntegerWidth; schemaMin?: number }
  /** `seconds`: a length of time, not negative and finite. */
  | { kind: "float"; seconds?: true }
  /** A file path: relative ones resolve against the folder of the defining file, `~` against the home folder. */
  | { kind: "path" }
  /** `plain`: never written as a table with that one key. */
  | {
      kind: "enum";
      values: readonly string[];
      aliases?: Readonly<Record<string, string>>;
      removed?: Removed;
      plain?: true;
    }
  | { kind: "list"; of: KeyType }
  | { kind: "map"; of: KeyType }
  | TableType
  /** The first option that fits; an error names the whole union. */
  | { kind: "union"; name: string; options: readonly KeyType[] }
  /** A table whose `tag` field says which of the tables it is. */
  | { kind: "tagged"; name: string; tag: string; variants: Readonly<Record<string, TableType>> }
  /** A plain word, or a table with exactly one key that names the variant. */
  | { kind: "variants"; words: readonly string[]; tables: Readonly<Record<string, KeyType>>; order: readonly string[] };

export type IntegerWidth = "i64" | "i32" | "u64" | "u32" | "u16" | "usize" | "nonzero u64" | "nonzero usize";

export interface TableType {
  kind: "table";
  /** The name used in type errors (`expected struct Name`) and in the JSON schema; empty for a plain map. */
  name: string;
  fields: Readonly<Record<string, Key>>;
  /** What type errors call it instead. */
  said?: string;
  /** Entries beside the named fields (a table that is a map, too). */
  rest?: KeyType;
  /** Unknown keys are an error instead of a warning. */
  closed?: boolean;
  /** How precisely errors below this table are located: by their own path, by line only, or as this table. */
  blur?: "path" | "position";
  /** The same for the `rest` entries only. */
  blurRest?: "path" | "position";
  /** Checks that span fields; returns the reason when the table is refused. */
  check?: (table: TomlTable) => string | null;
  /** The API view leaves unset fields out instead of printing null. */
  sparse?: boolean;
}

interface Removed {
  [word: string]: string;
}

export type Stage = "stable" | "experimental" | "deprecated" | "internal";

/** One key of the table of settings. */
export interface Key {
  type: KeyType;
  /** One sentence: what the setting does. */
  doc: string;
  /** The value that holds when the key is unset, as people write it. */
  default?: string;
  /** May also stand in `[profiles.<name>]`. */
  profile?: boolean;
  required?: boolean;
  stage?: Stage;
  /** Only meaningful in this layer. */
  layers?: "user";
  /** Older spellings that still read. */
  aliases?: readonly string[];
  /** What the API view shows for an unset field: this value instead of null. */
  filled?: TomlValue;
  /** The API view shows no empty list here. */
  droppedWhenEmpty?: boolean;
  /** Errors in this field are located at the table that holds it. */
  blurred?: boolean;
  /** Accepted by the loader but not advertised in the JSON schema. */
  hidden?: boolean;
  /** Accepted only to be refused with a clear text, or without effect: absent from the API view. */
  unseen?: boolean;
}

export const text: KeyType = { kind: "string" };
export const bool: KeyType = { kind: "boolean" };
export const float: KeyType = { kind: "float" };
export const path: KeyType = { kind: "path" };
export const i64: KeyType = { kind: "integer", width: "i64" };
export const u64: KeyType = { kind: "integer", width: "u64" };
export const u32: KeyType = { kind: "integer", width: "u32" };
export const u16: KeyType = { kind: "integer", width: "u16" };
export const usize: KeyType = { kind: "integer", width: "usize" };

export function words(...values: string[]): KeyType {
  return { kind: "enum", values };
}
export function list(of: KeyType): KeyType {
  return { kind: "list", of };
}
export function map(of: KeyType): KeyType {
  return { kind: "map", of };
}
export function table(
  name: string,
  fields: Record<string, Key>,
  more: Omit<TableType, "kind" | "name" | "fields"> = {},
): TableType {
  return { kind: "table", name, fields, ...more };
}
export function key(type: KeyType, doc: string, more: Omit<Key, "type" | "doc"> = {}): Key {
  return { type, doc, ...more };
}

/** The largest and smallest value of an integer width. */
export function integerRange(width: IntegerWidth): { min: bigint; max: bigint } {
  switch (width) {
    case "i64":
      return { min: -(2n ** 63n), max: 2n ** 63n - 1n };
    case "i32":
      return { min: -(2n ** 31n), max: 2n ** 31n - 1n };
    case "u16":
      return { min: 0n, max: 65535n };
    case "u32":
      return { min: 0n, max: 2n ** 32n - 1n };
    case "nonzero u64":
    case "nonzero usize":
      return { min: 1n, max: 2n ** 63n - 1n };
    default:
      return { min: 0n, max: 2n ** 63n - 1n };
  }
}
