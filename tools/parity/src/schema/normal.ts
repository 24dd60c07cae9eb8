/** A schema node in the form in which two schemas are compared. */
export type Normal =
  | { readonly kind: "any" }
  | { readonly kind: "ref"; readonly name: string; readonly nullable: boolean }
  | { readonly kind: "enum"; readonly values: readonly string[]; readonly nullable: boolean }
  | { readonly kind: "union"; readonly members: readonly Normal[]; readonly nullable: boolean }
  | {
      readonly kind: "node";
      readonly nullable: boolean;
      readonly keywords: Readonly<Record<string, unknown>>;
      readonly properties: Readonly<Record<string, Normal>>;
      readonly required: readonly string[];
      readonly items: Normal | null;
      readonly rest: Normal | false | null;
      readonly union: Normal | null;
    };

type Json = Readonly<Record<string, unknown>>;

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Keywords that say nothing about which values are accepted. */
const ignored: ReadonlySet<string> = new Set([
  "$schema",
  "description",
  "title",
  "deprecated",
  "examples",
  "definitions",
  "$ref",
  "type",
  "enum",
  "const",
  "anyOf",
  "oneOf",
  "allOf",
  "properties",
  "required",
  "items",
  "additionalProperties",
]);

/** Text by which normal forms are put in order and compared. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isJson(member) ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1))) : member,
  );
}

function union(parts: readonly Normal[], nullable: boolean): Normal {
  const members = parts.flatMap(part => (part.kind === "union" && !part.nullable ? part.members : [part]));
  const enums = members.filter(member => member.kind === "enum");
  const others = members.filter(member => member.kind !== "enum");
  const values = enums.flatMap(member => member.values);
  const merged: Normal[] =
    values.length === 0
      ? others
      : [
          ...others,
          { kind: "enum", values: [...new Set(values)].sort(), nullable: enums.some(member => member.nullable) },
        ];
  const [only] = merged;
  if (merged.length === 1 && only !== undefined) {
    return only.kind === "any" ? only : { ...only, nullable: nullable || only.nullable };
  }
  return { kind: "union", members: merged.sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1)), nullable };
}

function unionOf(members: readonly unknown[]): Normal {
  const nonNull = members.filter(
    member => !(isJson(member) && member["type"] === "null" && Object.keys(member).length === 1),
  );
  return union(nonNull.map(normalise), nonNull.length < members.length);
}

/** Brings a schema into the form in which it is compared. */
export function normalise(schema: unknown): Normal {
  if (!isJson(schema)) {
    return { kind: "any" };
  }
  const all = schema["allOf"];
  if (Array.isArray(all) && all.length === 1 && isJson(all[0])) {
    const { allOf: _, ...rest } = schema;
    return normalise({ ...all[0], ...rest });
  }
  const members = schema["anyOf"] ?? schema["oneOf"];
  const type = schema["type"];
  const types = Array.isArray(type) ? (type as unknown[]) : type === undefined ? [] : [type];
  const nullable = types.length > 1 && types.includes("null");
  const keywords = Object.fromEntries(
    Object.entries(schema).filter(
      ([keyword, value]) => !ignored.has(keyword) && !(keyword === "default" && value === null),
    ),
  );
  if (typeof schema["$ref"] === "string") {
    const name = schema["$ref"].split("/").at(-1) ?? "";
    return { kind: "ref", name: withKeywords(name, keywords), nullable };
  }
  const values = "const" in schema ? [schema["const"]] : schema["enum"];
  if (Array.isArray(values)) {
    return { kind: "enum", values: values.map(value => canonical(value)).sort(), nullable };
  }
  if (Array.isArray(members) && schema["properties"] === undefined) {
    return unionOf(members);
  }
  const plain = types.filter(name => name !== "null");
  if (
    plain.length === 0 &&
    types.length === 0 &&
    schema["properties"] === undefined &&
    Object.keys(keywords).length === 0
  ) {
    return { kind: "any" };
  }
  const rest = schema["additionalProperties"];
  const properties = isJson(schema["properties"]) ? schema["properties"] : {};
  return {
    kind: "node",
    nullable,
    keywords: { ...keywords, type: plain[0] ?? (types[0] === "null" ? "null" : "object") },
    properties: Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, normalise(property)])),
    required: Array.isArray(schema["required"]) ? [...(schema["required"] as string[])].sort() : [],
    items: "items" in schema ? normalise(schema["items"]) : null,
    rest: rest === undefined || rest === true ? null : rest === false ? false : normalise(rest),
    union: Array.isArray(members) ? unionOf(members) : null,
  };
}

/** A reference with a default beside it differs from one without. */
function withKeywords(name: string, keywords: Json): string {
  return Object.keys(keywords).length === 0 ? name : `${name} ${canonical(keywords)}`;
}

/** How many properties a normal form has, those of its parts included. */
export function countProperties(schema: unknown): number {
  if (Array.isArray(schema)) {
    return schema.reduce<number>((sum, part: unknown) => sum + countProperties(part), 0);
  }
  if (!isJson(schema)) {
    return 0;
  }
  return Object.entries(schema).reduce((sum, [keyword, value]) => {
    if (keyword === "properties" && isJson(value)) {
      return sum + Object.values(value).reduce<number>((inner, property) => inner + 1 + countProperties(property), 0);
    }
    return keyword === "default" || keyword === "enum" ? sum : sum + countProperties(value);
  }, 0);
}
