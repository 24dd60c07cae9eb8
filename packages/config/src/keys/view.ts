import { getOwn, isTable, type JsonValue, setOwn, type TomlTable, toJson, type TomlValue } from "../toml/value.ts";
import type { Key, KeyType, TableType } from "./types.ts";

/**
 * A checked value as the config API shows it: every known key is there, unset ones as null (or as their fixed
 * default); keys that the table does not know are left out.
 */
export function viewValue(type: KeyType, value: TomlValue): JsonValue {
  switch (type.kind) {
    case "table":
      return isTable(value) ? viewTable(type, value) : toJson(value);
    case "map":
      return isTable(value) ? mapValues(value, item => viewValue(type.of, item)) : toJson(value);
    case "list":
      return Array.isArray(value) ? value.map(item => viewValue(type.of, item)) : toJson(value);
    case "union": {
      const table = type.options.find(option => option.kind === "table" || option.kind === "map");
      return isTable(value) && table !== undefined ? viewValue(table, value) : toJson(value);
    }
    case "tagged": {
      const tag = isTable(value) ? getOwn(value, type.tag) : undefined;
      const variant = typeof tag === "string" ? getOwn(type.variants, tag) : undefined;
      if (variant === undefined || !isTable(value)) return toJson(value);
      return { [type.tag]: tag as string, ...viewTable(variant, value) };
    }
    case "variants":
      if (!isTable(value)) return toJson(value);
      return mapValues(value, (item, name) => {
        const inner = getOwn(type.tables, name);
        return inner === undefined ? toJson(item) : viewValue(inner, item);
      });
    default:
      return toJson(value);
  }
}

/** A table with every known key. */
export function viewTable(type: TableType, value: TomlTable): { [key: string]: JsonValue } {
  const out: { [key: string]: JsonValue } = {};
  for (const [name, field] of Object.entries(type.fields)) {
    if (field.unseen === true) continue;
    const written = fieldValue(value, name, field);
    const isDropped = field.droppedWhenEmpty === true && Array.isArray(written) && written.length === 0;
    const item = isDropped ? undefined : written;
    if (item !== undefined) setOwn(out, name, viewValue(field.type, item));
    else if (type.sparse !== true)
      setOwn(out, name, field.filled === undefined ? null : viewValue(field.type, field.filled));
    else if (field.filled !== undefined) setOwn(out, name, viewValue(field.type, field.filled));
  }
  const rest = type.rest;
  if (rest !== undefined) {
    for (const name of Object.keys(value)) {
      if (Object.hasOwn(type.fields, name)) continue;
      setOwn(out, name, viewValue(rest, value[name] as TomlValue));
    }
  }
  return out;
}

function fieldValue(value: TomlTable, name: string, field: Key): TomlValue | undefined {
  const direct = getOwn(value, name);
  if (direct !== undefined) return direct;
  for (const alias of field.aliases ?? []) {
    const older = getOwn(value, alias);
    if (older !== undefined) return older;
  }
  return undefined;
}

function mapValues(table: TomlTable, view: (item: TomlValue, name: string) => JsonValue): { [key: string]: JsonValue } {
  const out: { [key: string]: JsonValue } = {};
  for (const name of Object.keys(table)) setOwn(out, name, view(table[name] as TomlValue, name));
  return out;
}
