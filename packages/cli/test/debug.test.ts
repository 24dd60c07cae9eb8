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
    const model = {
      slug: "mine",
      display_name: "",
      supported_reasoning_levels: [],
      shell_type: "default",
      visibility: "list",
      supported_in_api: true,
      priority: 1,
      base_instructions: "",
      supports_reasoning_summaries: false,
      support_verbosity: false,
      truncation_policy: { mode: "bytes", limit: 1 },
      supports_parallel_tool_calls: false,
      experimental_supported_tools: [],
    };
    writeFileSync(catalog, JSON.stringify({ models: [model] }));
    bench.config(`model_catalog_json = ${JSON.stringify(catalog)}\n`);
    const own = await bench.run(["debug", "models"]);
    expect(own).toMatchObject({ code: 0, stderr: "" });
    expect(own.stdout.trimEnd().split("\n")).toHaveLength(1);
    expect((JSON.parse(own.stdout) as Models).models.map(model => model.slug)).toEqual(["mine"]);
    const bundled = JSON.parse((await bench.run(["debug", "models", "--bundled"])).stdout) as Models;
    expect(bundled.models.map(model => model.slug)).toContain("gpt-5.5");
  });
});

describe("debug prompt-input", () => {
  const input = (stdout: string) =>
    (JSON.parse(stdout) as { role: string; content: { text?: string }[] }[]).map(({ role, content }) => [
      role,
      ...content.map(({ text = "" }) => text.split(/[\n>]/, 1)[0]),
    ]);

  it("prints what the model would be sent, and asks nobody", async () => {
    const server = await bench.model([], 'developer_instructions = "DEVI"\n[mcp_servers.none]\ncommand = "/no/such"\n');
    writeFileSync(path.join(bench.work, "AGENTS.md"), "PROJECT");
    const result = await bench.run(["debug", "prompt-input", "one\r\ntwo\rthree", "-i", "nope.png,also.png"]);
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout.startsWith('[\n  {\n    "type": "message",\n    "role": "developer",')).toBe(true);
    expect(input(result.stdout)).toEqual([
      ["developer", "<permissions instructions", "DEVI"],
      ["user", `# AGENTS.md instructions for ${bench.work}`, "<environment_context"],
      [
        "user",
        `The image at \`${bench.work}/nope.png\` could not be attached: No such file or directory (os error 2)`,
        `The image at \`${bench.work}/also.png\` could not be attached: No such file or directory (os error 2)`,
        "one",
      ],
    ]);
    expect(result.stdout).toContain('"text": "one\\ntwo\\nthree"');
    expect(server.log).toEqual([]);
    expect(existsSync(path.join(bench.home, "sessions"))).toBe(false);
  });

  it("leaves the prompt out when there is none, and follows the flags before it", async () => {
    await bench.model([]);
    const sub = path.join(bench.work, "sub");
    mkdirSync(sub);
    const result = await bench.run(["-C", sub, "-s", "workspace-write", "debug", "prompt-input"]);
    expect(input(result.stdout)).toEqual([
      ["developer", "<permissions instructions"],
      ["user", "<environment_context"],
    ]);
    expect(result.stdout).toContain(`<cwd>${sub}</cwd>`);
    expect(result.stdout).toContain("`sandbox_mode` is `workspace-write`");
  });
});

describe("debug clear-memories", () => {
  it("empties the folders of memories and touches nothing else", async () => {
    mkdirSync(path.join(bench.home, "memories", "deep"), { recursive: true });
    writeFileSync(path.join(bench.home, "memories", "deep", "a.md"), "x");
    writeFileSync(path.join(bench.home, "history.jsonl"), "");
    const result = await bench.run(["debug", "clear-memories"]);
    expect(result).toMatchObject({
      code: 0,
      stderr: "",
      stdout: `No state db found at ${bench.home}/state_5.sqlite. Cleared memory directories under ${bench.home}.\n`,
    });
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
