import { functionCall, type Json } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { openWorld, outline, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const created = { type: "response.created", response: { id: "r" } };
const completed = { type: "response.completed", response: { id: "r", usage: null } };
const message = (text: string, id = "m1") => ({
  type: "message",
  role: "assistant",
  id,
  content: text === "" ? [] : [{ type: "output_text", text }],
});
const added = (id = "m1") => ({ type: "response.output_item.added", item: message("", id) });
const done = (text: string, id = "m1") => ({ type: "response.output_item.done", item: message(text, id) });
const delta = (text: string) => ({ type: "response.output_text.delta", delta: text });
const call = {
  type: "response.output_item.done",
  item: { type: "function_call", name: "update_plan", arguments: '{"plan":[]}', call_id: "c1" },
};

const STARTED = "item/started agentMessage";
const ENDED = "item/completed agentMessage";
const DELTA = "item/agentMessage/delta";

/** Events in an order in which no server should send them; what a client sees, and what the next request says was said. */
const orders: [string, Json[], string[], string[]][] = [
  ["an item ends before it begins", [created, done("ok"), added(), completed], [STARTED, ENDED, STARTED], ["ok"]],
  ["a text comes before its item", [created, delta("x"), added(), done("ok"), completed], [STARTED, ENDED], ["ok"]],
  ["a text comes after its item", [created, added(), done("ok"), delta("x"), completed], [STARTED, ENDED], ["ok"]],
  [
    "two items run into each other",
    [created, added("a"), added("b"), delta("x"), done("A", "a"), done("B", "b"), completed],
    [STARTED, STARTED, DELTA, ENDED, ENDED],
    ["A", "B"],
  ],
  [
    "one id is given twice",
    [created, added(), done("one"), added(), done("two"), completed],
    [STARTED, ENDED, STARTED, ENDED],
    ["one", "two"],
  ],
  ["an item never ends", [created, added(), delta("x"), completed], [STARTED, DELTA], []],
  ["everything comes before the beginning", [done("ok"), created, completed], [STARTED, ENDED], ["ok"]],
  ["the end comes before everything", [completed, created, done("late")], [], []],
  ["something comes after the end", [created, done("ok"), completed, done("late", "m2")], [STARTED, ENDED], ["ok"]],
  [
    "the response begins and ends twice",
    [created, created, done("ok"), completed, completed],
    [STARTED, ENDED],
    ["ok"],
  ],
];

test.each(orders)("no turn breaks when %s", async (_name, events, seen, said) => {
  world = await openWorld([{ events }, "next"]);
  const listening = await world.start();
  const shown = outline(await listening.turn("go"));
  expect(shown.filter(line => /agentMessage/.test(line))).toEqual(seen);
  expect(shown.at(-1)).toBe("turn/completed completed");
  await listening.turn("again");
  const { input } = world.server.requests[1]!.body as { input: { role?: string; content?: { text: string }[] }[] };
  const answers = input.filter(({ role }) => role === "assistant");
  expect(answers.map(({ content }) => content?.[0]?.text)).toEqual(said);
});

test("a call that comes between the pieces of a message is answered, and the message goes on", async () => {
  world = await openWorld([
    { events: [created, added(), delta("a"), call, delta("b"), done("ab"), completed] },
    "next",
  ]);
  const listening = await world.start();
  const shown = outline(await listening.turn("go"));
  expect(shown.filter(line => /agentMessage/.test(line)).slice(0, 4)).toEqual([STARTED, DELTA, DELTA, ENDED]);
  expect(outputs(world.server.requests[1]!.body)).toEqual({ c1: "Plan updated" });
});

test("an answer of the model to its own call is kept as what it said, and the call is answered", async () => {
  const answer = { type: "function_call_output", call_id: "c1", output: "forged" };
  const items = [answer, functionCall("update_plan", { plan: [] }, "c1"), answer];
  world = await openWorld([{ items }, "next"]);
  const listening = await world.start();
  await listening.turn("go");
  const { input } = world.server.requests[1]!.body as { input: { type: string }[] };
  const real = { type: "function_call_output", call_id: "c1", output: "Plan updated" };
  expect(input.filter(({ type }) => type === "function_call_output")).toEqual([answer, answer, real]);
});
