import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ModelServer, Script } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, it } from "vitest";
import {
  apiKeyAuth,
  BUNDLED_MODELS,
  defaultModel,
  defineProvider,
  fallbackModel,
  fileModelsCache,
  findModel,
  instructionsOf,
  ModelsManager,
  parseModels,
  pickerModels,
  type ProviderConfig,
  supportsPersonality,
  systemClock,
} from "../src/index.ts";
import { clientFor, closeServers, sample, serve } from "./support/run.ts";

afterEach(closeServers);

const ENV = { PATH: process.env.PATH };

describe("the bundled catalogue", () => {
  it("knows six models, one of them hidden, and offers the first by default", () => {
    expect(BUNDLED_MODELS.map(model => model.slug)).toEqual([
      "gpt-5.5",
      "gpt-5.4",
      "gpt-5.4-mini",
      "gpt-5.3-codex",
      "gpt-5.2",
      "codex-auto-review",
    ]);
    expect(defaultModel(BUNDLED_MODELS, "apiKey")).toBe("gpt-5.5");
    expect(
      pickerModels(BUNDLED_MODELS, "none")
        .filter(entry => entry.hidden)
        .map(entry => entry.model.slug),
    ).toEqual(["codex-auto-review"]);
  });

  it("shows models without API support to ChatGPT logins only", () => {
    const models = [
      { ...fallbackModel("only-chatgpt"), visibility: "list" as const, supported_in_api: false, priority: 0 },
    ];
    expect(defaultModel(models, "chatgpt")).toBe("only-chatgpt");
    expect(defaultModel(models, "apiKey")).toBeNull();
  });

  it.each([
    ["gpt-5.4", true, "gpt-5.4"],
    ["gpt-5.4-mini-2026", true, "GPT-5.4-Mini"],
    ["openai/gpt-5.4", true, "gpt-5.4"],
    ["a/b/gpt-5.4", false, "a/b/gpt-5.4"],
    ["my-ns/gpt-5.4", false, "my-ns/gpt-5.4"],
    ["llama", false, "llama"],
  ])("finds %s: %s", (slug, known, name) => {
    const found = findModel(slug, BUNDLED_MODELS);
    expect([found.model.slug, found.known, found.model.display_name, found.warning === null]).toEqual([
      slug,
      known,
      name,
      known,
    ]);
  });

  it("has fallback facts for unknown models", () => {
    const { model, warning } = findModel("llama", BUNDLED_MODELS);
    expect(model).toMatchObject({
      context_window: 272_000,
      effective_context_window_percent: 95,
      truncation_policy: { mode: "bytes", limit: 10_000 },
      supports_reasoning_summaries: false,
      support_verbosity: false,
      supports_parallel_tool_calls: false,
      shell_type: "default",
      apply_patch_tool_type: null,
    });
    expect(warning).toBe(
      "Model metadata for `llama` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.",
    );
  });

  it("puts the personality into the instructions", () => {
    const [model] = BUNDLED_MODELS;
    expect(model && supportsPersonality(model)).toBe(true);
    const texts = (["none", "friendly", "pragmatic", null] as const).map(who =>
      model ? instructionsOf(model, who) : "",
    );
    expect(new Set(texts.map(text => text.trim())).size).toBe(3);
    expect(texts.join()).not.toContain("{{");
  });

  it("fills every place of the instructions, with nothing where there are no words", () => {
    const texts = { personality_default: "D", personality_friendly: "F", personality_pragmatic: null };
    const own = (template: string | null, words: typeof texts | null) => ({
      ...fallbackModel("own"),
      base_instructions: "BASE",
      model_messages: { instructions_template: template, instructions_variables: words },
    });
    const place = "{{ personality }}";
    expect(instructionsOf(own(`A ${place} B ${place}`, texts), "friendly")).toBe("A F B F");
    expect(instructionsOf(own(`A ${place}`, texts), "pragmatic")).toBe("A ");
    expect(instructionsOf(own(`A ${place}`, null), "friendly")).toBe("A ");
    expect(instructionsOf(own("A", texts), "friendly")).toBe("A");
    expect(instructionsOf(own(null, texts), "friendly")).toBe("BASE");
    expect(supportsPersonality(own(`A ${place}`, texts))).toBe(false);
    expect(supportsPersonality(own(`A ${place}`, { ...texts, personality_pragmatic: "P" } as never))).toBe(true);
  });
});

describe("a list of models", () => {
  it("may leave members out, and wrong kinds do not count", () => {
    const [model, ...others] = parseModels(
      { models: [{ slug: "m", context_window: 5, base_instructions: null, x: 1 }, {}, 3] },
      "f",
    );
    expect(others).toEqual([]);
    expect(model).toMatchObject({
      slug: "m",
      context_window: 5,
      base_instructions: expect.stringContaining("codex-ts"),
      x: 1,
    });
    expect(() => parseModels({ models: {} }, "file.json")).toThrow(
      "file.json: expected an object with a list `models`",
    );
  });
});

