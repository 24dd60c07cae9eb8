import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "smol-toml";
import { type Difference, differences } from "../drive/differences.ts";
import type { Message, Wire } from "../drive/wire.ts";
import { Random } from "../random.ts";
import type { Run } from "./command.ts";
import { answerOf, Pair } from "./pair.ts";
import type { Stage } from "./stage.ts";

/** Parts of files as people write them; those of a group exclude each other. */
const ROOT_LINES: readonly (readonly string[])[] = [
  ['model = "a"', 'model = "a" # behind', "# above\nmodel = 'a'", "  model   =   'a'"],
  ['review_model = "r"', "# one\n# two\n\n# three\nreview_model = 'r' # r"],
  ['profile = "p"'],
  ["notify = ['a', 'b']", "notify = [\n  'a', # first\n  'b',\n]"],
  ["tui.theme = 't'", "# dotted\ntui.theme = 't'\ntui.animations = false", "tui = { theme = 't', animations = true }"],
  ["history = { max_bytes = 5, persistence = 'none' }", "history = { persistence = 'none', max_bytes = 5 } # inline"],
  ["zz = 1", "zz = [1, { a = 2 }]", "zz.y.x = 1", "zz = { k = 1, y = { x = 1, w = [] } }"],
  ["hide_agent_reasoning = true # why"],
  ["", "# alone", "\n\n"],
]; // prettier-ignore
const TABLES: readonly (readonly string[])[] = [
  [
    "[features]\nundo = true",
    "# of features\n[features] # head\nundo = true # u\n\n# next\napps = false",
    "[features]",
  ],
  [
    "[profiles.p]\nmodel = 'q'",
    "[profiles.p]\n# inner\nmodel = 'q' # m\n[profiles.p.features]\nundo = true",
    "[profiles]\np = { model = 'q', review = 1 }",
  ],
  [
    "[mcp_servers.x]\ncommand = 'c'",
    "[mcp_servers.x]\n# inner\ncommand = 'c' # cc\nargs = ['1']\n\n[mcp_servers.x.env]\nA = 'b' # e",
    "[mcp_servers]\nx = { command = 'c' }",
  ],
  ["[mcp_servers.y]\nurl = 'http://h'"],
  ["[sandbox_workspace_write]\nnetwork_access = true"],
  ["[projects.\"/a\"]\ntrust_level = 'trusted'", "[projects]\n\"/b\" = { trust_level = 'trusted' }"],
  ["[shell_environment_policy]\ninherit = 'core'\nset = { A = '1', B = '2' }"],
  ["[yy.a]\nd = 2\n\n[yy.a.b]\nc = 1", "[[ll]]\na = 1\n\n[[ll]]\na = 2"],
]; // prettier-ignore

const FLAG = [true, false];
const TEXT = ["n", "a", "", "it's", 'say "x"', "two\nlines", "back\\slash", "ä"];
/** What is written where. */
const TARGETS: readonly (readonly [keyPath: string, values: readonly unknown[]])[] = [
  ["model", TEXT],
  ["review_model", TEXT],
  ["profile", ["p"]],
  ["notify", [["x"], [], ["a", "b"]]],
  ["hide_agent_reasoning", FLAG],
  ["tui", [{ theme: "x" }, { theme: "t", animations: true }, {}]],
  ["tui.theme", TEXT],
  ["tui.animations", FLAG],
  ["tui.notifications", [true, ["a"]]],
  ["history", [{ persistence: "save-all" }, { persistence: "none", max_bytes: 7 }]],
  ["history.max_bytes", [1, 100]],
  ["history.persistence", ["none", "save-all", "wrong"]],
  ["features", [{ undo: false }, { undo: true, apps: true }, {}]],
  ["features.undo", FLAG],
  ["features.apps", FLAG],
  ["features.nope", [true, 1]],
  ["profiles", [{ p: { model: "z" } }, { q: {} }]],
  ["profiles.p", [{ model: "z" }, { model: "q", features: { undo: false } }, {}]],
  ["profiles.p.model", TEXT],
  ["profiles.p.features.undo", FLAG],
  ["profiles.q.review", ["x", 1]],
  ["mcp_servers", [{ x: { command: "d" } }, { z: { url: "http://z", http_headers: { H: "v" } } }, {}]],
  ["mcp_servers.x", [{ command: "d", args: [] }, { command: "c", env: { Z: "1", B: "2" } }, { url: "http://u" }]],
  ["mcp_servers.x.command", TEXT],
  ["mcp_servers.x.args", [["2", "3"], []]],
  ["mcp_servers.x.env.A", TEXT],
  ["mcp_servers.y.enabled", FLAG],
  ["sandbox_workspace_write.network_access", FLAG],
  ["sandbox_workspace_write", [{ exclude_slash_tmp: true }]],
  ["projects./a.trust_level", ["trusted", "untrusted", "maybe"]],
  ["shell_environment_policy.set", [{ A: "2" }, { C: "3" }]],
  ["shell_environment_policy.set.A", TEXT],
  ["shell_environment_policy.inherit", ["all", "none", 5]],
  ["zz", [1, "s", { y: { x: 2 } }, [1, 2], [{ a: 1 }, { b: [] }]]],
  ["zz.y", [1, { x: 3 }, { x: 1, v: { u: 2 } }]],
  ["zz.y.x", [1, "s", { t: 1 }]],
  ["yy", [{ a: { b: {} } }, [{ a: 1 }]]],
  ["ll", [5, [{ a: 1 }], { a: { b: 1 } }]],
  ["yy.a", [1, { b: { c: 1 }, d: 3 }]],
  ["yy.a.b.c", [1, 2]],
  ["yy.a.d", [1, 2]],
  ["new.table.key", [1, "s"]],
  ["otel.exporter", [{ "otlp-http": { endpoint: "http://h", protocol: "json", headers: { b: "1", a: "2" } } }, "none"]],
  ["", [1]],
  [" ", [1]],
  ["a..b", [1]],
]; // prettier-ignore

