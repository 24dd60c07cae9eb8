import { afterEach, describe, expect, it } from "vitest";
import { clientFor, closeServers, promptFor, serve } from "./support/run.ts";

afterEach(closeServers);

describe("remote compaction", () => {
  it("answers with items, and skips broken ones", async () => {
    const output = [{ type: "compaction", encrypted_content: "x" }, { type: "message" }];
    const server = await serve({ routes: { "POST /responses/compact": { body: { output } } } });
    const client = clientFor(server);
    const { body } = promptFor(client);
    expect(await client.compact(body, { headers: { "x-codex-installation-id": "i" } })).toEqual([output[0]]);
    expect(Object.keys(server.log[0]?.body ?? {})).toEqual([
      "model",
      "input",
      "instructions",
      "tools",
      "parallel_tool_calls",
      "reasoning",
    ]);
  });

  it("sends items without their ids, also where responses are stored", async () => {
    const server = await serve({ routes: { "POST /responses/compact": { body: { output: [] } } } });
    const client = clientFor(server, { name: "azure" });
    const content = [{ type: "output_text" as const, text: "a" }];
    await client.compact({
      ...promptFor(client).body,
      input: [{ type: "message", id: "msg_1", role: "assistant", content }],
    });
    expect(server.log[0]?.body.input).toEqual([{ type: "message", role: "assistant", content }]);
  });

  it("that answers nonsense is a stream error", async () => {
    const server = await serve({ routes: { "POST /responses/compact": { body: "nonsense" } } });
    const client = clientFor(server);
    await expect(client.compact(promptFor(client).body)).rejects.toThrow("could not be read");
  });
});
