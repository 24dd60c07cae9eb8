import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./support/cli.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

interface Models {
  models: { slug: string; shell_type: string }[];
}

describe("debug models", () => {
  it("prints the catalogue in one line, the configured one unless the bundled one is wanted", async () => {
    const catalog = path.join(bench.home, "models.json");
    writeFileSync(catalog, JSON.stringify({ models: [{ slug: "mine" }] }));
    bench.config(`model_catalog_json = ${JSON.stringify(catalog)}\n`);
    const own = await bench.run(["debug", "models"]);
    expect(own).toMatchObject({ code: 0, stderr: "" });
    expect(own.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect((JSON.parse(own.stdout) as Models).models.map(model => model.slug)).toEqual(["mine"]);
    const bundled = JSON.parse((await bench.run(["debug", "models", "--bundled"])).stdout) as Models;
    expect(bundled.models.map(model => model.slug)).toContain("gpt-5.5");
  });
});

describe("debug clear-memories", () => {
  it("empties the folders of memories and touches nothing else", async () => {
    mkdirSync(path.join(bench.home, "memories", "deep"), { recursive: true });
    writeFileSync(path.join(bench.home, "memories", "deep", "a.md"), "x");
    writeFileSync(path.join(bench.home, "history.jsonl"), "");
    const result = await bench.run(["debug", "clear-memories"]);
    expect(result).toMatchObject({ code: 0, stderr: "", stdout: `Cleared memory directories under ${bench.home}.\n` });
    expect(existsSync(path.join(bench.home, "memories"))).toBe(true);
    expect(existsSync(path.join(bench.home, "memories", "deep"))).toBe(false);
    expect(existsSync(path.join(bench.home, "history.jsonl"))).toBe(true);
  });
});

describe("debug app-server send-message", () => {
  it("shows both directions of the wire, with the flags it was given", async () => {
    const server = await bench.model(["well met"]);
    const result = await bench.run(["-c", 'model="gpt-5.4"', "debug", "app-server", "send-message", "hello"]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    const lines = result.stdout.split("\n");
    expect(lines).toContain('>   "method": "turn/start",');
    expect(lines).toContain('<   "method": "turn/completed",');
    expect(result.stdout).toContain('"text": "well met"');
    expect(lines.filter(line => line !== "").every(line => /^[<>] /.test(line))).toBe(true);
    expect(server.requests[0]?.body["model"]).toBe("gpt-5.4");
  });

  it("fails with the turn", async () => {
    await bench.model([{ status: 400, body: "no" }]);
    expect((await bench.run(["debug", "app-server", "send-message-v2", "hello"])).code).toBe(1);
  });
});
