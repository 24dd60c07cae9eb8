import { type AnySchema, isNamed, type NamedSchema } from "@codex-ts/protocol";
import { markOf } from "@codex-ts/protocol/registry";
import * as z from "zod/mini";
import { isNode, type JsonSchema, mapNodes, referencesIn } from "./json.ts";
import { jsonNameOf, publicTypes } from "./types.ts";

/** A key of a node that tells how its schema is laid out; the normaliser takes it away. */
const FORM = "x-form";

type Def = z.core.$ZodTypes["_zod"]["def"];

function defOf(schema: AnySchema): Def {
  return schema._zod.def as Def;
}

/** The object's fields that need an opt-in. */
export function experimentalFields(schema: NamedSchema): readonly string[] {
  const def = defOf(schema);
  const inner = def.type === "pipe" ? defOf(def.out) : def;
  const shape = inner.type === "object" ? (inner.shape as Record<string, AnySchema>) : {};
  return Object.keys(shape).filter(field => markOf(shape[field] as AnySchema)?.experimental !== undefined);
}

/** Adds what zod's converter cannot know. */
function annotate(schema: AnySchema, json: JsonSchema): void {
  const mark = markOf(schema);
  if (mark?.format !== undefined) {
    const integer = mark.format !== "double" && mark.format !== "float";
    json["type"] = integer ? "integer" : "number";
    json["format"] = mark.format;
    if (mark.minimum !== undefined) {
      json["minimum"] = mark.minimum;
    }
  }
  if (mark?.unwritten === true) {
    json["writeOnly"] = true;
  }
  const def = defOf(schema);
  if (def.type === "undefined") {
    json["type"] = "null";
  }
  if (def.type === "default") {
    // The converter drops a default whose schema also reads other spellings.
    json["default"] = def.defaultValue;
  }
  if (isNamed(schema)) {
    json[FORM] = { form: schema.form, common: mark?.common, typedRest: typedRest(schema) };
  }
}

/** Whether the members an object keeps beyond its own, or a map's values, have a type of their own. */
function typedRest(schema: NamedSchema): boolean {
  const def = defOf(schema);
  const rest =
    def.type === "object"
      ? def.catchall
      : schema.form === "newtype" && def.type === "record"
        ? def.valueType
        : undefined;
  return isNamed(rest) && rest.typeName !== "JsonValue";
}

/** `anyOf` of something and null becomes a nullable type where the something is no reference. */
function nullable(node: JsonSchema): JsonSchema {
  const members = node["anyOf"];
  if (!Array.isArray(members) || members.length !== 2 || !isNode(members[1]) || members[1]["type"] !== "null") {
    return node;
  }
  const { anyOf: _, ...rest } = node;
  const inner: unknown = members[0];
  if (inner === true || (isNode(inner) && Object.keys(inner).length === 0)) {
    return rest;
  }
  if (!isNode(inner)) {
    return node;
  }
  if (typeof inner["type"] === "string" && inner["enum"] === undefined) {
    return { ...rest, ...inner, type: [inner["type"], "null"] };
  }
  return Array.isArray(inner["type"]) ? { ...rest, ...inner } : node;
}

/** A union with members of its own beside those it shares: an object and a sibling `oneOf`. */
function flattened(node: JsonSchema, common: readonly string[]): JsonSchema {
  const members = (node["oneOf"] as JsonSchema[]).map(member => {
    const properties = member["properties"] as JsonSchema;
    const own = Object.fromEntries(Object.entries(properties).filter(([name]) => !common.includes(name)));
    const required = (member["required"] as string[]).filter(name => !common.includes(name));
    return { ...member, properties: own, required };
  });
  const first = (node["oneOf"] as JsonSchema[])[0] as JsonSchema;
  const properties = first["properties"] as JsonSchema;
  return {
    type: "object",
    required: (first["required"] as string[]).filter(name => common.includes(name)),
    properties: Object.fromEntries(common.map(name => [name, properties[name]])),
    oneOf: members,
  };
}

interface FormNote {
  readonly form: string;
  readonly common?: readonly string[];
  readonly typedRest: boolean;
}

function byForm(node: JsonSchema): JsonSchema {
  const note = node[FORM] as FormNote | undefined;
  if (note === undefined) {
    return node;
  }
  const { [FORM]: _, ...plain } = node;
  if (note.common !== undefined) {
    return flattened(plain, note.common);
  }
  if (note.form === "external" && Array.isArray(plain["anyOf"])) {
    const { anyOf, ...rest } = plain;
    return { ...rest, oneOf: anyOf };
  }
  if (note.typedRest) {
    delete plain["additionalProperties"];
  }
  return plain;
}

function isEmpty(value: unknown): boolean {
  return isNode(value) && Object.keys(value).length === 0;
}

/** Brings a node of zod's converter into the form of the published artefacts. */
function normalise(original: JsonSchema): unknown {
  const node = nullable(byForm(original));
  delete node["$schema"];
  delete node["id"];
  delete node["$id"];
  delete node["propertyNames"];
  if (node["default"] === null) {
    delete node["default"];
  }
  if ("const" in node) {
    node["enum"] = [node["const"]];
    delete node["const"];
  }
  if (Array.isArray(node["required"])) {
    node["required"] = [...(node["required"] as string[])].sort();
    if ((node["required"] as string[]).length === 0) {
      delete node["required"];
    }
  }
  if (isNode(node["properties"]) && isEmpty(node["properties"])) {
    delete node["properties"];
  }
  for (const keyword of ["items", "additionalProperties"]) {
    if (isEmpty(node[keyword])) {
      node[keyword] = true;
    }
  }
  if (isNode(node["properties"])) {
    const entries = Object.entries(node["properties"]).map(([name, schema]) => [name, isEmpty(schema) ? true : schema]);
    node["properties"] = Object.fromEntries(entries) as JsonSchema;
  }
  const all = node["allOf"];
  return Array.isArray(all) && all.length === 1 && Object.keys(node).length === 1 ? (all[0] as JsonSchema) : node;
}

/** All types in JSON Schema. */
export interface Converted {
  /** A type's schema by its key; references are `#/definitions/<key>`. */
  readonly schemas: ReadonlyMap<string, JsonSchema>;
  /** The keys a type refers to, those included that its schema does not show. */
  readonly references: ReadonlyMap<string, ReadonlySet<string>>;
}

const PREFIX = "#/definitions/";

/** Converts every public type with zod's own converter, and brings the result into the published form. */
export function convertAll(): Converted {
  const registry = z.registry<{ id: string }>();
  const named = [...publicTypes.values()].filter(type => jsonNameOf(type) !== null && type.name !== "JsonValue");
  for (const type of named) {
    registry.add(type.schema, { id: type.key });
  }
  const { schemas } = z.toJSONSchema(registry, {
    target: "draft-7",
    io: "input",
    unrepresentable: "any",
    uri: id => PREFIX + id,
    override: ({ zodSchema, jsonSchema }) => {
      annotate(zodSchema, jsonSchema as JsonSchema);
    },
  });
  const raw = Object.entries(schemas as Readonly<Record<string, JsonSchema>>);
  return {
    schemas: new Map(raw.map(([key, schema]) => [key, mapNodes(schema, normalise) as JsonSchema])),
    references: new Map(
      raw.map(([key, schema]) => [key, new Set([...referencesIn(schema)].map(ref => ref.slice(PREFIX.length)))]),
    ),
  };
}
