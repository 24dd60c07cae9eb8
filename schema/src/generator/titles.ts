import { isNode, type JsonSchema } from "./json.ts";

/** The properties that tell union members apart, and so get a title of their own. */
const discriminators = ["type", "method", "mode", "status", "role", "reason"] as const;

const methodSuffixes: Readonly<Record<string, string>> = {
  ClientRequest: "Request",
  ServerRequest: "Request",
  ClientNotification: "Notification",
  ServerNotification: "Notification",
};

/** Upper-cases the first letter and those after `_` and `-`, which it drops; keeps everything else. */
export function pascal(text: string): string {
  return text.replace(/(?:^|[_-])(.)/g, (_match, letter: string) => letter.toUpperCase());
}

function literalOf(schema: unknown): string | undefined {
  const values = isNode(schema) ? schema["enum"] : undefined;
  return Array.isArray(values) && values.length === 1 && typeof values[0] === "string" ? values[0] : undefined;
}

function memberTitle(member: JsonSchema, base: string): string | undefined {
  const properties = isNode(member["properties"]) ? member["properties"] : {};
  const method = literalOf(properties["method"]);
  if (method !== undefined) {
    return pascal(method) + (methodSuffixes[base] ?? base);
  }
  const type = literalOf(properties["type"]);
  if (type !== undefined) {
    return pascal(type) + base;
  }
  const names = Object.keys(properties);
  const only = names[0];
  if (names.length === 1 && only !== undefined) {
    return pascal(literalOf(properties[only]) ?? only) + base;
  }
  const required = member["required"];
  return Array.isArray(required) && required.length === 1 ? pascal(String(required[0])) + base : undefined;
}

function withDiscriminatorTitles(member: JsonSchema, title: string): JsonSchema {
  const properties = member["properties"];
  if (!isNode(properties)) {
    return { ...member, title };
  }
  const entries = Object.entries(properties).map(([name, schema]) =>
    discriminators.some(known => known === name) && literalOf(schema) !== undefined && isNode(schema)
      ? [name, { ...schema, title: title + pascal(name) }]
      : [name, schema],
  );
  return { ...member, properties: Object.fromEntries(entries) as JsonSchema, title };
}

/**
 * Titles the members of a type's union, so that generators of other languages can name them.
 *
 * @throws Error when two members would get the same title
 */
export function withTitles(schema: JsonSchema, name: string): JsonSchema {
  const base = name === "EventMsg" ? "EventMsg" : name;
  const seen = new Set<string>();
  const titled = { ...schema };
  for (const keyword of ["oneOf", "anyOf"]) {
    const members = schema[keyword];
    if (!Array.isArray(members)) {
      continue;
    }
    titled[keyword] = members.map((member: unknown) => {
      const title = isNode(member) && !("$ref" in member) ? memberTitle(member, base) : undefined;
      if (title === undefined || !isNode(member)) {
        return member;
      }
      if (seen.has(title)) {
        throw new Error(`two members of ${name} have the title ${title}`);
      }
      seen.add(title);
      return withDiscriminatorTitles(member, title);
    });
  }
  return titled;
}
