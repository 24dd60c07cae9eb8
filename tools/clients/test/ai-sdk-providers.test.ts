import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { functionCall, type ModelServer, type Script, startModelServer } from "@codex-ts-tools/model-server";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { installClient } from "../src/install.ts";

const program = path.resolve(import.meta.dirname, "../../../packages/cli/dist/codex-ts.js");
const usage = { input: 10, cached: 2, output: 5, reasoning: 1 };

interface Part {
  type: string;
  text?: string;
  delta?: string;
  toolName?: string;
}
/** The language model of the AI SDK, as far as it is used here. */
interface LanguageModel {
  doGenerate(options: object): Promise<{ content: Part[]; finishReason: unknown; usage: unknown }>;
  doStream(options: object): Promise<{ stream: ReadableStream<Part> }>;
}
type Provider = ((model: string, settings?: object) => LanguageModel) & { close?: () => Promise<void> | void };

let root = "";
let server: ModelServer | undefined;
let provider: Provider | undefined;

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "codex-ts-ai-sdk-")));
  mkdirSync(path.join(root, "home"));
  mkdirSync(path.join(root, "work"));
});
afterEach(async () => {
  await provider?.close?.();
  provider = undefined;
  await server?.close();
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
});

/** A provider of the registry, pointed at our program and at a scripted model. */
async function model(
  context: TestContext,
  client: { name: string; version: string; create: string; settings: object },
  script: Script,
): Promise<LanguageModel> {
  const installed = await installClient(client.name, client.version);
  if ("unavailable" in installed) return context.skip(installed.unavailable);
  const manifest = path.join(installed.folder, "node_modules", client.name, "package.json");
  const { module } = createRequire(import.meta.url)(manifest) as { module: string };
  const loaded = (await import(pathToFileURL(path.join(path.dirname(manifest), module)).href)) as Record<
    string,
    (options: object) => Provider
  >;
  server = await startModelServer(script);
  writeFileSync(
    path.join(root, "home/config.toml"),
    `model = "gpt-5.2"\nmodel_provider = "mock"\n[model_providers.mock]\nname = "mock"\nbase_url = "${server.baseUrl}"\nwire_api = "responses"\nrequest_max_retries = 0\nstream_max_retries = 0\n`,
  );
  const env = { CODEX_HOME: path.join(root, "home"), PATH: process.env["PATH"] ?? "", HOME: root };
  const defaultSettings = {
    codexPath: program,
    cwd: path.join(root, "work"),
    approvalMode: "never",
    sandboxMode: "danger-full-access",
    env,
    ...client.settings,
  };
  provider = loaded[client.create]!({ defaultSettings });
  return provider("gpt-5.2");
}

const prompt = (text: string) => [{ role: "user", content: [{ type: "text", text }] }];
const textOf = (parts: readonly Part[]) => parts.map(part => (part.type === "text" ? part.text : "")).join("");

async function collect(stream: ReadableStream<Part>): Promise<Part[]> {
  const parts: Part[] = [];
  const reader = stream.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) parts.push(next.value);
  return parts;
}

const clients = [
  {
    name: "ai-sdk-provider-codex-cli",
    // The second major version needs Node 22.
    version: Number(process.versions.node.split(".")[0]) >= 22 ? "2.2.1" : "1.4.1",
    create: "createCodexExec",
    settings: { allowNpx: false, skipGitRepoCheck: true },
  },
  {
    name: "ai-sdk-provider-codex-app-server",
    version: "1.1.7",
    create: "createCodexAppServer",
    settings: { threadMode: "stateless" },
  },
];

describe.each(clients)("$name", client => {
  it("generates a text", async context => {
    const language = await model(context, client, [{ text: "Hello from the model.", usage }]);
    const { content } = await language.doGenerate({ prompt: prompt("hello") });
    expect(textOf(content)).toBe("Hello from the model.");
    expect(server!.requests[0]!.userTexts().at(-1)).toContain("hello");
  }, 150_000);

  it("streams a text", async context => {
    const language = await model(context, client, [{ text: "One two three.", chunk: 4, usage }]);
    const parts = await collect((await language.doStream({ prompt: prompt("count") })).stream);
    const text = parts.map(part => (part.type === "text-delta" ? (part.delta ?? "") : "")).join("");
    expect(text).toBe("One two three.");
    expect(parts.at(-1)!.type).toBe("finish");
  }, 150_000);

  it("runs a command and shows it", async context => {
    const call = { items: [functionCall("exec_command", { cmd: "echo made > made.txt" }, "call_1")], usage };
    const language = await model(context, client, [call, { text: "Done.", usage }]);
    const parts = await collect((await language.doStream({ prompt: prompt("make it") })).stream);
    expect(parts.map(part => part.type)).toContain("tool-call");
    expect(server!.requests).toHaveLength(2);
    expect(parts.at(-1)!.type).toBe("finish");
  }, 150_000);

  it("tells of a model that fails", async context => {
    const language = await model(context, client, [{ status: 400, body: '{"error":{"message":"bad"}}' }]);
    const outcome = await language.doGenerate({ prompt: prompt("x") }).then(
      ({ finishReason }) => JSON.stringify(finishReason),
      (error: unknown) => `error ${String(error)}`,
    );
    expect(outcome).toMatch(/error/);
  }, 150_000);
});
