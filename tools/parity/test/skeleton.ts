type Node = { readonly [key: string]: unknown };

export type Definitions = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Copies a schema, giving every node to `change` after its children. */
function mapNodes(value: unknown, change: (node: Node) => unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((part: unknown) => mapNodes(part, change));
  }
  if (!isNode(value)) {
    return value;
  }
  const members = Object.entries(value).map(([key, member]) =>
    key === "properties" && isNode(member)
      ? [key, Object.fromEntries(Object.entries(member).map(([name, schema]) => [name, mapNodes(schema, change)]))]
      : [key, mapNodes(member, change)],
  );
  return change(Object.fromEntries(members) as Node);
}

/** Stands for `undefined` and `never`: no params, or no further members. */
const NEVER = "never";

const WHERE_USED: ReadonlySet<string> = new Set(["ThreadListCwdFilter", "ExecPolicyAmendment", "JsonValue"]);

/** Requests and notifications that stand in the TypeScript unions alone. */
const ONLY_IN_TYPES: ReadonlySet<unknown> = new Set([
  "getConversationSummary",
  "gitDiffToRemote",
  "getAuthStatus",
  "rawResponseItem/completed",
]);

function methodOf(member: unknown): unknown {
  const properties = isNode(member) ? member["properties"] : undefined;
  const method = isNode(properties) ? properties["method"] : undefined;
  return isNode(method) ? (method["const"] ?? (method["enum"] as unknown[] | undefined)?.[0]) : undefined;
}

/** What only one of the two artefacts can say is taken away: the same values are accepted with and without it. */
function simplify(definitions: Definitions): (node: Node) => unknown {
  const change = (node: Node): unknown => {
    const name =
      typeof node["$ref"] === "string" ? (node["$ref"].split("/").at(-1) as string).replace(/^Core/, "") : "";
    if (name !== "") {
      if (name === "JsonValue") {
        return true;
      }
      return WHERE_USED.has(name) ? mapNodes(definitions[name] ?? definitions[`Core${name}`], change) : { $ref: name };
    }
    if ("writeOnly" in node) {
      return "unwritten";
    }
    if ("not" in node && !("type" in node)) {
      return NEVER;
    }
    if (isNode(node["properties"]) && Array.isArray(node["oneOf"])) {
      return { anyOf: distributed(node) };
    }
    const { format: _format, minimum: _minimum, default: _default, additionalProperties, ...rest } = node;
    const kept: Record<string, unknown> = isNode(additionalProperties) ? { ...rest, additionalProperties } : rest;
    if (kept["type"] === "integer") {
      kept["type"] = "number";
    }
    if (Array.isArray(kept["type"])) {
      const types = (kept["type"] as string[]).map(type => (type === "integer" ? "number" : type));
      const plain = types.filter(type => type !== "null");
      kept["type"] = types;
      if (plain.length > 1 && kept["properties"] === undefined && kept["items"] === undefined) {
        return { anyOf: types.map(type => ({ type })) };
      }
    }
    for (const keyword of ["anyOf", "oneOf"]) {
      if (Array.isArray(kept[keyword])) {
        kept[keyword] = (kept[keyword] as unknown[]).filter(member => !ONLY_IN_TYPES.has(methodOf(member)));
      }
    }
    if (isNode(kept["properties"])) {
      const shown = Object.entries(kept["properties"]).filter(([, schema]) => schema !== "unwritten");
      kept["properties"] = Object.fromEntries(
        shown.map(([name, schema]) => [name, schema === NEVER ? { type: "null" } : schema]),
      );
    }
    return kept;
  };
  return change;
}

/** The members of a flattened union, each with the fields they share. */
function distributed(node: Node): readonly Node[] {
  const common = node["properties"] as Node;
  return (node["oneOf"] as readonly Node[]).map(member => ({
    ...member,
    properties: { ...common, ...(member["properties"] as Node) },
    required: [...(node["required"] as string[]), ...(member["required"] as string[])],
  }));
}

/** A definition without what only one of the two artefacts can say. */
export function simplified(name: string, definitions: Definitions): unknown {
  return mapNodes(definitions[name], simplify(definitions));
}

/** A field as JSON Schema and TypeScript declare it. */
interface Presence {
  readonly required: boolean;
  readonly nullable: boolean;
}

/** Normal forms without presence of members, which the two artefacts say differently: `presences` tells those apart. */
export function withoutPresence(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutPresence);
  }
  if (!isNode(value)) {
    return value;
  }
  const { required: _, ...rest } = value;
  return Object.fromEntries(
    Object.entries(rest).map(([key, member]) => [
      key,
      key === "properties" && isNode(member)
        ? Object.fromEntries(
            Object.entries(member).map(([name, form]) => [
              name,
              { ...(withoutPresence(form) as Node), nullable: false },
            ]),
          )
        : withoutPresence(member),
    ]),
  );
}

/** Every member of a normal form by its path, with whether it must be there and may be null. */
export function presences(value: unknown, path = ""): ReadonlyMap<string, Presence> {
  const found = new Map<string, Presence>();
  if (Array.isArray(value)) {
    value.forEach((part: unknown, index) =>
      presences(part, `${path}/${index}`).forEach((presence, at) => found.set(at, presence)),
    );
  } else if (isNode(value)) {
    for (const [key, member] of Object.entries(value)) {
      if (key === "properties" && isNode(member)) {
        for (const [name, form] of Object.entries(member)) {
          const required = (value["required"] as string[]).includes(name);
          const nullable = (form as Node)["nullable"] === true || (form as Node)["kind"] === "any";
          found.set(`${path}/${name}`, { required, nullable });
        }
      }
      const parts = key === "properties" && isNode(member) ? Object.entries(member) : [[key, member] as const];
      for (const [name, part] of parts) {
        presences(part, `${path}/${name}`).forEach((presence, at) => found.set(at, presence));
      }
    }
  }
  return found;
}
