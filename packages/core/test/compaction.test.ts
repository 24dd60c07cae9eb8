import { readFile } from "node:fs/promises";
import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { SUMMARY_PREFIX } from "../src/prompts/compaction.ts";
import { openWorld, outline, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

interface Body {
  input: { type: string; role?: string; content?: { text: string }[] }[];
  tools: unknown[];
  parallel_tool_calls: boolean;
}

function input(n: number): string[] {
  return (world.server.requests[n]!.body as unknown as Body).input.map(({ type, role, content }) => {
    const text = content?.[0]?.text ?? "";
    if (text.startsWith("<permissions")) return `${role} context`;
    if (text.startsWith("<environment_context>")) return `${role} environment`;
    if (text.startsWith(SUMMARY_PREFIX)) return `${role} summary ${text.slice(SUMMARY_PREFIX.length + 1)}`;
    return role === undefined ? type : `${role} ${text}`;
  });
}

test("compaction on request replaces the history by the user's messages and a summary (core V16)", async () => {
  world = await openWorld([{ text: "answer" }, { text: "SUMMARY" }, { text: "ok" }], {
    config: 'compact_prompt = "PLEASE COMPACT"',
  });
  const listening = await world.start();
  await listening.turn("hello one");
  const from = listening.events.length;
  listening.thread.submit({ type: "compact" });
  await listening.until(event => event.method === "turn/completed", from);
  expect(outline(listening.events.slice(from)).filter(line => !line.startsWith("account"))).toEqual([
    "turn/started inProgress",
    "item/started contextCompaction",
    "thread/tokenUsage/updated",
    "thread/tokenUsage/updated",
    "thread/tokenUsage/updated",
    "item/completed contextCompaction",
    "warning",
    "turn/completed completed",
  ]);
  await listening.turn("after");
  expect(input(1)).toEqual([
    "developer context",
    "user environment",
    "user hello one",
    "assistant answer",
    "user PLEASE COMPACT",
  ]);
  const compactBody = world.server.requests[1]!.body as unknown as Body;
  expect([compactBody.tools, compactBody.parallel_tool_calls]).toEqual([[], false]);
  expect(input(2)).toEqual([
    "user hello one",
    "user summary SUMMARY",
    "developer context",
    "user environment",
    "user after",
  ]);
  expect(world.server.requests.map(({ headers }) => String(headers["x-codex-window-id"]).split(":")[1])).toEqual([
    "0",
    "0",
    "1",
  ]);
});

test("a turn that grows too long compacts in the middle and goes on with its whole context (core V17, rollout V9)", async () => {
  world = await openWorld(
    [
      { items: [functionCall("update_plan", { plan: [] }, "c1")], usage: { input: 4000, output: 1000 } },
      { text: "SUMMARY" },
      { text: "done" },
    ],
    { config: "model_auto_compact_token_limit = 1000" },
  );
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(input(2)).toEqual(["developer context", "user environment", "user go", "user summary SUMMARY"]);
  expect(outline(events).at(-1)).toBe("turn/completed completed");
  const lines = (await readFile(listening.thread.rolloutPath!, "utf8")).trimEnd().split("\n");
  const kinds = lines.map(
    line => JSON.parse(line) as { type: string; payload: { type?: string; replacement_history?: unknown[] } },
  );
  const at = kinds.findIndex(({ type }) => type === "compacted");
  expect(kinds[at]!.payload.replacement_history?.length).toBe(4);
  expect(kinds.slice(at + 1, at + 4).map(({ type, payload }) => payload.type ?? type)).toEqual([
    "turn_context",
    "token_count",
    "context_compacted",
  ]);
});

test("a compaction has no part in the sticky routing of its turn", async () => {
  const routed = (value: string) => ({ headers: { "x-codex-turn-state": value } });
  const call = (id: string) => functionCall("update_plan", { plan: [] }, id);
  world = await openWorld(
    [
      { items: [call("c1")], usage: { input: 4000, output: 1000 }, ...routed("turn") },
      { text: "SUMMARY", ...routed("compaction") },
      { text: "done" },
    ],
    { config: "model_auto_compact_token_limit = 1000" },
  );
  const listening = await world.start();
  await listening.turn("go");
  expect(world.server.requests.map(({ headers }) => headers["x-codex-turn-state"])).toEqual([
    undefined,
    undefined,
    "turn",
  ]);
});

test("a window that the server calls full is compacted by the next turn, however much the thread used before; sums stay", async () => {
  const usage = { input: 100_000, output: 10 };
  const full = { failed: { code: "context_length_exceeded", message: "x" } };
  world = await openWorld([
    { text: "a", usage },
    { text: "b", usage },
    { text: "c", usage },
    full,
    { text: "SUMMARY" },
  ]);
  const listening = await world.start();
  for (const text of ["one", "two", "three", "four"]) await listening.turn(text);
  const counts = listening.events.filter(event => event.method === "thread/tokenUsage/updated");
  expect(counts.at(-1)?.params.tokenUsage).toMatchObject({
    total: { inputTokens: 300_000, outputTokens: 30, totalTokens: 300_030 },
    last: { inputTokens: 0, totalTokens: 258_400 },
  });
  await listening.turn("five");
  expect(input(5)).toContain("user summary SUMMARY");
  expect(world.server.requests).toHaveLength(6);
});

test("a thread that is too long compacts before the next prompt (core V18)", async () => {
  world = await openWorld([{ text: "a", usage: { input: 300_000, output: 10 } }, { text: "SUMMARY" }, { text: "ok" }]);
  const listening = await world.start();
  await listening.turn("one");
  const events = await listening.turn("two");
  const shown = outline(events).filter(line => /context|userMessage|warning/.test(line));
  expect(shown).toEqual([
    "item/started contextCompaction",
    "item/completed contextCompaction",
    "warning",
    "item/started userMessage",
    "item/completed userMessage",
  ]);
  expect(input(2)).toEqual(["user one", "user summary SUMMARY", "developer context", "user environment", "user two"]);
  const [, compacted, after] = events.flatMap(event =>
    event.method === "thread/tokenUsage/updated" ? [event.params.tokenUsage] : [],
  );
  expect(after!.total).toEqual(compacted!.total);
  expect(after!.last).toEqual({
    inputTokens: 0,
    cachedInputTokens: 0,
    outputTokens: 0,
    reasoningOutputTokens: 0,
    totalTokens: expect.any(Number),
  });
});

test("a summary is not asked for in the shape that the turn's answer is to have", async () => {
  world = await openWorld([{ text: "a", usage: { input: 300_000, output: 0 } }, { text: "SUMMARY" }, { text: "{}" }]);
  const listening = await world.start();
  await listening.turn("one");
  await listening.turn("two", { outputSchema: { type: "object" } });
  const formats = world.server.requests.map(({ body }) => (body["text"] as { format?: unknown } | undefined)?.format);
  expect(formats).toEqual([undefined, undefined, expect.objectContaining({ schema: { type: "object" } })]);
});

test("a compaction that is itself too long drops the oldest items", async () => {
  world = await openWorld([
    { text: "answer" },
    { failed: { code: "context_length_exceeded" } },
    { failed: { code: "context_length_exceeded" } },
    { text: "SUMMARY" },
    { text: "ok" },
  ]);
  const listening = await world.start();
  await listening.turn("one");
  listening.thread.submit({ type: "compact" });
  await listening.until(event => event.method === "item/completed" && event.params.item.type === "contextCompaction");
  expect(input(3).slice(0, 2)).toEqual(["user one", "assistant answer"]);
});

test("a failed compaction ends its turn and leaves the history alone", async () => {
  world = await openWorld([
    { text: "answer" },
    { failed: { code: "insufficient_quota" } },
    { failed: { code: "insufficient_quota" } },
    { text: "ok" },
  ]);
  const listening = await world.start();
  await listening.turn("one");
  const from = listening.events.length;
  listening.thread.submit({ type: "compact" });
  await listening.until(event => event.method === "turn/completed", from);
  expect(outline(listening.events).at(-1)).toBe("turn/completed failed");
  await listening.turn("two");
  expect(input(3)).toEqual(["developer context", "user environment", "user one", "assistant answer", "user two"]);
});

test("steering a compaction is refused", async () => {
  world = await openWorld([{ text: "answer" }, { text: "S", hang: true }]);
  const listening = await world.start();
  await listening.turn("one");
  const from = listening.events.length;
  listening.thread.submit({ type: "compact" });
  await listening.until(event => event.method === "item/started", from);
  expect(() => listening.thread.steer([{ type: "text", text: "x", text_elements: [] }])).toThrow(
    "cannot steer a compact turn",
  );
  await listening.thread.interrupt();
});
