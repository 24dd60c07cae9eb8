import { readFile } from "node:fs/promises";
import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { openWorld, outline, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

test("a plain turn tells its items and its end in order", async () => {
  world = await openWorld([{ text: "Hello there" }]);
  const thread = await world.start();
  expect(outline(await thread.turn("hi"))).toEqual([
    "turn/started inProgress",
    "item/started userMessage",
    "item/completed userMessage",
    "account/rateLimits/updated",
    "item/started agentMessage",
    "item/agentMessage/delta",
    "item/completed agentMessage",
    "thread/tokenUsage/updated",
    "account/rateLimits/updated",
    "turn/completed completed",
  ]);
});

test("the session file holds the lines of a turn in the order in which other programs read them", async () => {
  world = await openWorld([{ text: "Hello there" }]);
  const { thread } = await world.start().then(async listening => {
    await listening.turn("hi");
    return listening;
  });
  const lines = (await readFile(thread.rolloutPath!, "utf8")).trimEnd().split("\n");
  const kinds = lines.map(line => {
    const { type, payload } = JSON.parse(line) as { type: string; payload: { type?: string; role?: string } };
    return [type, payload.type, payload.role].filter(part => part !== undefined).join(" ");
  });
  expect(kinds).toEqual([
    "session_meta",
    "event_msg task_started",
    "response_item message developer",
    "response_item message user",
    "turn_context",
    "response_item message user",
    "event_msg user_message",
    "event_msg token_count",
    "event_msg agent_message",
    "response_item message assistant",
    "event_msg token_count",
    "event_msg task_complete",
  ]);
});

test("the last message of a turn is one of its last answer, or there is none", async () => {
  const call = { items: [{ type: "message", text: "first" }, functionCall("update_plan", { plan: [] }, "c1")] };
  world = await openWorld([call, { items: [] }]);
  const listening = await world.start();
  await listening.turn("go");
  const lines = (await readFile(listening.thread.rolloutPath!, "utf8")).trimEnd().split("\n");
  const last = JSON.parse(lines.at(-1)!) as { payload: unknown };
  expect(last.payload).toMatchObject({ type: "task_complete", last_agent_message: null });
});
