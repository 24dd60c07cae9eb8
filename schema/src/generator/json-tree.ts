import { isDeepStrictEqual } from "node:util";
import { type Converted, convertAll, experimentalFields } from "./convert.ts";
import { isNode, type JsonSchema, mapNodes, referencesIn } from "./json.ts";
import { withTitles } from "./titles.ts";
import {
  clientMethods,
  experimentalTypes,
  jsonNameOf,
  notificationMethods,
  type PublicType,
  publicTypes,
  serverMethods,
} from "./types.ts";

const DRAFT = "http://json-schema.org/draft-07/schema#";

/** The messages and their unions, at the root of the tree. */
const envelopes = [
  "RequestId",
  "JSONRPCMessage",
  "JSONRPCRequest",
  "JSONRPCNotification",
  "JSONRPCResponse",
  "JSONRPCError",
  "JSONRPCErrorError",
  "ClientRequest",
  "ServerRequest",
  "ClientNotification",
  "ServerNotification",
] as const;

/** Requests of the older API that the JSON artefacts leave out. */
const leftOutRequests: ReadonlySet<string> = new Set(["getConversationSummary", "gitDiffToRemote", "getAuthStatus"]);
/** The methods that stand in no union; the notification among them has a file all the same. */
const leftOutMethods: ReadonlySet<string> = new Set([...leftOutRequests, "rawResponseItem/completed"]);
const olderTypes: ReadonlySet<string> = new Set(["InitializeParams", "InitializeResponse"]);

/** A file of the tree: where it stands and which type it shows. */
interface TypeFile {
  readonly path: string;
  readonly type: PublicType;
}

const byKey = new Map([...publicTypes.values()].map(type => [type.key, type]));

function mustFind(key: string): PublicType {
  const type = byKey.get(key);
  if (type === undefined) {
    throw new Error(`no type has the key ${key}`);
  }
  return type;
}

function folderOf(type: PublicType): string {
  return type.key.startsWith("v2/") ? "v2/" : olderTypes.has(type.name) ? "v1/" : "";
}

/** The files of the tree but the bundles, in the order in which bundles collect them. */
function typeFiles(experimental: boolean): readonly TypeFile[] {
  const files = new Map<string, TypeFile>();
  const add = (type: PublicType | null, folder: string): void => {
    if (type !== null && (experimental || !experimentalTypes.has(type))) {
      files.set(type.key, { path: `${folder}${type.name}.json`, type });
    }
  };
  for (const name of envelopes) {
    add(mustFind(name), "");
  }
  for (const { method, params, result } of clientMethods) {
    if (!leftOutRequests.has(method)) {
      add(params, params === null ? "" : folderOf(params));
      add(result, result === null ? "" : folderOf(result));
    }
  }
  for (const { params, result } of serverMethods) {
    add(params, "");
    add(result, "");
  }
  for (const { params } of notificationMethods) {
    add(params, params === null ? "" : folderOf(params));
  }
  return [...files.values()];
}

function nameOfKey(key: string): string {
  return jsonNameOf(mustFind(key)) ?? key;
}

function renameReferences(schema: JsonSchema, rename: (key: string) => string): JsonSchema {
  return mapNodes(schema, node =>
    typeof node["$ref"] === "string" ? { ...node, $ref: rename(node["$ref"].slice("#/definitions/".length)) } : node,
  ) as JsonSchema;
}

/** Takes a member out of an object's schema. */
function withoutFields(schema: JsonSchema, fields: readonly string[]): JsonSchema {
  if (fields.length === 0 || !isNode(schema["properties"])) {
    return schema;
  }
  const properties = Object.fromEntries(
    Object.entries(schema["properties"]).filter(([name]) => !fields.includes(name)),
  );
  const required = ((schema["required"] ?? []) as string[]).filter(name => !fields.includes(name));
  const { required: _, ...rest } = schema;
  return { ...rest, ...(required.length === 0 ? {} : { required }), properties };
}

/** Takes the methods that the artefact does not show out of the unions of messages. */
function withoutMethods(name: string, schema: JsonSchema, experimental: boolean): JsonSchema {
  const methods = name === "ClientRequest" ? clientMethods : name === "ServerNotification" ? notificationMethods : null;
  if (methods === null) {
    return schema;
  }
  const gatedOnes = methods.filter(method => method.experimental && name === "ClientRequest" && !experimental);
  const hidden = new Set([...leftOutMethods, ...gatedOnes.map(({ method }) => method)]);
  const members = (schema["oneOf"] as JsonSchema[]).filter(
    member => !hidden.has(((member["properties"] as JsonSchema)["method"] as { enum: [string] }).enum[0]),
  );
  return { ...schema, oneOf: members };
}

class TreeBuilder {
  readonly #converted: Converted;
  readonly #experimental: boolean;

  constructor(converted: Converted, experimental: boolean) {
    this.#converted = converted;
    this.#experimental = experimental;
  }

  /** The type's schema as this artefact shows it, with references by key. */
  schema(key: string): JsonSchema {
    const type = mustFind(key);
    const full = this.#converted.schemas.get(key);
    if (full === undefined) {
      throw new Error(`${key} has no schema`);
    }
    const methods = withoutMethods(type.name, full, this.#experimental);
    const fields = this.#experimental ? [] : experimentalFields(type.schema);
    return withTitles(withoutFields(methods, fields), nameOfKey(key));
  }

  /**
   * All types a type refers to, directly or not. Those of gated members are among them, as in the reference; only the
   * params and results of gated methods are not.
   */
  helpers(key: string): ReadonlySet<string> {
    const found = new Set<string>();
    const isUnion = key === "ClientRequest" || key === "ServerNotification";
    const pending = isUnion ? this.#ofShownMethods(key) : [...this.#references(key)];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (!found.has(next)) {
        found.add(next);
        pending.push(...this.#references(next));
      }
    }
    found.delete(key);
    const gated = this.#experimental ? [] : [...experimentalTypes].map(type => type.key);
    for (const hidden of gated) {
      found.delete(hidden);
    }
    return found;
  }

