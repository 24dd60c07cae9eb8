import type { Random } from "../random.ts";

/** A JSON Schema, as far as the one of config.toml goes. */
export interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

/** What a schema stands for, behind names and lists of one. */
export function resolved(root: Schema, schema: Schema): Schema {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice("#/definitions/".length);
    const named = root.definitions?.[name];
    if (named === undefined) throw new Error(`the schema has no definition ${name}`);
    return resolved(root, named);
  }
  return schema.allOf?.length === 1 ? resolved(root, schema.allOf[0] as Schema) : schema;
}

export type Value = string | number | boolean | Value[] | { [key: string]: Value };
export type Table = { [key: string]: Value };

const TEXTS = ["a", "b c", "./rel/x", "~/y", "/abs/z", "x.y", "", "ä", "never", "gpt-5"];
const NAMES = ["alpha", "beta", "gamma-1", "Delta_2"];

/** Makes values that a schema accepts. */
export class Samples {
  private readonly root: Schema;
  private readonly random: Random;

  constructor(root: Schema, random: Random) {
    this.root = root;
    this.random = random;
  }

  /** A table with some of the root's settings. */
  table(names: readonly string[]): Table {
    const out: Table = {};
    for (const name of names) {
      const schema = this.root.properties?.[name];
      if (schema !== undefined) out[name] = this.value(schema, 0);
    }
    return out;
  }

  value(schema: Schema, depth: number): Value {
    const { random } = this;
    if (schema.$ref !== undefined) return this.value(this.resolve(schema.$ref), depth);
    if (schema.allOf !== undefined) return this.value(random.pick(schema.allOf), depth);
    const options = schema.anyOf ?? schema.oneOf;
    if (options !== undefined) return this.value(random.pick(options), depth);
    if (schema.enum !== undefined) return random.pick(schema.enum);
    switch (schema.type) {
      case "boolean":
        return random.chance(0.5);
      case "integer":
        return this.integer(schema);
      case "number":
        return random.pick([0.5, 1, 2.25, 30]);
      case "array":
        return random.list(0, 3, () => this.value(schema.items ?? {}, depth + 1));
      case "object":
        return this.object(schema, depth);
      default:
        return random.pick(TEXTS);
    }
  }

  resolve(reference: string): Schema {
    const name = reference.slice("#/definitions/".length);
    const schema = this.root.definitions?.[name];
    if (schema === undefined) throw new Error(`the schema has no definition ${name}`);
    return schema;
  }

  private integer({ minimum, maximum }: Schema): number {
    const value = this.random.pick([minimum ?? -3, 1, 2, 7, 1000, 70_000]);
    return Math.min(Math.max(value, minimum ?? value), maximum ?? value);
  }

  private object(schema: Schema, depth: number): Table {
    const { random } = this;
    const out: Table = {};
    const known = Object.entries(schema.properties ?? {});
    const share = known.length > 12 ? 4 / known.length : 0.45;
    for (const [name, inner] of known) {
      if (schema.required?.includes(name) === true || random.chance(share)) out[name] = this.value(inner, depth + 1);
    }
    if (typeof schema.additionalProperties === "object") {
      for (const name of random.list(0, 2, () => random.pick(NAMES))) {
        out[name] = this.value(schema.additionalProperties, depth + 1);
      }
    }
    return out;
  }
}

/** The places of a table that hold no table or list, as paths. */
function leaves(value: Value, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object") return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, Array.isArray(value) ? +key : key]));
}

/** Replaces one leaf by a value of another type; false when there is none. */
export function spoil(table: Table, random: Random): boolean {
  const all = leaves(table);
  if (all.length === 0) return false;
  const path = random.pick(all);
  let holder: Value = table;
  for (const step of path.slice(0, -1)) holder = (holder as Table)[step as string] as Value;
  const last = path.at(-1) as string;
  const old = (holder as Table)[last];
  const others = ([1, "wrong", true, -1, [], {}, 1.5] as Value[]).filter(
    other => typeof other !== typeof old || Array.isArray(other),
  );
  (holder as Table)[last] = random.pick(others);
  return true;
}
