import type { JsonSchema, JsonValue } from "./parameters.ts";

const TYPES = new Set(["string", "number", "boolean", "integer", "object", "array", "null"]);
const NUMERIC = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];

type JsonObject = { [key: string]: JsonValue };

/**
 * The schema of somebody else's tool as the model is shown it (spec mcp.md 5): a missing type is inferred, what models do not know is left
 * out, and what a type cannot do without is filled in; null is nothing. A boolean schema allows any text.
 */
export function sanitizeSchema(schema: JsonValue): JsonSchema {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return { type: "string" };
  const source = "const" in schema ? { ...schema, enum: [schema["const"]!] } : schema;
  const type = schemaType(source);
  const result: JsonObject = {};
  if (type !== null) result["type"] = type;
  if (typeof source["description"] === "string") result["description"] = source["description"];
  if (Array.isArray(source["enum"])) result["enum"] = source["enum"];
  if (source["items"] !== null && (hasType(type, "array") || "items" in source))
    result["items"] = sanitizeItems(source["items"]);
  if ((hasType(type, "object") && source["properties"] !== null) || isObject(source["properties"])) {
    result["properties"] = sanitizeProperties(source["properties"]);
  }
  if (Array.isArray(source["required"])) result["required"] = source["required"];
  const additional = source["additionalProperties"];
  if (additional !== undefined && additional !== null)
    result["additionalProperties"] = isObject(additional) ? sanitizeSchema(additional) : additional;
  if (Array.isArray(source["anyOf"])) result["anyOf"] = source["anyOf"].map(sanitizeSchema);
  return result;
}

function schemaType(schema: JsonObject): JsonValue {
  const given = schema["type"];
  if (typeof given === "string" && TYPES.has(given)) return given;
  if (Array.isArray(given)) {
    const known = given.filter(entry => typeof entry === "string" && TYPES.has(entry));
    if (known.length > 0) return known.length === 1 ? known[0]! : known;
  }
  if ("anyOf" in schema) return null;
  const has = (...names: string[]) => names.some(name => name in schema);
  if (has("properties", "required", "additionalProperties")) return "object";
  if (has("items", "prefixItems")) return "array";
  if (has("enum", "format")) return "string";
  return has(...NUMERIC) ? "number" : "string";
}

function hasType(type: JsonValue, name: string): boolean {
  return Array.isArray(type) ? type.includes(name) : type === name;
}

function sanitizeItems(items: JsonValue | undefined): JsonValue {
  return items === undefined || Array.isArray(items) ? { type: "string" } : sanitizeSchema(items);
}

function sanitizeProperties(properties: JsonValue | undefined): JsonObject {
  if (!isObject(properties)) return {};
  const names = Object.keys(properties).sort();
  return Object.fromEntries(names.map(name => [name, sanitizeSchema(properties[name]!)]));
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
