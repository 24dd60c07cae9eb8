import type { NamedSchema } from "@codex-ts/protocol";
import { wireTypes } from "@codex-ts/protocol/registry";
import {
  clientMethods,
  experimentalTypes,
  notificationMethods,
  type PublicType,
  publicTypes,
  serverMethods,
} from "./types.ts";
import { TypeWriter } from "./typescript.ts";

const HEADER = "// GENERATED CODE! DO NOT MODIFY BY HAND!\n\n";

const JSON_VALUE =
  "export type JsonValue = number | string | boolean | Array<JsonValue> | { [key in string]?: JsonValue } | null;";

function isV2(type: PublicType): boolean {
  return type.key.startsWith("v2/");
}

function pathOf(type: PublicType): string {
  return `${isV2(type) ? "v2/" : ""}${type.name}.ts`;
}

function importsOf(writer: TypeWriter, from: PublicType): string {
  const imports = [...writer.mentioned]
    .filter(type => type !== from)
    .map(type => {
      const folder = isV2(from) === isV2(type) ? "./" : isV2(from) ? "../" : "./v2/";
      return [type.name, `${folder}${type.name}`] as const;
    });
  const all = writer.mentionsJsonValue
    ? [...imports, ["JsonValue", isV2(from) ? "../serde_json/JsonValue" : "./serde_json/JsonValue"] as const]
    : imports;
  return all
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, path]) => `import type { ${name} } from "${path}";\n`)
    .join("");
}

/** The union of all requests or notifications of a table. */
function union(members: readonly string[], name: string): string {
  return `export type ${name} = ${members.join(" | ")};`;
}

/** The declarations that are written from a table and not from a type of their own. */
const unions: Readonly<Record<string, (experimental: boolean) => string>> = {
  ClientRequest: experimental =>
    union(
      clientMethods
        .filter(method => experimental || !method.experimental)
        .map(
          ({ method, params }) => `{ "method": "${method}", id: RequestId, params: ${params?.name ?? "undefined"}, }`,
        ),
      "ClientRequest",
    ),
  ServerNotification: () =>
    union(
      notificationMethods.map(
        ({ method, params }) => `{ "method": "${method}", "params": ${params?.name ?? "undefined"} }`,
      ),
      "ServerNotification",
    ),
};

function namesMentioned(name: string, experimental: boolean): readonly PublicType[] {
  const methods = name === "ClientRequest" ? clientMethods : notificationMethods;
  const params = methods
    .filter(method => name !== "ClientRequest" || experimental || !method.experimental)
    .flatMap(method => (method.params === null ? [] : [method.params]));
  const id = publicTypes.get(wireTypes.shared["RequestId"] as NamedSchema);
  return name === "ClientRequest" && id !== undefined ? [id, ...params] : params;
}

interface TypeFile {
  readonly text: string;
  readonly mentioned: readonly PublicType[];
  readonly mentionsJsonValue: boolean;
}

function typeFile(type: PublicType, experimental: boolean): TypeFile {
  const writer = new TypeWriter(experimental);
  const special = unions[type.key];
  const body =
    special === undefined ? `export type ${type.name} = ${writer.declaration(type.schema)};` : special(experimental);
  if (special !== undefined) {
    for (const mentioned of namesMentioned(type.key, experimental)) {
      writer.mentioned.add(mentioned);
    }
  }
  const imports = importsOf(writer, type);
  const tidy = body.replace(/ +$/gm, "");
  return {
    text: `${HEADER}${imports}${imports === "" ? "" : "\n"}${tidy}\n`,
    mentioned: [...writer.mentioned],
    mentionsJsonValue: writer.mentionsJsonValue,
  };
}

/** The types that the trees start from: messages, and the params and results of every method. */
function entryTypes(): readonly PublicType[] {
  const unionsOfMessages = ["ClientRequest", "ServerRequest", "ClientNotification", "ServerNotification"].map(name =>
    publicTypes.get(wireTypes.rpc[name] as NamedSchema),
  );
  const methods = [...clientMethods, ...serverMethods, ...notificationMethods];
  return [...unionsOfMessages, ...methods.flatMap(({ params, result }) => [params, result])].filter(
    type => type !== null && type !== undefined,
  );
}

/** Every type that can be reached with the experimental API; gated types themselves are left out of the stable tree. */
function reachable(): readonly PublicType[] {
  const found = new Set<PublicType>();
  const pending = [...entryTypes()];
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (!found.has(type)) {
      found.add(type);
      pending.push(...typeFile(type, true).mentioned);
    }
  }
  return [...found];
}

function index(names: readonly string[], last = ""): string {
  const lines = [...names].sort().map(name => `export type { ${name} } from "./${name}";\n`);
  return `${HEADER}${lines.join("")}${last}`;
}

/** The files of the TypeScript tree: path -> text. */
export function typescriptTree(experimental: boolean): ReadonlyMap<string, string> {
  const types = reachable().filter(type => experimental || !experimentalTypes.has(type));
  const tree = new Map(types.map(type => [pathOf(type), typeFile(type, experimental).text]));
  tree.set("serde_json/JsonValue.ts", `${HEADER}${JSON_VALUE}\n`);
  const names = (v2: boolean): string[] => types.filter(type => isV2(type) === v2).map(type => type.name);
  tree.set("v2/index.ts", index(names(true)));
  tree.set("index.ts", index(names(false), 'export * as v2 from "./v2";\n'));
  return tree;
}
