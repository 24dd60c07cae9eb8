import { ConfigError } from "@codex-ts/config";
import { configJsonSchema } from "@codex-ts/config/schema";
import { Ajv } from "ajv";
import fc from "fast-check";
import { stringify } from "smol-toml";
import { expect, it } from "vitest";
import { world } from "./helpers.ts";

type Schema = { readonly [key: string]: unknown };
type Value = string | number | boolean | Value[] | { [key: string]: Value };

const root = configJsonSchema() as Schema;
const definitions = root["definitions"] as Record<string, Schema>;
const formats = {
  int64: true,
  int32: true,
  uint64: true,
  uint32: true,
  uint16: true,
  uint: true,
  double: true,
} as const;
const accepts = new Ajv({ strict: false, formats }).compile(root);

/** Values that fit few places. No table with an unknown key: those are refused by the schema and warned of by the loader. */
const misfits: readonly Value[] = [true, 7, -1, 1.5, 70_000, "", "word", [], ["word"], [1], {}];

/** A value as the schema describes it; now and then one of another kind in its place. */
function sample(schema: Schema, depth: number): fc.Arbitrary<Value> {
  const fitting = described(schema, depth);
  return fc.oneof({ arbitrary: fitting, weight: 12 }, { arbitrary: fc.constantFrom(...misfits), weight: 1 });
}

function described(schema: Schema, depth: number): fc.Arbitrary<Value> {
  const reference = schema["$ref"];
  if (typeof reference === "string") return described(definitions[reference.split("/").at(-1)!]!, depth);
  const [all] = (schema["allOf"] ?? []) as Schema[];
  if (all !== undefined) return described(all, depth);
  const options = (schema["anyOf"] ?? schema["oneOf"]) as Schema[] | undefined;
  if (options !== undefined) return fc.oneof(...options.map(option => described(option, depth)));
  const words = schema["enum"] as string[] | undefined;
  if (words !== undefined) return fc.constantFrom(...words);
  switch (schema["type"]) {
    case "boolean":
      return fc.boolean();
    case "number":
      return fc.constantFrom(0.5, 2.25);
    case "integer":
      return fc.constantFrom(0, 1, 2, 1000);
    case "array":
      return fc.array(sample(schema["items"] as Schema, depth - 1), { maxLength: 2 });
    case "object":
      return object(schema, depth);
    default:
      return fc.constantFrom("word", "https://example.com/v1", "a-name");
  }
}

function object(schema: Schema, depth: number): fc.Arbitrary<Value> {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Schema>);
  const required = (schema["required"] ?? []) as string[];
  const rest = schema["additionalProperties"];
  const chosen = fc.subarray(
    properties.map(([name]) => name),
    { maxLength: Math.min(properties.length, depth > 0 ? 3 : 0) },
  );
  const others = fc.subarray(["one", "two words"], { maxLength: typeof rest === "object" && depth > 0 ? 2 : 0 });
  const leaveOut = fc.integer({ min: 0, max: 15 }).map(n => n === 0);
  return fc.tuple(chosen, others, leaveOut).chain(([names, more, isLeftOut]) => {
    const all = new Set([...names, ...(isLeftOut ? [] : required)]);
    return fc.record({
      ...Object.fromEntries(
        properties.filter(([name]) => all.has(name)).map(([name, of]) => [name, sample(of, depth - 1)]),
      ),
      ...Object.fromEntries(more.map(name => [name, sample(rest as Schema, depth - 1)])),
    }) as fc.Arbitrary<Value>;
  });
}

/** What no schema of this kind states: rules over several fields, names that lead nowhere, files that are not there. */
const BEYOND = [
  /^default_permissions requires/,
  /^config defines `\[permissions\]` profiles but/,
  /^config profile `.*` not found$/,
  /^Model provider `.*` not found$/,
  /^model_providers\..*: (?:provider name must not be empty|provider .* only supported for|provider .* cannot be combined)/,
  /^invalid transport$/,
  /^duplicate field/,
  /^agents\.max_(?:threads|depth) must be at least 1$/,
  /\(os error \d+\)$/,
];

it("the schema of config.toml and the loader agree about generated settings", async () => {
  const counts = { accepted: 0, refused: 0 };
  const disagreements: { toml: string; loader: string; schema: unknown }[] = [];
  for (const value of fc.sample(described(root, 4), { numRuns: 1500, seed: 1 })) {
    const toml = stringify(value as Record<string, Value>);
    const error = await refusal(world({ "home/config.toml": toml }).load());
    const fits = accepts(value);
    if (fits && error === null) counts.accepted++;
    else if (!fits && error !== null) counts.refused++;
    else if (error === null || !BEYOND.some(rule => rule.test(error))) {
      disagreements.push({ toml, loader: error ?? "accepts it", schema: accepts.errors });
    }
  }
  expect(disagreements).toEqual([]);
  expect(counts.accepted).toBeGreaterThan(1000);
  expect(counts.refused).toBeGreaterThan(100);
});

async function refusal(loading: Promise<unknown>): Promise<string | null> {
  try {
    await loading;
    return null;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.reason;
  }
}
