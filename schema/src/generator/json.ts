/** Any JSON Schema node, loosely typed: the generator moves nodes around and reads few of their members. */
export type JsonSchema = { [keyword: string]: unknown };

export function isNode(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Copies a schema, giving every node to `change` after its children. */
export function mapNodes(value: unknown, change: (node: JsonSchema) => unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((element: unknown) => mapNodes(element, change));
  }
  if (!isNode(value)) {
    return value;
  }
  const copy: JsonSchema = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === "properties" && isNode(member)) {
      copy[key] = Object.fromEntries(Object.entries(member).map(([name, schema]) => [name, mapNodes(schema, change)]));
    } else {
      copy[key] = key === "default" || key === "enum" ? member : mapNodes(member, change);
    }
  }
  return change(copy);
}

/** The names in a schema's references, once each. */
export function referencesIn(value: unknown): ReadonlySet<string> {
  const found = new Set<string>();
  mapNodes(value, node => {
    if (typeof node["$ref"] === "string") {
      found.add(node["$ref"]);
    }
    return node;
  });
  return found;
}
