import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { ConfigEdits } from "@codex-ts/config";
import { build } from "tsup";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { scratch, world } from "./helpers.ts";

const run = promisify(execFile);

describe("several editors at once", () => {
  it("lose nothing: two processes, a hundred edits each", async () => {
    const out = scratch();
    await build({
      entry: { editor: path.join(import.meta.dirname, "editor-process.ts") },
      outDir: out,
      format: ["esm"],
      outExtension: () => ({ js: ".mjs" }),
      noExternal: [/.*/],
      platform: "node",
      target: "node20",
      config: false,
      silent: true,
      clean: false,
      banner: {
        js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
      },
      esbuildOptions: options => {
        options.conditions = ["@codex-ts/source", "node", "import"];
      },
    });
    const { home } = world({ "home/config.toml": "# kept\nmodel = 'x' # too\n" });
    const script = path.join(out, "editor.mjs");
    await Promise.all(["a", "b"].map(name => run(process.execPath, [script, home, name, "100"])));
    const text = readFileSync(path.join(home, "config.toml"), "utf8");
    expect(text.startsWith("# kept\nmodel = 'x' # too\n")).toBe(true);
    const { edits } = parse(text) as { edits: Record<string, Record<string, number>> };
    expect([Object.keys(edits["a"] ?? {}).length, Object.keys(edits["b"] ?? {}).length]).toEqual([100, 100]);
    expect(readdirSync(home)).toEqual(["config.toml"]);
  }, 120_000);

  it("wait for each other within one process, too", async () => {
    const { home } = world();
    await Promise.all(Array.from({ length: 20 }, (_, at) => new ConfigEdits(home).set(["n", `k${at}`], at).apply()));
    const { n } = parse(readFileSync(path.join(home, "config.toml"), "utf8")) as { n: object };
    expect(Object.keys(n)).toHaveLength(20);
  });
});
