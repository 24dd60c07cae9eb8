import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime } from "@codex-ts/core";
import { startModelServer } from "@codex-ts-tools/model-server";
import { expect, test } from "vitest";
import { replay } from "../src/replay.ts";

test("a recorded session is reduced to its events", async () => {
  const folder = await mkdtemp(join(tmpdir(), "example-replay-"));
  const server = await startModelServer(["one", "two"]);
  const runtime = createRuntime({
    version: "1.0.0",
    originator: "example",
    codexHome: folder,
    env: { PATH: process.env["PATH"] },
    config: {
      cliOverrides: [
        ["model_provider", "scripted"],
        ["model_providers.scripted", { name: "scripted", base_url: server.url }],
      ],
    },
  });
  const { thread } = await runtime.startThread({ cwd: folder });
  const seen = thread.events[Symbol.asyncIterator]();
  for (const text of ["first", "second"]) {
    thread.submit({ type: "userTurn", input: [{ type: "text", text, text_elements: [] }] });
    for (let event = await seen.next(); event.value?.method !== "turn/completed"; event = await seen.next());
  }
  const file = thread.rolloutPath!;
  await runtime.shutdown();
  const events = await replay(file);
  expect(events.map(({ event_type, event_params }) => [event_type, event_params["is_first_turn"]])).toEqual([
    ["codex_thread_initialized", undefined],
    ["codex_turn_event", true],
    ["codex_turn_event", false],
  ]);
  expect(events[2]!.event_params).toMatchObject({
    thread_id: thread.id,
    model_provider: "scripted",
    status: "completed",
  });
  await server.close();
  await rm(folder, { recursive: true });
}, 60_000);
