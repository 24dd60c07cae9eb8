import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { ConfigError, loadLayers } from "@codex-ts/config";
import { configJsonSchema } from "@codex-ts/config/schema";
import { Ajv } from "ajv";
import { parse, stringify } from "smol-toml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plausible } from "../src/config/layers.ts";
import { Samples, type Schema, spoil } from "../src/config/samples.ts";
import { Random } from "../src/random.ts";

const SAMPLES = 1500;
const schema = configJsonSchema();
const names = Object.keys((schema as unknown as Schema).properties ?? {});
const validate = new Ajv({
  strict: false,
  formats: { int64: true, int32: true, uint64: true, uint32: true, uint16: true, uint: true, double: true },
}).compile(schema);

/** Rules over several fields, which a schema does not state. */
const BEYOND = [/invalid transport/, /is not supported for/, /provider/, /Duration/, /duplicate field/];

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), "schema-samples-"));
  mkdirSync(path.join(home, "etc"));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Why the loader refuses a file's types; null when it takes them. */
async function refusal(toml: string): Promise<string | null> {
  writeFileSync(path.join(home, "config.toml"), toml);
  const none = path.join(home, "etc/none.toml");
  const systemPaths = { config: none, requirements: none, managed: none };
  try {
    (await loadLayers({ codexHome: home, cwd: null, env: { HOME: home }, systemPaths })).checked();
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return error.reason;
    throw error;
  }
}

describe("config.schema.json and the loader", () => {
  it(`agree on ${SAMPLES} generated files, half of them with a value of another type`, {
    timeout: 180_000,
  }, async () => {
    const disagreements: string[] = [];
    const tally = { accepted: 0, refused: 0 };
    for (let seed = 1; seed <= SAMPLES; seed++) {
      const random = new Random(seed);
      const table = plausible(
        new Samples(schema as unknown as Schema, random).table(random.list(1, 3, () => random.pick(names))),
        random,
      );
      if (seed % 2 === 0) spoil(table, random);
      const toml = stringify(table);
      const valid = validate(parse(toml)) as boolean;
      const why = await refusal(toml);
      tally[valid ? "accepted" : "refused"]++;
      if (valid === (why === null)) continue;
      if (why !== null && BEYOND.some(rule => rule.test(why))) continue;
      disagreements.push(
        `${valid ? `taken by the schema, not by the loader: ${why}` : `taken by the loader, not by the schema: ${JSON.stringify(validate.errors?.[0])}`}\n${toml}`,
      );
    }
    expect(disagreements).toEqual([]);
    expect(Math.min(tally.accepted, tally.refused)).toBeGreaterThan(SAMPLES / 5);
  });
});