interface Edit {
  readonly keyPath: string;
  readonly value: unknown;
  readonly mergeStrategy: string;
}

function isTableUpsert({ value, mergeStrategy }: Edit): boolean {
  return mergeStrategy === "upsert" && typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Where a table gives way to a value, the reference writes no space behind the key. */
function spaced(text: string | null): string | null {
  return text?.replace(/^([\w-]+)= /gm, "$1 = ") ?? null;
}

/** What a text says; null when it is no TOML. */
function valuesOf(text: string | null): unknown {
  try {
    return parse(text ?? "");
  } catch {
    return null;
  }
}

interface Write {
  readonly edits: readonly Edit[];
  readonly batch: boolean;
  /** What the client believes the file's version to be: what it was told last, something else, or nothing. */
  readonly expects: "last" | "other" | "nothing";
  readonly filePath: "none" | "user" | "other";
}

/** Generated writes, one after the other over a generated file: what is answered, and what the file says after each. */
export async function compareWrites({ stage, verdicts, seed, count, wanted }: Run): Promise<void> {
  const pair = await Pair.start(stage, []);
  try {
    for (let n = 0; n < count; n++) {
      if (!wanted(n)) continue;
      const random = new Random(seed * 100_003 + n);
      const files = random.chance(0.95) ? { "home/config.toml": fileText(random) } : {};
      const writes = random.list(1, 4, () => write(random));
      const told = [];
      for (const wire of pair.wires) told.push(await play(stage, wire, files, writes));
      // Comments before an inline table end up within a header there (decision 0051): nothing can be compared from then on.
      const whole = told[1]!.findIndex(({ broken }) => broken);
      const [ours, reference] = told.map(list => (whole < 0 ? list : list.slice(0, whole)));
      const found: Difference[] = differences(ours, reference, "writes");
      verdicts.add(`case ${n} ${JSON.stringify(writes.map(({ edits }) => edits))}`, found, files);
    }
  } finally {
    await pair.close();
  }
}

function fileText(random: Random): string {
  const some = (groups: readonly (readonly string[])[]): string[] =>
    groups.filter(() => random.chance(0.35)).map(group => random.pick(group));
  const root = some(ROOT_LINES);
  const tables = some(TABLES);
  const between = random.pick(["\n", "\n\n"]);
  return `${[...root, ...tables].join(between)}${random.pick(["", "\n", "\n", "\n# end\n"])}`;
}

function write(random: Random): Write {
  const batch = random.chance(0.4);
  const edit = (): Edit => {
    const [keyPath, values] = random.pick(TARGETS);
    const value = random.chance(0.25) ? null : random.pick(values);
    return { keyPath, value, mergeStrategy: random.chance(0.5) ? "replace" : "upsert" };
  };
  return {
    edits: batch ? random.list(0, 3, edit) : [edit()],
    batch,
    expects: random.pick(["nothing", "nothing", "nothing", "last", "last", "other"]),
    filePath: random.pick(["none", "none", "none", "user", "other"]),
  };
}

/** What one program says of the writes, and what the file says after each. */
async function play(stage: Stage, wire: Wire, files: Readonly<Record<string, string>>, writes: readonly Write[]) {
  stage.dress({ files, description: "" });
  const file = path.join(stage.root, "home", "config.toml");
  let last: string | null = null;
  let ownLayout = false;
  const told = [];
  for (const { edits, batch, expects, filePath } of writes) {
    const common: Record<string, unknown> = {
      ...(filePath === "none" ? {} : { filePath: filePath === "user" ? file : path.join(stage.work, "other.toml") }),
      ...(expects === "nothing" ? {} : { expectedVersion: expects === "last" ? last : "sha256:0" }),
    };
    const answer: Message = batch
      ? await wire.call("config/batchWrite", { edits, ...common })
      : await wire.call("config/value/write", { ...edits[0], ...common });
    if (typeof answer.result?.["version"] === "string") last = answer.result["version"];
    const text = existsSync(file) ? readFileSync(file, "utf8") : null;
    // An upsert of a table leaves the lines that it does not name here (decision 0362): from there on values are compared.
    ownLayout ||= answer.result !== undefined && edits.some(isTableUpsert);
    const values = valuesOf(text);
    const shown = ownLayout ? values : spaced(text);
    told.push({ answer: answerOf(answer), code: answer.error?.["data"], text: shown, broken: values === null });
  }
  return told;
}
