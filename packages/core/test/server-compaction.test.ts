import { functionCall, type Json, type Script } from "@codex-ts-tools/model-server";
import { fallbackModel } from "@codex-ts/model-provider";
import type { ResponseItem } from "@codex-ts/protocol/models";
import { afterEach, expect, test } from "vitest";
import { withoutExcess } from "../src/turn/server-compaction.ts";
import { openWorld, outline, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const message = (role: string, text: string) => ({
  type: "message",
  role,
  content: [{ type: role === "assistant" ? "output_text" : "input_text", text }],
});
const OUTPUT = [
  message("user", "hello one"),
  message("assistant", "said"),
  message("developer", "not kept"),
  message("user", "<environment_context>\n  <cwd>/x</cwd>\n</environment_context>"),
  message("user", '<hook_prompt hook_run_id="1">go on</hook_prompt>'),
  { type: "reasoning", summary: [], encrypted_content: "x" },
  { type: "function_call", name: "f", arguments: "{}", call_id: "c" },
  { type: "function_call_output", call_id: "c", output: "o" },
  { type: "compaction", encrypted_content: "ENCRYPTED" },
];

/** A model server that compacts by itself. */
async function open(replies: Script, answer: unknown, config = ""): Promise<void> {
  const script = { replies, routes: { "POST /responses/compact": answer } } as Script;
  world = await openWorld(script, { providerName: "OpenAI", config });
}

const compactions = () => world.server.log.filter(({ path }) => path.endsWith("/responses/compact"));

function input(n: number): string[] {
  return world.server.requests[n]!.input.map(item => {
    const [part] = (item["content"] ?? []) as { text: string }[];
    const text = part?.text ?? "";
    if (text.startsWith("<permissions")) return "context";
    if (text.startsWith("<environment_context>")) return "environment";
    return `${String(item["role"] ?? item["type"])}${text === "" ? "" : ` ${text}`}`;
  });
}

const KEPT = [
  "user hello one",
  "assistant said",
  'user <hook_prompt hook_run_id="1">go on</hook_prompt>',
  "compaction",
];

test("a server that can compact does it, and what was really said stays", async () => {
  await open(["first", "after"], { body: { output: OUTPUT } });
  const listening = await world.start();
  await listening.turn("hello one");
  const from = listening.events.length;
  listening.thread.submit({ type: "compact" });
  await listening.until(event => event.method === "turn/completed", from);
  expect(outline(listening.events.slice(from)).filter(line => !line.startsWith("account"))).toEqual([
    "turn/started inProgress",
    "item/started contextCompaction",
    "thread/tokenUsage/updated",
    "item/completed contextCompaction",
    "turn/completed completed",
  ]);
  await listening.turn("after");
  const [asked] = compactions();
  expect(Object.keys(asked!.body)).toEqual([
    "model",
    "input",
    "instructions",
    "tools",
    "parallel_tool_calls",
    "reasoning",
    "text",
  ]);
  const sampled = world.server.requests[0]!.body;
  for (const same of ["model", "instructions", "tools", "parallel_tool_calls", "reasoning", "text"]) {
    expect(asked!.body[same]).toEqual(sampled[same]);
  }
  expect((asked!.body["input"] as Json[]).map(item => item["role"])).toEqual([
    "developer",
    "user",
    "user",
    "assistant",
  ]);
  expect(asked!.headers["x-codex-installation-id"]).toMatch(/^[0-9a-f-]{36}$/);
  expect(asked!.headers["x-codex-turn-metadata"]).toBeUndefined();
  expect(asked!.headers["x-client-request-id"]).toBeUndefined();
  expect(asked!.headers["x-codex-window-id"]).toBe(`${listening.thread.id}:0`);
  expect(input(1)).toEqual([...KEPT, "context", "environment", "user after"]);
  expect(world.server.requests[1]!.headers["x-codex-window-id"]).toBe(`${listening.thread.id}:1`);
});

test("in the middle of a turn the context stands before the last words of the person", async () => {
  await open(
    [{ items: [functionCall("update_plan", { plan: [] }, "c1")], usage: { input: 5000, output: 0 } }, "done"],
    { body: { output: OUTPUT } },
    "model_auto_compact_token_limit = 1000",
  );
  const events = await (await world.start()).turn("go");
  expect(input(1)).toEqual(["context", "environment", ...KEPT]);
  expect(outline(events)).toContain("item/completed contextCompaction");
  expect(outline(events)).not.toContain("warning");
});

test("the server is not asked to compact in the shape that the turn's answer is to have", async () => {
  await open(
    [
      { text: "a", usage: { input: 300_000, output: 0 } },
      { items: [functionCall("update_plan", { plan: [] }, "c1")], usage: { input: 300_000, output: 0 } },
      "{}",
    ],
    { body: { output: OUTPUT } },
  );
  const listening = await world.start();
  await listening.turn("one");
  await listening.turn("two", { outputSchema: { type: "object" } });
  const formats = (requests: readonly { body: Json }[]) =>
    requests.map(({ body }) => (body["text"] as { format?: unknown } | undefined)?.format);
  const shape = expect.objectContaining({ schema: { type: "object" } });
  expect(formats(compactions())).toEqual([undefined, undefined]);
  expect(formats(world.server.requests)).toEqual([undefined, shape, shape]);
});

test("a conversation of nothing but the server's own part gets its context before that", async () => {
  await open(
    [{ items: [functionCall("update_plan", { plan: [] }, "c1")], usage: { input: 5000, output: 0 } }, "done"],
    { body: { output: OUTPUT.slice(-1) } },
    "model_auto_compact_token_limit = 1000",
  );
  await (await world.start()).turn("go");
  expect(input(1)).toEqual(["context", "environment", "compaction"]);
});

test.each([
  ["refuses", { status: 400, body: { error: { message: "no" } } }, '{"error":{"message":"no"}}'],
  ["answers nonsense", { body: "nonsense" }, "stream disconnected before completion: the compacted conversation"],
  ["stays away", { status: 404, body: "gone" }, "unexpected status 404 Not Found: gone"],
])("a server that %s ends the turn and leaves the history alone", async (_name, answer, why) => {
  await open(["first", "after"], answer);
  const listening = await world.start();
  await listening.turn("hello one");
  const from = listening.events.length;
  listening.thread.submit({ type: "compact" });
  await listening.until(event => event.method === "turn/completed", from);
  const failed = listening.events.slice(from).find(event => event.method === "error");
  expect(failed?.params).toMatchObject({
    willRetry: false,
    error: { message: expect.stringContaining(`Error running remote compact task: ${why}`) },
  });
  expect(outline(listening.events.slice(from)).at(-1)).toBe("turn/completed failed");
  await listening.turn("after");
  expect(input(1)).toEqual(["context", "environment", "user hello one", "assistant first", "user after"]);
});

test("an empty conversation is not sent", async () => {
  await open(["after"], { status: 500 });
  const listening = await world.start();
  listening.thread.submit({ type: "compact" });
  await listening.until(event => event.method === "turn/completed");
  expect(compactions()).toEqual([]);
  await listening.turn("after");
  expect(input(0)).toEqual(["context", "environment", "user after"]);
});

test("an interrupt ends a compaction at once", async () => {
  await open(["first", "after"], { body: { output: OUTPUT }, delayMs: 60_000 });
  const listening = await world.start();
  await listening.turn("hello one");
  const from = listening.events.length;
  listening.thread.submit({ type: "compact" });
  await listening.until(event => event.method === "item/started", from);
  await listening.thread.interrupt();
  expect(outline(listening.events.slice(from)).at(-1)).toBe("turn/completed interrupted");
  await listening.turn("after");
  expect(input(1).slice(2)).toEqual([
    "user hello one",
    "assistant first",
    expect.stringContaining("turn_aborted"),
    "user after",
  ]);
});

test("a thread that goes to a model with less room is compacted by the model before", async () => {
  const model = (slug: string, context_window: number) => ({ ...fallbackModel(slug), context_window });
  world = await openWorld([{ text: "a", usage: { input: 250_000, output: 0 } }, "SUMMARY", "after"], {
    model: "large",
    runtime: { models: [model("large", 400_000), model("small", 200_000)] },
  });
  const listening = await world.start();
  await listening.turn("one");
  const events = await listening.turn("two", { overrides: { model: "small" } });
  expect(world.server.requests.map(({ body }) => body["model"])).toEqual(["large", "large", "small"]);
  expect(outline(events).filter(line => line.includes("ompact"))).toEqual([
    "item/started contextCompaction",
    "item/completed contextCompaction",
  ]);
});

test("what the runtime added last is left out while the conversation is too long for the server", () => {
  const call = (id: string): ResponseItem => ({ type: "function_call", name: "f", arguments: "{}", call_id: id });
  const output = (id: string, length: number): ResponseItem => ({
    type: "function_call_output",
    call_id: id,
    output: "x".repeat(length),
  });
  const said = message("user", "hello") as ResponseItem;
  const developer = message("developer", "d") as ResponseItem;
  const items = [said, call("a"), output("a", 4000), call("b"), output("b", 4000), developer];
  const kept = (window: number | null) =>
    withoutExcess(items, { window, instructions: "" }).map(item => items.indexOf(item));
  expect(kept(null)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(kept(10_000)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(kept(1500)).toEqual([0, 1, 2]);
  expect(kept(500)).toEqual([0]);
  expect(kept(1)).toEqual([0]);
});
