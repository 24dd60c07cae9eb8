import type { Script } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, it } from "vitest";
import { ensureLmStudioModel, ensureOllamaModel, type OssError, type PullProgress, systemClock } from "../src/index.ts";
import { closeServers, serve } from "./support/run.ts";

afterEach(closeServers);

const services = (baseUrl: string) => ({ baseUrl, fetch, clock: systemClock });
const lines = (...events: object[]) => ({ body: events.map(event => `${JSON.stringify(event)}\n`).join("") });
const ollama = async (routes: NonNullable<Extract<Script, { routes?: unknown }>["routes"]>) =>
  (await serve({ routes })).baseUrl;
const messageOf = (promise: Promise<unknown>) =>
  promise.then(
    () => "",
    (error: OssError) => `${error.code}: ${error.message}`,
  );

describe("Ollama", () => {
  const tags = (...names: string[]) => ({ body: { models: names.map(name => ({ name })) } });

  it("that does not run is named with what to do", async () => {
    expect(await messageOf(ensureOllamaModel(services("http://127.0.0.1:9/v1"), "m"))).toBe(
      "server_down: No running Ollama server at http://127.0.0.1:9. Install it from https://ollama.com and start it with `ollama serve`.",
    );
  });

  it("that has the model is left alone", async () => {
    const url = await ollama({
      "GET /api/tags": tags("a:1", "m:latest"),
      "GET /api/version": { body: { version: "0.14.0" } },
    });
    expect(await ensureOllamaModel(services(url), "m")).toEqual({ pulled: false });
  });

  it("pulls a missing model and says how far it is", async () => {
    const url = await ollama({
      "GET /api/tags": tags(),
      "POST /api/pull": lines(
        { status: "pulling manifest" },
        { status: "pulling", digest: "a", total: 10, completed: 4 },
        { status: "pulling", digest: "b", total: 20 },
        { status: "pulling", digest: "a", total: 10, completed: 10 },
        { status: "success" },
      ),
    });
    const seen: PullProgress[] = [];
    expect(await ensureOllamaModel(services(url), "m", progress => void seen.push(progress))).toEqual({ pulled: true });
    expect(seen.map(({ total, completed }) => `${completed}/${total}`)).toEqual([
      "0/0",
      "4/10",
      "4/30",
      "10/30",
      "10/30",
    ]);
  });

  it.each([
    ["an error", lines({ error: "no such model" }), "no such model"],
    ["an early end", lines({ status: "pulling manifest" }), "the download ended early"],
    ["a refusal", { status: 500 }, "the server answered 500"],
  ])("whose pull is %s says so", async (_what, reply, why) => {
    const url = await ollama({ "GET /api/tags": tags(), "POST /api/pull": reply });
    expect(await messageOf(ensureOllamaModel(services(url), "m"))).toBe(
      `pull_failed: Ollama could not pull \`m\`: ${why}`,
    );
  });

  it.each([
    ["0.13.3", "0.13.3"],
    ["v0.13.3-rc1", "0.13.3-rc1"],
    ["0.13.4-rc0", "0.13.4-rc0"],
    ["0.12.9", "0.12.9"],
    ["0.13.4", null],
    ["v0.14.0-rc1", null],
    ["1.0.0", null],
    ["0.0.0", null],
    ["banana", null],
  ])("of version %s is refused when it is too old, with the version that is needed", async (version, named) => {
    const url = await ollama({ "GET /api/tags": tags("m"), "GET /api/version": { body: { version } } });
    const outcome = await messageOf(ensureOllamaModel(services(url), "m"));
    const text = `Ollama ${named} at ${url.replace(/\/v1$/, "")} is too old: 0.13.4 or later is needed.`;
    expect(outcome).toBe(named === null ? "" : `unexpected_answer: ${text} Update it from https://ollama.com.`);
  });
});

describe("LM Studio", () => {
  it("must run and have the model", async () => {
    expect(await messageOf(ensureLmStudioModel(services("http://127.0.0.1:9/v1"), "m"))).toContain(
      "`lms server start`",
    );
    const server = await serve({ models: { body: { data: [{ id: "m" }] } } });
    expect(await messageOf(ensureLmStudioModel(services(server.baseUrl), "m"))).toBe("");
    expect(await messageOf(ensureLmStudioModel(services(server.baseUrl), "x"))).toContain("`lms get x`");
  });
});