  #references(key: string): ReadonlySet<string> {
    return this.#converted.references.get(key) ?? new Set();
  }

  #ofShownMethods(key: string): string[] {
    const full = withoutMethods(key, this.#converted.schemas.get(key) ?? {}, true);
    return [...referencesIn(full)].map(reference => reference.slice("#/definitions/".length));
  }

  /** A file that stands alone: the type, and the types it refers to as definitions. */
  file(type: PublicType): JsonSchema {
    const rename = (key: string): string => `#/definitions/${nameOfKey(key)}`;
    const definitions = new Definitions();
    for (const key of this.helpers(type.key)) {
      definitions.add(nameOfKey(key), renameReferences(this.schema(key), rename));
    }
    const own = renameReferences(this.schema(type.key), rename);
    return { $schema: DRAFT, title: type.name, ...own, ...definitions.asKeyword() };
  }
}

/** Definitions by name; the same name for two different schemas is an error. */
class Definitions {
  readonly #byName = new Map<string, JsonSchema>();

  add(name: string, schema: JsonSchema): void {
    const known = this.#byName.get(name);
    if (known !== undefined && !isDeepStrictEqual(known, schema)) {
      throw new Error(`two different types have the name ${name}`);
    }
    this.#byName.set(name, schema);
  }

  sorted(): JsonSchema {
    return Object.fromEntries([...this.#byName].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  asKeyword(): JsonSchema {
    return this.#byName.size === 0 ? {} : { definitions: this.sorted() };
  }
}

/** Everything in one file: types of v2 below `definitions/v2`, all others below `definitions`. */
function mixedBundle(builder: TreeBuilder, files: readonly TypeFile[], all: readonly TypeFile[]): JsonSchema {
  const inV2 = new Set<string>();
  for (const { path, type } of all) {
    if (path.startsWith("v2/")) {
      inV2.add(nameOfKey(type.key));
      for (const key of builder.helpers(type.key)) {
        inV2.add(nameOfKey(key));
      }
    }
  }
  const rename = (key: string): string => {
    const name = nameOfKey(key);
    return inV2.has(name) ? `#/definitions/v2/${name}` : `#/definitions/${name}`;
  };
  const v2 = new Definitions();
  const root = new Definitions();
  const topLevel = new Set(files.map(({ type }) => type.key));
  const show = (key: string): JsonSchema => {
    const schema = renameReferences(builder.schema(key), rename);
    return topLevel.has(key) ? { $schema: DRAFT, title: nameOfKey(key), ...schema } : schema;
  };
  for (const { path, type } of all) {
    const own = path.startsWith("v2/") ? v2 : root;
    if (topLevel.has(type.key)) {
      own.add(nameOfKey(type.key), show(type.key));
    }
    for (const key of builder.helpers(type.key)) {
      const name = nameOfKey(key);
      if (inV2.has(name) && !path.startsWith("v1/")) {
        v2.add(name, show(key));
      } else {
        root.add(name, show(key));
      }
    }
  }
  return {
    $schema: DRAFT,
    title: "CodexAppServerProtocol",
    type: "object",
    definitions: { ...root.sorted(), v2: v2.sorted() },
  };
}

/** The v2 types and the two unions clients need, in one flat namespace. */
function flatBundle(mixed: JsonSchema): JsonSchema {
  const { v2, ...root } = mixed["definitions"] as { [name: string]: JsonSchema };
  const definitions: JsonSchema = { ...v2 };
  const pending = ["ClientRequest", "ServerNotification"];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const schema = root[name];
    if (definitions[name] !== undefined || schema === undefined) {
      continue;
    }
    definitions[name] = schema;
    pending.push(...[...referencesIn(schema)].map(reference => reference.split("/").at(-1) as string));
  }
  const flat = mapNodes(definitions, node =>
    typeof node["$ref"] === "string" ? { ...node, $ref: node["$ref"].replace("/v2/", "/") } : node,
  ) as JsonSchema;
  for (const reference of referencesIn(flat)) {
    if (!Object.hasOwn(flat, reference.slice("#/definitions/".length))) {
      throw new Error(`the flat bundle lacks ${reference}`);
    }
  }
  return { $schema: DRAFT, title: "CodexAppServerProtocolV2", type: "object", definitions: flat };
}

function text(schema: JsonSchema): string {
  return JSON.stringify(schema, null, 2);
}

/** The files of the JSON Schema tree: path -> text. */
export function jsonTree(experimental: boolean): ReadonlyMap<string, string> {
  const builder = new TreeBuilder(convertAll(), experimental);
  const files = typeFiles(experimental);
  const tree = new Map(files.map(({ path, type }) => [path, text(builder.file(type))]));
  const mixed = mixedBundle(builder, files, typeFiles(true));
  tree.set("codex_app_server_protocol.schemas.json", text(mixed));
  tree.set("codex_app_server_protocol.v2.schemas.json", text(flatBundle(mixed)));
  return tree;
}

/** The one file about rollout lines, with all core events. */
export function internalJsonTree(): ReadonlyMap<string, string> {
  const builder = new TreeBuilder(convertAll(), true);
  return new Map([["RolloutLine.json", text(builder.file(mustFind("RolloutLine")))]]);
}
