import { configJsonSchema } from "@codex-ts/config/schema";
import type { Run } from "./command.ts";
import { Pair } from "./pair.ts";
import { resolved, type Schema } from "./samples.ts";

/** A value as it is written: the text of a scalar, or a list or table of such. */
type Written = string | readonly Written[] | { readonly [key: string]: Written };

/** Values of every kind that TOML has: each is wrong where its kind does not belong. */
const KINDS: readonly Written[] = ["'wrong'", "''", "1", "-1", "1.5", "true", "1979-05-27", [], ["1"], {}, { zz: "1" }];
const INTEGERS = ["0", "1", "-1", "255", "65535", "65536", "4294967296", "9223372036854775807", "-9223372036854775808"];

/** Members that an entry needs besides the one that is looked at, where the schema does not say so. */
const NEEDED: Readonly<Record<string, Readonly<Record<string, Written>>>> = {
  "mcp_servers.*": { command: "'cmd'" },
};

/** Ours alone, or telling of the machine's network. */
const LEFT_OUT =
  /^mcp_servers\.\*\.permissions|^experimental_thread_(config|store)_endpoint|^agents\.(interrupt_message|max_concurrent_threads_per_session)/;

/** Every value that a schema has one of, and one of every kind that it has none of. Each differs from a bare one in one place. */
function* values(root: Schema, schema: Schema, place: string): Generator<Written> {
  const plain = resolved(root, schema);
  const options = plain.anyOf ?? plain.oneOf;
  if (options !== undefined) {
    for (const option of options) yield* values(root, option, place);
    return;
  }
  if (plain.enum !== undefined) for (const word of plain.enum) yield JSON.stringify(word);
  if (plain.type === "integer" || plain.type === "number") yield* INTEGERS;
  if (plain.type === "boolean") yield "false";
  if (plain.type === "array") {
    for (const value of values(root, plain.items ?? {}, `${place}[]`)) yield [value];
  }
  if (plain.type === "object") yield* tables(root, plain, place);
  yield* KINDS;
}

function* tables(root: Schema, schema: Schema, place: string): Generator<Written> {
  const needed = bare(root, schema, place);
  yield needed;
  for (const name of Object.keys(needed))
    yield Object.fromEntries(Object.entries(needed).filter(([key]) => key !== name));
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const at = `${place}.${name}`;
    if (LEFT_OUT.test(at)) continue;
    for (const value of values(root, inner, at)) yield { ...needed, [name]: value };
  }
  if (typeof schema.additionalProperties === "object") {
    for (const value of values(root, schema.additionalProperties, `${place}.*`)) yield { ...needed, "name-1": value };
  }
}

/** The least that a table holds. */
function bare(root: Schema, schema: Schema, place: string): Record<string, Written> {
  const needed = (schema.required ?? []).map((name): [string, Written] => {
    const [first] = values(root, schema.properties?.[name] ?? {}, `${place}.${name}`);
    return [name, first ?? "1"];
  });
  return { ...Object.fromEntries(needed), ...NEEDED[place] };
}

function inline(value: Written): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  const members = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)} = ${inline(item)}`);
  return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`;
}

/** The same under headers. */
function underHeaders(path: readonly string[], table: Written): string {
  if (typeof table === "string" || Array.isArray(table)) return `${path.at(-1)} = ${inline(table)}\n`;
  const entries = Object.entries(table as Record<string, Written>);
  const isTable = (value: Written) => typeof value === "object" && !Array.isArray(value);
  const header = path.length === 0 ? "" : `[${path.map(key => JSON.stringify(key)).join(".")}]\n`;
  const own = entries
    .filter(([, value]) => !isTable(value))
    .map(([key, value]) => `${JSON.stringify(key)} = ${inline(value)}\n`);
  const below = entries
    .filter(([, value]) => isTable(value))
    .map(([key, value]) => underHeaders([...path, key], value));
  return `${header}${own.join("")}${below.join("")}`;
}

/** The files of all cases: every key of every table with every word and every kind of value. */
export function keyCases(): string[] {
  const root = configJsonSchema() as unknown as Schema;
  const out = new Set<string>();
  let n = 0;
  for (const [name, schema] of Object.entries(root.properties ?? {})) {
    if (LEFT_OUT.test(name)) continue;
    for (const value of values(root, schema, name)) {
      const written = { [name]: value };
      out.add(n++ % 2 === 0 ? `${name} = ${inline(value)}\n` : underHeaders([], written));
    }
  }
  return [...out];
}

/** What is read back of every key, with every value that it may have and with wrong ones. */
export async function compareKeys({ stage, verdicts, wanted }: Run): Promise<void> {
  const pair = await Pair.start(stage, []);
  try {
    for (const [n, text] of keyCases().entries()) {
      if (!wanted(n)) continue;
      const files = { "home/config.toml": text };
      stage.dress({ files, description: "" });
      verdicts.add(`case ${n} ${JSON.stringify(text)}`, await pair.ask("config/read", {}), files);
    }
  } finally {
    await pair.close();
  }
}
