import { configJsonSchema } from "@codex-ts/config/schema";
import type { Run } from "./command.ts";
import { Pair } from "./pair.ts";
import { resolved, type Schema } from "./samples.ts";

/** A value as it is written: the text of a scalar, or a list or table of such. */
type Written = string | readonly Written[] | { readonly [key: string]: Written };

/** Both take a date for a table at some places and for a text at others; only what is read back is compared. */
const DATE = "1979-05-27";
/** Numbers that JSON on our side of the comparison cannot carry. */
const UNSAFE = /\d{17}/;
/** Values of every kind that TOML has: each is wrong where its kind does not belong. */
const KINDS: readonly Written[] = ["'wrong'", "''", "1", "-1", "1.5", "true", DATE, [], ["1"], {}, { zz: "1" }];
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
export function keyCases(): { text: string; name: string; value: Written }[] {
  const root = configJsonSchema() as unknown as Schema;
  const out = new Map<string, { text: string; name: string; value: Written }>();
  const known = Object.entries(root.properties ?? {}).flatMap(([name, schema]) =>
    LEFT_OUT.test(name) ? [] : Array.from(values(root, schema, name), value => ({ name, value })),
  );
  for (const { name, value } of [...known, ...UNADVERTISED]) {
    const line = `${name} = ${inline(value)}\n`;
    const chosen = name === "profiles" ? 'profile = "name-1"\n' : "";
    if (!out.has(line))
      out.set(line, {
        text: `${chosen}${out.size % 2 === 0 ? line : underHeaders([], { [name]: value })}`,
        name,
        value,
      });
  }
  return [...out.values()];
}

/** What the schema does not speak of: keys that are read to be refused or passed over, and older spellings. */
const UNADVERTISED: readonly { name: string; value: Written }[] = KINDS.flatMap(value => [
  { name: "experimental_instructions_file", value },
  { name: "profiles", value: { "name-1": { experimental_instructions_file: value } } },
  { name: "unknown_key", value },
  { name: "features", value: { zz: value } },
  { name: "mcp_servers", value: { s: { command: "'c'", bearer_token: value } } },
  { name: "mcp_servers", value: { s: { url: "'u'", bearer_token: value } } },
  // A table would be the older spelling, which still reads.
  ...(typeof value === "string" ? [{ name: "approval_policy", value: { reject: value } }] : []),
  { name: "experimental_realtime_ws_mode", value },
  { name: "use_legacy_landlock", value },
  { name: "experimental_use_exec_command_tool", value },
  { name: "include_apply_patch_tool", value },
  { name: "permissions", value: { p: { network: { allowed_domains: value } } } },
  ...[
    ":root",
    ":minimal",
    ":project_roots",
    ":tmpdir",
    ":zz",
    "/a/b",
    "/a/**",
    "/a/*.x",
    "~",
    "~/x",
    "rel",
    ".",
  ].flatMap(place => [
    { name: "permissions", value: { p: { filesystem: { [place]: value } } } },
    { name: "permissions", value: { p: { filesystem: { [place]: { x: value } } } } },
  ]),
]);

/** The same for clients, which send JSON; null where it cannot say it. */
function asJson(value: Written): unknown {
  if (typeof value === "string") return value.startsWith("'") ? value.slice(1, -1) : JSON.parse(value);
  if (Array.isArray(value)) return value.map(asJson);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asJson(item)]));
}

/** What is read back of every key, with every value that it may have and with wrong ones. */
export async function compareKeys({ stage, verdicts, wanted }: Run): Promise<void> {
  const pair = await Pair.start(stage, []);
  try {
    for (const [n, { text, name, value }] of keyCases().entries()) {
      if (!wanted(n)) continue;
      const files: Record<string, string> = { "home/config.toml": text };
      stage.dress({ files, description: "" });
      const found = await pair.ask("config/read", {});
      if (!pair.refused) {
        // The same in a project's file.
        files["work/.codex/config.toml"] = text;
        files["home/config.toml"] = `projects = { ${JSON.stringify(stage.work)} = { trust_level = "trusted" } }\n`;
        stage.dress({ files, description: "" });
        found.push(...(await pair.ask("config/read", { cwd: stage.work, includeLayers: true }, 1)));
      } else if (!text.includes(DATE)) {
        // Where in the file it is, and what is said of the same from a client.
        found.push(...(await pair.ask("thread/start", {}, 2)));
        if (name !== "profiles" && !UNSAFE.test(text)) {
          stage.dress({ files: {}, description: "" });
          found.push(...(await pair.ask("thread/start", { config: { [name]: asJson(value) } }, 3)));
        }
      }
      verdicts.add(`case ${n} ${JSON.stringify(text)}`, found, files);
    }
  } finally {
    await pair.close();
  }
}