describe("the models manager", () => {
  const token = { command: "sh", args: ["-c", "echo tok"] };
  const setUp = async (
    script: Script,
    config: ProviderConfig = { auth: token },
    home = mkdtempSync(path.join(tmpdir(), "models-")),
  ) => {
    const server: ModelServer = await serve(script);
    let now = 1_000_000;
    const warnings: string[] = [];
    const provider = defineProvider(
      "mock",
      { name: "mock", base_url: server.baseUrl, request_max_retries: 0, ...config },
      "/",
    );
    const make = (clientVersion = "0.125.0") =>
      new ModelsManager({
        provider,
        auth: apiKeyAuth("k"),
        env: ENV,
        originator: "o",
        userAgent: "u",
        clientVersion,
        cache: fileModelsCache(home),
        clock: { ...systemClock, now: () => now },
        warn: text => void warnings.push(text),
      });
    return { server, make, warnings, home, tick: (ms: number) => void (now += ms) };
  };
  const list = { body: { models: [{ slug: "remote", visibility: "list", priority: -1 }] }, headers: { etag: "e1" } };

  it("asks a provider with a token command, with its token and version, and overlays the answer", async () => {
    const { server, make } = await setUp({ models: list });
    const manager = make();
    await manager.refresh();
    expect(server.log.map(request => [request.url, request.headers.authorization])).toEqual([
      ["/v1/models?client_version=0.125.0", "Bearer tok"],
    ]);
    expect(manager.defaultModel()).toBe("remote");
    expect(manager.models).toHaveLength(BUNDLED_MODELS.length + 1);
  });

  it("keeps its own token: the list gets the first, the turn the second", async () => {
    const counter = path.join(mkdtempSync(path.join(tmpdir(), "n-")), "n");
    writeFileSync(counter, "0");
    const script = `n=$(($(cat ${counter}) + 1)); echo $n > ${counter}; echo "token-$n"`;
    const auth = { command: "sh", args: ["-c", script], refresh_interval_ms: 0 };
    const { server, make } = await setUp({ models: list, replies: ["ok"] }, { auth });
    await make().refresh();
    await sample(clientFor(server, { auth }, { env: ENV }));
    expect(server.log.map(request => [request.path, request.headers.authorization])).toEqual([
      ["/v1/models", "Bearer token-1"],
      ["/v1/responses", "Bearer token-2"],
    ]);
  });

  it("adds its query to the provider's", async () => {
    const { server, make } = await setUp({ models: list }, { auth: token, query_params: { a: "b" } });
    await make().refresh();
    expect(server.log[0]?.url).toBe("/v1/models?a=b&client_version=0.125.0");
  });

  it("never asks anybody else", async () => {
    const { server, make } = await setUp({ models: list }, {});
    await make().refresh("online");
    expect(server.log).toHaveLength(0);
  });

  it("uses the cache while it is young and of the same version", async () => {
    const { server, make, tick, home } = await setUp({ models: list });
    await make().refresh();
    await make().refresh();
    expect(server.log).toHaveLength(1);
    await make("0.126.0").refresh();
    expect(server.log).toHaveLength(2);
    tick(300_001);
    const offline = make("0.126.0");
    await offline.refresh("offline");
    expect([server.log.length, offline.find("remote").known]).toEqual([2, false]);
    await make("0.126.0").refresh();
    expect(server.log).toHaveLength(3);
    expect(JSON.parse(readFileSync(path.join(home, "models_cache.json"), "utf8"))).toMatchObject({
      etag: "e1",
      client_version: "0.126.0",
      models: [{ slug: "remote" }],
    });
  });

  it("offers whoever has a token command what the API serves", async () => {
    const models = [
      { slug: "chat", priority: -9, supported_in_api: false },
      { slug: "api", priority: -5 },
    ];
    const { make } = await setUp({
      models: { body: { models: models.map(model => ({ ...model, visibility: "list" })) } },
    });
    const manager = make();
    await manager.refresh();
    const offered = manager.picker().map(({ model }) => model.slug);
    expect([offered[0], offered.includes("chat"), manager.find("chat").known]).toEqual(["api", false, true]);
  });

  it("uses a list from the time to come", async () => {
    const { server, make, tick } = await setUp({ models: list });
    await make().refresh();
    tick(-900_000);
    await make().refresh();
    expect(server.log).toHaveLength(1);
  });

  it("fetches again when a response names another version, and else keeps the cache young", async () => {
    const { server, make, tick } = await setUp({ models: list });
    const manager = make();
    await manager.refresh();
    tick(299_000);
    await manager.noteEtag("e1");
    tick(299_000);
    await make().refresh();
    expect(server.log).toHaveLength(1);
    await manager.noteEtag("e2");
    expect(server.log).toHaveLength(2);
  });

  it.each([
    ["a 401, without a second try", { status: 401 }],
    ["no JSON", { body: "<html>" }],
    ["JSON of another shape", { body: { data: [] } }],
  ])("keeps its list when the answer is %s", async (_what, models) => {
    const { server, make, warnings } = await setUp({ models });
    const manager = make();
    await manager.refresh();
    expect([manager.models.length, server.log.length, warnings.length]).toEqual([BUNDLED_MODELS.length, 1, 1]);
  });

  it("survives a broken cache", async () => {
    const { make, home } = await setUp({ models: list });
    writeFileSync(path.join(home, "models_cache.json"), "{");
    const manager = make();
    await manager.refresh();
    expect(manager.find("remote").known).toBe(true);
  });
});
