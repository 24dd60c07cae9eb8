import { FEATURES } from "../features/registry.ts";
import { byBytes } from "../layers/fingerprint.ts";
import { type JsonValue, toJson } from "../toml/value.ts";
import { features } from "./agent.ts";
import { configKeys } from "./root.ts";
import type { IntegerWidth, Key, KeyType, TableType } from "./types.ts";

type Schema = { [key: string]: JsonValue };

/** The JSON Schema (draft-07) of config.toml, from the key table; keys sorted, so that it can be compared byte by byte. */
export function configJsonSchema(): Schema {
  const definitions = new Map<string, Schema>();
  const root = tableSchema(configKeys, definitions);
  return sortKeys({
    $schema: "http://json-schema.org/draft-07/schema#",
    title: configKeys.name,
    description: "Settings of config.toml.",
    ...root,
    definitions: Object.fromEntries(definitions),
  }) as Schema;
}

/** The schema as a file: two spaces, a final line break. */
export function configJsonSchemaText(): string {
  return `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
}

function schemaOf(type: KeyType, definitions: Map<string, Schema>): Schema {
  switch (type.kind) {
    case "string":
    case "boolean":
      return { type: type.kind };
    case "path":
      return { type: "string" };
    case "float":
      return { type: "number", format: "double" };
    case "integer":
      return integerSchema(type.width, type.schemaMin);
    case "enum":
      return { type: "string", enum: [...type.values] };
    case "list":
      return { type: "array", items: schemaOf(type.of, definitions) };
    case "map":
      return { type: "object", additionalProperties: schemaOf(type.of, definitions) };
    case "union":
      return { anyOf: type.options.map(option => schemaOf(option, definitions)) };
    case "tagged":
      return {
        oneOf: Object.entries(type.variants).map(([tag, table]) => {
          const schema = tableSchema(table, definitions);
          return {
            ...schema,
            properties: { ...(schema["properties"] as Schema), [type.tag]: { type: "string", enum: [tag] } },
            required: [type.tag, ...((schema["required"] as string[] | undefined) ?? [])].sort(byBytes),
          };
        }),
      };
    case "variants":
      return {
        oneOf: [
          { type: "string", enum: [...type.words] },
          ...Object.entries(type.tables).map(([name, inner]) => ({
            type: "object",
            properties: { [name]: schemaOf(inner, definitions) },
            required: [name],
            additionalProperties: false,
          })),
        ],
      };
    case "table":
      if (type.name === "") return tableSchema(type, definitions);
      if (!definitions.has(type.name)) {
        definitions.set(type.name, {}); // its place, for tables that meet themselves
        definitions.set(type.name, tableSchema(type, definitions));
      }
      return { $ref: `#/definitions/${type.name}` };
  }
}

function tableSchema(type: TableType, definitions: Map<string, Schema>): Schema {
  const properties: Schema = {};
  const required: string[] = [];
  for (const [name, field] of Object.entries(type.fields)) {
    if (field.hidden === true) continue;
    for (const spelling of [name, ...(field.aliases ?? [])]) properties[spelling] = fieldSchema(field, definitions);
    if (field.required === true) required.push(name);
  }
  const isFeatures = type.name === features.name;
  if (isFeatures) {
    for (const feature of FEATURES) {
      if (feature.unlisted === true) continue;
      for (const key of [feature.key, ...(feature.aliases ?? [])]) properties[key] ??= { type: "boolean" };
    }
  }
  const open = type.rest !== undefined && !isFeatures;
  return {
    type: "object",
    ...(Object.keys(properties).length > 0 || !open ? { properties } : {}),
    ...(required.length > 0 ? { required: required.sort(byBytes) } : {}),
    additionalProperties: open && type.rest !== undefined ? schemaOf(type.rest, definitions) : false,
  };
}

function fieldSchema(field: Key, definitions: Map<string, Schema>): Schema {
  const schema = schemaOf(field.type, definitions);
  const described: Schema = {
    description: field.doc,
    ...(field.filled === undefined ? {} : { default: toJson(field.filled) }),
  };
  // Draft-07 ignores everything beside a $ref.
  return "$ref" in schema ? { ...described, allOf: [schema] } : { ...schema, ...described };
}

function integerSchema(width: IntegerWidth, schemaMin: number | undefined): Schema {
  const minimum = schemaMin ?? (width === "i64" || width === "i32" ? undefined : width.startsWith("nonzero") ? 1 : 0);
  const format = { i64: "int64", i32: "int32", u64: "uint64", u32: "uint32", u16: "uint16", usize: "uint" }[
    width.replace("nonzero ", "")
  ];
  return {
    type: "integer",
    ...(format === undefined ? {} : { format }),
    ...(minimum === undefined ? {} : { minimum }),
    ...(width === "u16" ? { maximum: 65535 } : {}),
  };
}

function sortKeys(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort(byBytes)
      .map(key => [key, sortKeys(value[key] as JsonValue)]),
  );
}
