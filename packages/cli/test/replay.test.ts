import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, events } from "./support/cli.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

const data = (event: object) => `data: ${JSON.stringify(event)}`;
const said = data({
  type: "response.output_item.done",
  item: { type: "message", role: "assistant", id: "m", content: [{ type: "output_text", text: "from the file" }] },
});
const completed = data({ type: "response.completed", response: { id: "r", output: [] } });

/** A run whose model answers what a file says; no server is asked. */
async function replay(file: string | null, settings = "") {
  const server = await bench.model([], settings);
  const fixture = path.join(bench.root, "fixture.sse");
  if (file !== null) writeFileSync(fixture, file);
  const result = await bench.exec(["--json", "go"], { env: { CODEX_RS_SSE_FIXTURE: fixture } });
  expect([server.requests, server.handshakes]).toEqual([[], []]);
  return events(result).slice(2);
}

describe("a file in place of the model's answers", () => {
  it.each([
    ["lines alone", `${said}\n${completed}`],
    ["events with blank lines", `event: response.output_item.done\r\n${said}\r\n\r\n${completed}\r\n\r\n`],
  ])("is played: %s", async (_name, file) => {
    expect(await replay(file)).toMatchObject([
      { type: "item.completed", item: { text: "from the file" } },
      { type: "turn.completed" },
    ]);
  });

  it.each([
    ["ends early", said, "stream closed before response.completed"],
    ["is not there", null, "No such file or directory (os error 2)"],
  ])("that %s fails the turn", async (_name, file, why) => {
    expect((await replay(file)).at(-1)).toEqual({
      type: "turn.failed",
      error: { message: `stream disconnected before completion: ${why}` },
    });
  });
});
