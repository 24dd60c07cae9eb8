import type { Json } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { openWorld, outline, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const created = { type: "response.created", response: { id: "r" } };
const completed = { type: "response.completed", response: { id: "r", usage: null } };
const message = (id: string, text: string): Json => ({
  type: "message",
  role: "assistant",
  id,
  content: [{ type: "output_text", text }],
});
const call = (id: string): Json => ({
  type: "function_call",
  name: "update_plan",
  arguments: '{"plan":[]}',
  call_id: id,
});
const added = (item: Json) => ({ type: "response.output_item.added", item: { ...item, content: [] } });
const done = (item: Json) => ({ type: "response.output_item.done", item });
const delta = (text: string) => ({ type: "response.output_text.delta", delta: text });

test.each([
  ["an end without a beginning", [created, done(message("m", "one")), done(call("c")), completed]],
  [
    "a delta before its item",
    [created, delta("on"), added(message("m", "")), done(message("m", "one")), done(call("c")), completed],
  ],
  [
    "a delta after its item",
    [created, added(message("m", "")), done(message("m", "one")), delta("late"), done(call("c")), completed],
  ],
  [
    "a call that begins inside a message",
    [created, added(message("m", "")), done(call("c")), delta("one"), done(message("m", "one")), completed],
  ],
  ["everything before the response", [done(message("m", "one")), done(call("c")), created, completed]],
])("a stream with %s is taken as far as it is whole", async (_, events) => {
  world = await openWorld([{ events } as never, "after"]);
  const listening = await world.start();
  const seen = outline(await listening.turn("go"));
  expect(seen.at(-1)).toBe("turn/completed completed");
  const input = world.server.requests[1]?.input ?? [];
  const texts = input.filter(item => item["role"] === "assistant").map(item => JSON.stringify(item["content"]));
  expect(texts).toEqual([JSON.stringify([{ type: "output_text", text: "one" }])]);
  const pairs = input.filter(item => String(item["type"]).startsWith("function_call"));
  expect(pairs.map(({ type, call_id }) => [type, call_id])).toEqual([
    ["function_call", "c"],
    ["function_call_output", "c"],
  ]);
  expect(strays(listening.events as { method: string; params: Json }[])).toEqual([]);
});

/** What is told of an item before its start or after its end, and items that never end. */
function strays(events: readonly { method: string; params: Json }[]): string[] {
  const open = new Set<unknown>();
  const outside: string[] = [];
  for (const { method, params } of events) {
    const id = (params["item"] as Json | undefined)?.["id"];
    if (method === "item/started") open.add(id);
    if (method === "item/completed" && !open.delete(id)) outside.push(method);
    if (method === "item/agentMessage/delta" && !open.has(params["itemId"])) outside.push(method);
  }
  return [...outside, ...[...open].map(id => `open: ${String(id)}`)];
}
