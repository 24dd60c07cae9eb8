import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { ConfigEdits } from "@codex-ts/config";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { program, world } from "./helpers.ts";

const run = promisify(execFile);

/** One of several editors of the same file: HOME NAME COUNT. */
const EDITOR = `import { ConfigEdits } from "@codex-ts/config";
const [home, name, count] = process.argv.slice(2);
for (let at = 0; at < Number(count); at++) {
  await new ConfigEdits(home).set(["edits", name, "k" + at], at).set(["last"], name + at).apply({ timeoutMs: 60_000 });
}
`;

describe("several editors at once", () => {
  it("lose nothing: two processes, a hundred edits each", async () => {
    const script = await program(EDITOR);
    const { home } = world({ "home/config.toml": "# kept\nmodel = 'x' # too\n" });
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
