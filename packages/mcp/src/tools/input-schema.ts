/** The part of JSON Schema that model servers take for a tool's input. */
export interface ModelSchema {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  items?: ModelSchema;
  properties?: Record<string, ModelSchema>;
  required?: string[];
  additionalProperties?: boolean | ModelSchema;
  anyOf?: ModelSchema[];
}

const TYPES = new Set(["string", "number", "boolean", "integer", "object", "array", "null"]);
const NUMBER_WORDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"];
/** Deeper than any honest schema; what lies deeper is taken as text. */
const MAX_DEPTH = 128;

type Json = Record<string, unknown>;

/**
 * A server's input schema as the model is shown it: always an object with properties, every part with a type, and nothing of what model
 * servers do not know. Null: the schema is not one of an object (`type: "null"`), the tool cannot be offered.
 */
export function modelInputSchema(schema: unknown): ModelSchema | null {
  const root: Json = isObject(schema) ? { ...schema } : {};
  if (root["properties"] === undefined || root["properties"] === null) root["properties"] = {};
  const clean = sanitizeSchema(root, 0);
  return clean.type === "null" ? null : clean;
}

function sanitizeSchema(value: unknown, depth: number): ModelSchema {
  if (!isObject(value) || depth > MAX_DEPTH) return { type: "string" };
  const out: ModelSchema = {};
  const anyOf = Array.isArray(value["anyOf"]) ? value["anyOf"] : null;
  const type = schemaType(value, anyOf !== null || value["anyOf"] === null);
  if (type !== null) out.type = type;
  if (typeof value["description"] === "string") out.description = value["description"];
  const values = value["const"] !== undefined ? [value["const"]] : value["enum"];
  if (Array.isArray(values)) out.enum = values;
  const has = (name: string): boolean => type === name || (Array.isArray(type) && type.includes(name));
  const items = Array.isArray(value["items"]) ? undefined : value["items"];
  // `null` is a word that was left empty: nothing is said, and nothing guessed.
  if (items !== undefined && items !== null) out.items = sanitizeSchema(items, depth + 1);
  else if (has("array") && items !== null) out.items = { type: "string" };
  if (isObject(value["properties"])) out.properties = sanitizeEach(value["properties"], depth + 1);
  else if (has("object") && value["properties"] !== null) out.properties = {};
  const required = value["required"];
  if (Array.isArray(required)) out.required = required.filter(name => typeof name === "string");
  const additional = value["additionalProperties"];
  if (typeof additional === "boolean") out.additionalProperties = additional;
  else if (isObject(additional)) out.additionalProperties = sanitizeSchema(additional, depth + 1);
  if (anyOf !== null) out.anyOf = anyOf.map(option => sanitizeSchema(option, depth + 1));
  return out;
}

function sanitizeEach(properties: Json, depth: number): Record<string, ModelSchema> {
  const names = Object.keys(properties).sort((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(names.map(name => [name, sanitizeSchema(properties[name], depth)]));
}

/** The known types that are written, else what the other words say it is. With `anyOf` nothing is guessed. */
function schemaType(schema: Json, hasAnyOf: boolean): string | string[] | null {
  const written = schema["type"];
  if (typeof written === "string" && TYPES.has(written)) return written;
  if (Array.isArray(written)) {
    const known = written.filter(name => typeof name === "string" && TYPES.has(name));
    if (known.length > 0) return known.length === 1 ? known[0]! : known;
  }
  if (hasAnyOf) return null;
  const has = (...words: string[]): boolean => words.some(word => schema[word] !== undefined);
  if (has("properties", "required", "additionalProperties")) return "object";
  if (has("items", "prefixItems")) return "array";
  if (has("enum", "const", "format")) return "string";
  return has(...NUMBER_WORDS) ? "number" : "string";
}

/** What a call of the tool gives, for whoever wants it typed: a `CallToolResult` with the tool's own structure. */
export function resultSchema(outputSchema: unknown): Json {
  return {
    type: "object",
    properties: {
      content: { type: "array", items: { type: "object" } },
      structuredContent: outputSchema ?? {},
      isError: { type: "boolean" },
      _meta: { type: "object" },
    },
    required: ["content"],
    additionalProperties: false,
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
