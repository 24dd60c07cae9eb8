import { hookSchemas } from "@codex-ts/hooks/schema";

/** The schemas of what hooks read and print: one file a direction of an event, keys sorted. */
export function hooksTree(): ReadonlyMap<string, string> {
  return new Map(hookSchemas().map(({ file, schema }) => [file, JSON.stringify(sorted(schema), null, 2)]));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).sort();
  // A schema that says nothing is written as the drafts write it.
  if (keys.length === 0) return true;
  return Object.fromEntries(
    keys.map(key => [key, key === "required" ? required(value) : sorted(Reflect.get(value, key))]),
  );
}

function required(schema: object): unknown {
  const names: unknown = Reflect.get(schema, "required");
  return Array.isArray(names) ? [...names].sort() : sorted(names);
}
