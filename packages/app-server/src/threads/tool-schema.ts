type Check = (value: unknown) => string | null;

/** What keeps a schema from being one that a model can be given, in the words of the decoder; null: nothing. Null counts as left out. */
export function schemaMistake(schema: unknown): string | null {
  if (typeof schema === "boolean") return null;
  if (!isObject(schema)) return wrong(schema, "struct JsonSchema");
  for (const [name, check] of Object.entries(MEMBERS)) {
    const value = schema[name];
    const mistake = value === undefined || value === null ? null : check(value);
    if (mistake !== null) return mistake;
  }
  return null;
}

const text: Check = value => (typeof value === "string" ? null : wrong(value, "a string"));
const each =
  (check: Check): Check =>
  value =>
    Array.isArray(value) ? first(value, check) : wrong(value, "a sequence");

/** In the order in which they are looked at. */
const MEMBERS: Readonly<Record<string, Check>> = {
  additionalProperties: value =>
    typeof value === "boolean" || schemaMistake(value) === null
      ? null
      : "data did not match any variant of untagged enum AdditionalProperties",
  anyOf: each(schemaMistake),
  description: text,
  enum: each(() => null),
  items: value =>
    Array.isArray(value) ? "data did not match any variant of untagged enum JsonSchemaType" : schemaMistake(value),
  properties: value => (isObject(value) ? first(Object.values(value), schemaMistake) : wrong(value, "a map")),
  required: each(text),
};

function first(values: readonly unknown[], check: Check): string | null {
  for (const value of values) {
    const mistake = check(value);
    if (mistake !== null) return mistake;
  }
  return null;
}

function wrong(value: unknown, expected: string): string {
  return `invalid type: ${spoken(value)}, expected ${expected}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a value is, in the words of the decoder. */
function spoken(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "sequence";
  if (typeof value === "string") return `string ${JSON.stringify(value)}`;
  if (typeof value === "boolean") return `boolean \`${value}\``;
  if (typeof value === "object") return "map";
  return Number.isInteger(value) ? `integer \`${String(value)}\`` : `floating point \`${String(value)}\``;
}
