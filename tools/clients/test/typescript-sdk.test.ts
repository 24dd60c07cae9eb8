import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { functionCall, type ModelServer, type Script, startModelServer } from "@codex-ts-tools/model-server";
import { afterEach, beforeAll, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { installClient } from "../src/install.ts";

const program = path.resolve(import.meta.dirname, "../../../packages/cli/dist/codex-ts.js");
const usage = { input: 10, cached: 2, output: 5, reasoning: 1 };

interface SdkThread {
  id: string | null;
  run(input: string, options?: object): Promise<{ finalResponse: string; items: { type: string }[]; usage: unknown }>;
  runStreamed(input: string, options?: object): Promise<{ events: AsyncIterable<{ type: string }> }>;
}
interface Sdk {
  Codex: new (
    options: object,
  ) => { startThread(options?: object): SdkThread; resumeThread(id: string, options?: object): SdkThread };
}

let sdk: Sdk | undefined;
let reason = "";
let root = "";
let server: ModelServer | undefined;

beforeAll(async () => {
  const installed = await installClient("@openai/codex-sdk", "0.125.0");
  if ("unavailable" in installed) {
    reason = installed.unavailable;
    return;
  }
  const manifest = path.join(installed.folder, "node_modules/@openai/codex-sdk/package.json");
  const { exports } = createRequire(import.meta.url)(manifest) as { exports: { ".": { import: string } } };
  sdk = (await import(pathToFileURL(path.join(path.dirname(manifest), exports["."].import)).href)) as Sdk;
}, 150_000);

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "codex-ts-sdk-")));
  mkdirSync(path.join(root, "home"));
  mkdirSync(path.join(root, "work"));
});
afterEach(async () => {
  await server?.close();
  rmSync(root, { recursive: true, force: true });
});

/** The SDK's entry class, pointed at our program and at a scripted model. */
async function codex(context: TestContext, script: Script): Promise<InstanceType<Sdk["Codex"]>> {
  if (sdk === undefined) return context.skip(reason);
  server = await startModelServer(script);
  const { baseUrl } = server;
  writeFileSync(
    path.join(root, "home/config.toml"),
    `model = "gpt-5.2"\nmodel_provider = "mock"\n[model_providers.mock]\nname = "mock"\nbase_url = "${baseUrl}"\nwire_api = "responses"\nrequest_max_retries = 0\nstream_max_retries = 0\n`,
  );
  return new sdk.Codex({
    codexPathOverride: program,
    env: { CODEX_HOME: path.join(root, "home"), PATH: process.env["PATH"] ?? "", HOME: root },
  });
}

const folder = (more: object = {}) => ({ workingDirectory: path.join(root, "work"), skipGitRepoCheck: true, ...more });

describe("the official TypeScript SDK", () => {
  it("runs a turn and gives its response, items and usage", async context => {
    const thread = (await codex(context, [{ text: "Hi!", usage }])).startThread(folder());
    const turn = await thread.run("hello");
    expect(turn.finalResponse).toBe("Hi!");
    expect(turn.items.map(item => item.type)).toEqual(["agent_message"]);
    expect(turn.usage).toEqual({
      input_tokens: 10,
      cached_input_tokens: 2,
      output_tokens: 5,
      reasoning_output_tokens: 1,
    });
    expect(thread.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("streams events, commands included", async context => {
    const script = [
      { items: [functionCall("exec_command", { cmd: "echo hi" }, "c")], usage },
      { text: "done", usage },
    ];
    const thread = (await codex(context, script)).startThread(folder({ sandboxMode: "danger-full-access" }));
    const { events } = await thread.runStreamed("go");
    const types: string[] = [];
    for await (const event of events) types.push(event.type);
    expect(types).toEqual([
      "thread.started",
      "turn.started",
      "item.started",
      "item.completed",
      "item.completed",
      "turn.completed",
    ]);
  });

  it("goes on with the same thread, and resumes it by id", async context => {
    const client = await codex(context, [{ text: "one" }, { text: "two" }, { text: "three" }]);
    const thread = client.startThread(folder());
    await thread.run("first");
    expect((await thread.run("second")).finalResponse).toBe("two");
    const resumed = client.resumeThread(thread.id ?? "", folder());
    expect((await resumed.run("third")).finalResponse).toBe("three");
    expect(server?.requests.at(-1)?.userTexts().slice(-3)).toEqual(["first", "second", "third"]);
  });

  it("passes an output schema", async context => {
    const schema = {
      type: "object",
      properties: { ok: { type: "boolean" } },
      required: ["ok"],
      additionalProperties: false,
    };
    const thread = (await codex(context, ['{"ok":true}'])).startThread(folder());
    const turn = await thread.run("json", { outputSchema: schema });
    expect(JSON.parse(turn.finalResponse)).toEqual({ ok: true });
    expect(server?.requests[0]?.body["text"]).toMatchObject({ format: { type: "json_schema", schema } });
  });

  it("passes model, sandbox and settings", async context => {
    const thread = (await codex(context, ["ok"])).startThread(
      folder({
        model: "gpt-5.4",
        sandboxMode: "workspace-write",
        modelReasoningEffort: "low",
        networkAccessEnabled: true,
        webSearchMode: "disabled",
        approvalPolicy: "never",
      }),
    );
    await thread.run("hello");
    expect(server?.requests[0]?.model).toBe("gpt-5.4");
    expect(server?.requests[0]?.body["reasoning"]).toMatchObject({ effort: "low" });
    expect(server?.requests[0]?.toolNames()).not.toContain("web_search");
  });

  it("attaches images", async context => {
    const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    const image = path.join(root, "work/dot.png");
    writeFileSync(image, Buffer.from(png, "base64"));
    const thread = (await codex(context, ["a dot", "again"])).startThread(folder());
    const input = [
      { type: "text", text: "look" },
      { type: "local_image", path: image },
    ];
    expect((await thread.run(input as unknown as string)).finalResponse).toBe("a dot");
    expect((await thread.run(input as unknown as string)).finalResponse).toBe("again");
    expect(JSON.stringify(server?.requests[1]?.input.at(-1))).toContain("data:image/png;base64,");
  });

  it("fails with the model's error", async context => {
    const thread = (await codex(context, [{ status: 400, body: "bad request text" }])).startThread(folder());
    await expect(thread.run("hello")).rejects.toThrow("bad request text");
  });

  it("aborts: the process ends and no command is left behind", async context => {
    const marker = `codex-ts-sdk-abort-${process.pid}`;
    const script = [{ items: [functionCall("exec_command", { cmd: `exec -a ${marker} sleep 300` }, "c")] }];
    const thread = (await codex(context, script)).startThread(folder({ sandboxMode: "danger-full-access" }));
    const abort = new AbortController();
    const { events } = await thread.runStreamed("go", { signal: abort.signal });
    await expect(
      (async () => {
        for await (const event of events) if (event.type === "item.started") abort.abort();
      })(),
    ).rejects.toThrow(/abort/i);
    await expect.poll(() => processesNamed(marker)).toEqual([]);
  });
});

/** Process ids whose command line starts with a name. */
async function processesNamed(name: string): Promise<string[]> {
  const { readdir, readFile } = await import("node:fs/promises");
  const found: string[] = [];
  for (const pid of await readdir("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.startsWith(name)) found.push(pid);
  }
  return found;
}
