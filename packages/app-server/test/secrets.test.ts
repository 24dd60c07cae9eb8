import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { World } from "./harness.ts";

const SECRETS = ["planted-api-key-1", "planted-header-2", "planted-query-3"];

/** Every file below a folder, but those that secrets belong in. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !["auth.json", "config.toml"].includes(entry.name))
    .map(entry => path.join(entry.parentPath, entry.name));
}

describe("planted secrets", () => {
  it("are in no message to clients, log line, session file or other file, whoever quotes them", async () => {
    const log: string[] = [];
    const quote = SECRETS.join(" ");
    const made = await World.create({
      script: {
        replies: [
          "fine",
          {
            status: 401,
            body: { error: { message: `bad key ${quote}` } },
            headers: { "x-request-id": "planted-header-2", "x-openai-authorization-error": quote },
          },
          { status: 400, body: quote },
          { failed: { code: "weird", message: `failed with ${quote}` } },
        ],
      },
      server: { log: text => log.push(text) },
    });
    writeFileSync(
      path.join(made.home, "config.toml"),
      `model = "gpt-5.2"\nmodel_provider = "mock"\n[model_providers.mock]\nname = "mock"\nbase_url = "${made.model.baseUrl}"\nrequires_openai_auth = true\nrequest_max_retries = 0\nstream_max_retries = 0\n[model_providers.mock.http_headers]\nx-api-key = "planted-header-2"\n[model_providers.mock.query_params]\nsubscription-key = "planted-query-3"\n`,
    );
    const client = await made.client();
    await client.call("account/login/start", { type: "apiKey", apiKey: "planted-api-key-1" });
    const thread = await client.thread();
    for (const text of ["one", "two", "three", "four"]) await client.turn(thread, text);
    // They were really sent.
    const [first] = made.model.requests;
    expect(first?.headers).toMatchObject({
      authorization: "Bearer planted-api-key-1",
      "x-api-key": "planted-header-2",
    });
    expect(first?.url).toContain("planted-query-3");
    const rollouts = filesBelow(made.home).filter(file => file.endsWith(".jsonl"));
    expect(rollouts.length).toBeGreaterThan(0);
    const told = [
      ...client.messages.map(message => JSON.stringify(message)),
      ...log,
      ...filesBelow(made.home).map(file => readFileSync(file, "latin1")),
    ].join("\n");
    expect(SECRETS.filter(secret => told.includes(secret))).toEqual([]);
  });
});
