import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it, vi } from "vitest";
import { World } from "./harness.ts";

/** A server whose provider gets its tokens from a command that counts: `token-1`, `token-2`, ... */
async function counting(script: Parameters<typeof World.create>[0] = {}) {
  const made = await World.create(script);
  const program = path.join(made.home, "token.cjs");
  const count = path.join(made.home, "count");
  writeFileSync(
    program,
    `const fs = require("node:fs"); const n = Number(fs.existsSync(${JSON.stringify(count)}) ? fs.readFileSync(${JSON.stringify(count)}) : 0) + 1; fs.writeFileSync(${JSON.stringify(count)}, String(n)); console.log("token-" + n);`,
  );
  writeFileSync(
    path.join(made.home, "config.toml"),
    `model = "gpt-5.2"\nmodel_provider = "counted"\n[model_providers.counted]\nname = "counted"\nbase_url = "${made.model.baseUrl}"\nrequest_max_retries = 0\nstream_max_retries = 0\n[model_providers.counted.auth]\ncommand = ${JSON.stringify(process.execPath)}\nargs = [${JSON.stringify(program)}]\ntimeout_ms = 30000\nrefresh_interval_ms = 0\n`,
  );
  return made;
}

const entry = (slug: string, priority: number) => ({
  slug,
  display_name: slug,
  visibility: "list",
  supported_in_api: true,
  priority,
});

describe("the list of models of a provider with a token command", () => {
  it("is fetched with a token of its own before the first turn, kept in the cache, and offered", async () => {
    const made = await counting({
      script: { replies: ["hi"], models: { headers: { etag: "v1" }, body: { models: [entry("remote", -1)] } } },
    });
    const client = await made.client();
    await client.turn(await client.thread(), "hello");
    const [list, turn] = made.model.log;
    expect([list?.method, list?.url]).toEqual(["GET", "/v1/models?client_version=0.125.0"]);
    expect(list?.headers["authorization"]).toBe("Bearer token-1");
    expect([turn?.method, turn?.headers["authorization"]]).toEqual(["POST", "Bearer token-2"]);
    const { data } = await client.call("model/list", {});
    expect(data[0]).toMatchObject({ id: "remote", isDefault: true });
    const cache = JSON.parse(readFileSync(path.join(made.home, "models_cache.json"), "utf8"));
    expect(cache).toMatchObject({ etag: "v1", client_version: "0.125.0", models: [{ slug: "remote" }] });
    // A second thread finds the list young enough.
    await client.thread();
    expect(made.model.log.filter(request => request.method === "GET")).toHaveLength(1);
  });

  it("is fetched again when a response names another version of it", async () => {
    const made = await counting({
      script: {
        replies: [{ text: "hi", headers: { "x-models-etag": "v2" } }],
        models: { headers: { etag: "v1" }, body: { models: [entry("remote", -1)] } },
      },
    });
    const client = await made.client();
    await client.turn(await client.thread(), "hello");
    await vi.waitUntil(() => made.model.log.filter(request => request.method === "GET").length === 2, {
      timeout: 60_000,
    });
  });

  it("is never asked of anybody else", async () => {
    const made = await World.create({ script: ["hi"] });
    const client = await made.client();
    await client.turn(await client.thread(), "hello");
    expect(made.model.log.map(request => request.method)).toEqual(["POST"]);
  });
});
