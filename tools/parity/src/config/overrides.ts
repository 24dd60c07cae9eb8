import { configJsonSchema } from "@codex-ts/config/schema";
import { stringify } from "smol-toml";
import { Random } from "../random.ts";
import type { Run } from "./command.ts";
import { plausible } from "./layers.ts";
import { Pair } from "./pair.ts";
import { Samples, type Schema, type Table, type Value } from "./samples.ts";
import { askAll } from "./sets.ts";

/** Values as people write them into a shell, right and wrong. */
const RAW = [
  "1",
  "01",
  "1_000",
  "-0.0",
  "1.0",
  "1e3",
  "inf",
  "-nan",
  "true",
  "True",
  "gpt-5",
  "a b",
  "'a",
  '"a',
  `"a'`,
  "''",
  '""',
  "",
  "[1,2]",
  "[1,2",
  "{a=1}",
  "{a=1",
  "{}",
  "[]",
  "[[]]",
  "2020-01-01",
  "2020-02-30",
  "07:32",
  "9223372036854775808",
  "0x10",
  "a#b",
  "1 # c",
  "a\nb",
  "1\nb=2",
  "'''x'''",
  "~/x",
  "./x",
  "é",
  "\\u0041",
  '"\\u0041"',
  "x=y",
  "=",
  "null",
  "[{a=1},{b=2}]",
]; // prettier-ignore

const PATHS = [
  "model",
  "model.x",
  "features.undo",
  "features.apps",
  "features",
  "tui.theme",
  "tui.notifications",
  "a",
  "a.b",
  "a.b.c",
  'a."b.c"',
  "a..b",
  ".a",
  "a.",
  "sandbox_mode",
  "log_dir",
  "sandbox_workspace_write.writable_roots",
  "mcp_servers.x.command",
  "mcp_servers.x",
  "model_context_window",
  "projects",
  "profile",
  "use_legacy_landlock",
  "approval_policy",
  "web_search",
  "notify",
  "otel.exporter",
  "shell_environment_policy.set.A",
  "tools.web_search",
  "agents.max_threads",
  "history.max_bytes",
  "personality",
  " model ",
  "Model",
  "ä",
]; // prettier-ignore

/** Generated `-c` arguments; each command line is a start of both programs. */
export async function compareOverrides({ stage, verdicts, seed, count, wanted }: Run): Promise<void> {
  const schema = configJsonSchema() as unknown as Schema;
  for (let n = 0; n < count; n++) {
    if (!wanted(n)) continue;
    const random = new Random(seed * 100_003 + n);
    const overrides = random.list(1, 4, () => override(random, schema));
    const flags = overrides.flatMap(text => ["-c", text]);
    const files = { "home/config.toml": random.chance(0.5) ? 'model = "user"\n[tui]\ntheme = "t"\n' : "" };
    stage.dress({ files, description: "" });
    const label = `case ${n} ${JSON.stringify(overrides)}`;
    try {
      const pair = await Pair.start(stage, flags);
      try {
        verdicts.add(label, await askAll(pair, stage.work), files);
      } finally {
        await pair.close();
      }
    } catch (error) {
      // A mistake on the command line ends both; how each ends is compared one by one.
      verdicts.add(label, await ends(stage, flags, error), files);
    }
  }
}

async function ends(stage: Run["stage"], flags: readonly string[], error: unknown) {
  const told = await stage.outputs(flags);
  if (told.every(output => output.code === 0)) throw error;
  const [ours, reference] = told;
  return ours?.code === reference?.code && ours?.text === reference?.text ? [] : [{ path: "start", ours, reference }];
}

function override(random: Random, schema: Schema): string {
  if (random.chance(0.5)) return `${random.pick(PATHS)}=${random.pick(RAW)}`;
  const names = Object.keys(schema.properties ?? {}).filter(
    name => !/endpoint|_file$|catalog|startup_context/.test(name),
  );
  const name = random.pick(names);
  const table = plausible(new Samples(schema, random).table([name]), random);
  const value = table[name];
  if (value === undefined) return `${name}=1`;
  return asOverride([name], value, random);
}

/** A whole value inline, or one below it by its path. */
function asOverride(path: readonly string[], value: Value, random: Random): string {
  if (typeof value === "object" && !Array.isArray(value) && random.chance(0.6)) {
    const keys = Object.keys(value).filter(key => !key.includes("."));
    if (keys.length > 0) {
      const key = random.pick(keys);
      return asOverride([...path, key], value[key] as Value, random);
    }
  }
  return `${path.join(".")}=${inline(value)}`;
}

function inline(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value === "object") {
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)} = ${inline(item)}`)
      .join(", ")} }`;
  }
  return stringify({ x: value } as Table)
    .replace(/^x = /, "")
    .trim();
}
