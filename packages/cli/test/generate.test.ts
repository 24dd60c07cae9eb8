import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./support/cli.ts";

const schema = path.resolve(import.meta.dirname, "../../../schema");

/** Every file below a folder: its path and its bytes as text. */
function filesOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return Object.fromEntries(
    entries.map(entry => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), readFileSync(file, "latin1")] as const;
    }),
  );
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const commands = ["generate-ts", "generate-json-schema", "generate-internal-json-schema"];

describe("generating schemas", () => {
  it.each([
    ["generate-ts", [], "typescript/stable"],
    ["generate-ts", ["--experimental"], "typescript/experimental"],
    ["generate-json-schema", [], "json/stable"],
    ["generate-json-schema", ["--experimental"], "json/experimental"],
    ["generate-internal-json-schema", [], "json/internal"],
  ])("with %s %j writes the published tree, byte by byte, and says nothing", async (command, flags, tree) => {
    const out = path.join(bench.work, "made/for it");
    const result = await bench.run(["app-server", command, "--out", out, ...flags]);
    expect(result).toEqual({ code: 0, signal: null, stdout: "", stderr: "" });
    const written = filesOf(out);
    const published = filesOf(path.join(schema, tree));
    expect(Object.keys(written).sort()).toEqual(Object.keys(published).sort());
    expect(Object.keys(published).filter(file => written[file] !== published[file])).toEqual([]);
  });

  it("takes -o and a folder below the working folder, and leaves other files there alone", async () => {
    writeFileSync(path.join(bench.work, "mine.txt"), "mine");
    const first = await bench.run(["app-server", "generate-internal-json-schema", "-o", "."]);
    const again = await bench.run(["app-server", "generate-internal-json-schema", "-o", "."]);
    expect([first.code, again.code]).toEqual([0, 0]);
    expect(readdirSync(bench.work).sort()).toEqual(["RolloutLine.json", "mine.txt"]);
  });

  it.each(commands)("with %s needs a folder", async command => {
    const result = await bench.run(["app-server", command]);
    expect(result).toMatchObject({ code: 2, stdout: "" });
    expect(result.stderr).toContain("--out <DIR>");
  });

  it.each(commands)("with %s does not write over a file", async command => {
    const file = path.join(bench.work, "file");
    writeFileSync(file, "kept");
    expect(await bench.run(["app-server", command, "--out", file])).toEqual({
      code: 1,
      signal: null,
      stdout: "",
      stderr: `Error: Failed to create output directory ${file}\n\nCaused by:\n    File exists (os error 17)\n`,
    });
    expect(readFileSync(file, "utf8")).toBe("kept");
  });

  it("shows the internal command to nobody who asks for help", async () => {
    const { stdout, code } = await bench.run(["app-server", "--help"]);
    expect(code).toBe(0);
    expect(stdout).toContain("generate-json-schema");
    expect(stdout).not.toContain("generate-internal-json-schema");
  });
});
