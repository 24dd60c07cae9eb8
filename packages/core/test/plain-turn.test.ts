import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { fileLines, lineKinds, openWorld, outline, type World } from "./harness.ts";

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

test("a message is shown with the texts of all its parts", async () => {
  const content = [
    { type: "output_text", text: "a" },
    { type: "input_text", text: "b" },
    { type: "input_image", image_url: "data:image/png;base64,AA==" },
  ];
  world = await openWorld([{ items: [{ type: "message", content }] }]);
  const listening = await world.start();
  const events = await listening.turn("hi");
  expect(JSON.stringify(events.filter(event => event.method === "item/completed"))).toContain('"text":"ab"');
});

test("the session file holds the lines of a turn in the order in which other programs read them", async () => {
  world = await openWorld([{ text: "Hello there" }]);
  const listening = await world.start();
  await listening.turn("hi");
  expect(lineKinds(await fileLines(listening))).toEqual([
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
  const last = (await fileLines(listening)).at(-1);
  expect(last?.payload).toMatchObject({ type: "task_complete", last_agent_message: null });
});
