import { ConfigError, loadLayers, nodeFs } from "@codex-ts/config";
import { configJsonSchema } from "@codex-ts/config/schema";
import { Ajv } from "ajv";
import { stringify } from "smol-toml";
import { describe, expect, it } from "vitest";
import { Samples, type Schema, spoil, type Table } from "../src/config/samples.ts";
import { plausible } from "../src/config/layers.ts";
import { Random } from "../src/random.ts";

const schema = configJsonSchema() as unknown as Schema;
const formats = Object.fromEntries(
  ["int64", "int32", "uint64", "uint32", "uint16", "uint", "double"].map(name => [name, true as const]),
);
const accepts = new Ajv({ strict: false, formats }).compile(configJsonSchema());

/** Rules over several fields, which a schema does not state. */
const BEYOND = /invalid transport|not supported for|provider|env_vars source|Duration|duplicate field/;

/** Why the loader refuses a table as the user's file; null when it takes it. */
async function refusal(table: Table): Promise<string | null> {
  const file = "/home/config.toml";
  const bytes = Buffer.from(stringify(table));
  const missing = (): never => {
    throw Object.assign(new Error("missing"), { code: "ENOENT" });
  };
  const fs = { ...nodeFs, readFile: (path: string) => (path === file ? bytes : missing()) };
  const systemPaths = { config: "/none/c", managed: "/none/m", requirements: "/none/r" };
  try {
    const stack = await loadLayers({ codexHome: "/home", env: {}, fs, systemPaths });
    stack.checked();
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.reason;
    throw error;
  }
}

describe("config.schema.json and the loader", () => {
  it("accept and refuse the same generated files", async () => {
    const names = Object.keys(schema.properties ?? {});
    const seen = { accepted: 0, refused: 0 };
    for (let n = 0; n < 400; n++) {
      const random = new Random(n);
      const chosen = random.list(1, 8, () => random.pick(names));
      const table = plausible(new Samples(schema, random).table(chosen), random);
      const spoilt = n % 2 === 1 && spoil(table, random);
      const reason = await refusal(table);
      if (reason !== null && BEYOND.test(reason)) continue;
      const valid = accepts(table);
      seen[valid ? "accepted" : "refused"]++;
      expect({ n, spoilt, valid, reason, toml: stringify(table) }).toMatchObject({ valid: reason === null });
    }
    expect(seen.accepted).toBeGreaterThan(150);
    expect(seen.refused).toBeGreaterThan(80);
  });
});
