import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { openWorld, outline, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

function lineKinds(text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .map(line => {
      const { type, payload } = JSON.parse(line) as { type: string; payload: { type?: string; role?: string } };
      return [type, payload.type, payload.role].filter(part => part !== undefined).join(" ");
    });
}

function processesWith(marker: string): string {
  try {
    return execFileSync("pgrep", ["-f", marker], { encoding: "utf8" });
  } catch {
    return "";
  }
}

test("an interrupt during a shell command stops it, and the model reads that it was stopped (core V14, rollout V7)", async () => {
  world = await openWorld([
    { items: [functionCall("shell_command", { command: "sleep 20.0101" }, "c1")] },
    { text: "after" },
  ]);
  const listening = await world.start();
  const running = listening.turn("go");
  await listening.until(event => outline([event])[0] === "item/started commandExecution:inProgress");
  await listening.thread.interrupt();
  const events = await running;
  expect(outline(events).at(-1)).toBe("turn/completed interrupted");
  expect(outline(events)).not.toContain("item/completed commandExecution:failed");
  const kinds = lineKinds(await readFile(listening.thread.rolloutPath!, "utf8"));
  expect(kinds.slice(-5)).toEqual([
    "response_item function_call",
    "event_msg token_count",
    "response_item function_call_output",
    "response_item message user",
    "event_msg turn_aborted",
  ]);
  expect(processesWith("sleep 20.0101")).toBe("");

  await listening.turn("next");
  const { body } = world.server.requests[1]!;
  expect(outputs(body)["c1"]).toMatch(/^Wall time: \d+\.\d seconds\naborted by user$/);
  const { input } = body as unknown as { input: { type: string; role?: string; content?: { text: string }[] }[] };
  expect(input.slice(-4).map(({ type, role, content }) => [type, role, content?.[0]?.text.split("\n")[0]])).toEqual([
    ["function_call", undefined, undefined],
    ["function_call_output", undefined, undefined],
    ["message", "user", "<turn_aborted>"],
    ["message", "user", "next"],
  ]);
});

test("an interrupt while the model answers ends the turn at once", async () => {
  world = await openWorld([{ text: "long answer", hang: true }]);
  const listening = await world.start();
  const running = listening.turn("go");
  await listening.until(event => event.method === "item/agentMessage/delta");
  const before = performance.now();
  await listening.thread.interrupt();
  expect(performance.now() - before).toBeLessThan(20_000);
  expect(outline(await running).at(-1)).toBe("turn/completed interrupted");
});

test("an interrupt before the model has answered at all ends the turn at once", async () => {
  world = await openWorld([{ text: "never", delayMs: 60_000 }]);
  const listening = await world.start();
  const running = listening.turn("go");
  await listening.until(event => outline([event])[0] === "item/completed userMessage");
  await listening.thread.interrupt();
  expect(outline(await running).at(-1)).toBe("turn/completed interrupted");
});

test("an interrupt while a person is asked closes the question after the end of the turn was told", async () => {
  world = await openWorld([{ items: [functionCall("shell_command", { command: "touch a" }, "c1")] }, { text: "x" }], {
    config: 'approval_policy = "untrusted"',
  });
  const listening = await world.start();
  listening.answer = () => undefined;
  const running = listening.turn("go");
  const question = await listening.until(event => event.kind === "request");
  const order: string[] = [];
  if (question.kind === "request") question.settled.addEventListener("abort", () => order.push("settled"));
  listening.thread.subscribe(event => order.push(event.method));
  await listening.thread.interrupt();
  const events = await running;
  expect(order).toEqual(["turn/completed", "settled"]);
  expect(outline(events).filter(line => line.startsWith("item/completed command"))).toEqual([]);
});

test("a process that was left running survives an interrupt and not the end of the thread", async () => {
  world = await openWorld([
    { items: [functionCall("exec_command", { cmd: "sleep 30.0202", yield_time_ms: 250 }, "c1")] },
    { items: [functionCall("exec_command", { cmd: "sleep 30.0303" }, "c2")] },
  ]);
  const listening = await world.start();
  const running = listening.turn("go");
  await listening.until(
    event => "item" in event.params && outline([event])[0] === "item/started commandExecution:inProgress",
    8,
  );
  await listening.until(event => JSON.stringify(event.params).includes("30.0303"));
  await listening.thread.interrupt();
  await running;
  expect(processesWith("sleep 30.0202")).not.toBe("");
  await listening.thread.shutdown();
  expect(processesWith("sleep 30.0202")).toBe("");
  expect(processesWith("sleep 30.0303")).toBe("");
});

test("interrupting an idle thread, or another turn, is refused", async () => {
  world = await openWorld([{ text: "a", hang: true }]);
  const listening = await world.start();
  await expect(listening.thread.interrupt()).rejects.toThrow("no active turn to interrupt");
  const running = listening.turn("go");
  await listening.until(event => event.method === "item/agentMessage/delta");
  await expect(listening.thread.interrupt("other")).rejects.toThrow(
    `expected active turn id other but found ${listening.thread.activeTurnId}`,
  );
  await listening.thread.interrupt();
  await running;
});

test("the thread's end ends the running turn as interrupted", async () => {
  world = await openWorld([{ text: "a", hang: true }]);
  const listening = await world.start();
  const running = listening.turn("go");
  await listening.until(event => event.method === "item/agentMessage/delta");
  await listening.thread.shutdown();
  expect(outline(await running).at(-1)).toBe("turn/completed interrupted");
  expect(() => listening.thread.submit({ type: "compact" })).toThrow("agent loop died");
});

test("an interrupt during a compaction leaves the history alone", async () => {
  world = await openWorld([{ text: "answer" }, { text: "S", hang: true }, { text: "ok" }]);
  const listening = await world.start();
  await listening.turn("one");
  const from = listening.events.length;
  listening.thread.submit({ type: "compact" });
  await listening.until(event => outline([event])[0] === "item/started contextCompaction", from);
  await listening.thread.interrupt();
  expect(outline(listening.events).at(-1)).toBe("turn/completed interrupted");
  await listening.turn("two");
  expect(JSON.stringify(world.server.requests[2]!.body)).toContain("answer");
});

test("an interrupt while a retry waits ends the turn at once", async () => {
  world = await openWorld([
    { failed: { code: "rate_limit_exceeded", message: "try again in 60 seconds" } },
    { text: "x" },
  ]);
  const listening = await world.start();
  const running = listening.turn("go");
  await listening.until(event => event.method === "error");
  const before = performance.now();
  await listening.thread.interrupt();
  expect(outline(await running).at(-1)).toBe("turn/completed interrupted");
  expect(performance.now() - before).toBeLessThan(20_000);
  expect(world.server.requests.length).toBe(1);
});

test("a command that ignores signals is gone after an interrupt, and so is what it started", async () => {
  const command = "trap '' TERM INT; (trap '' TERM INT; sleep 40.0505) & sleep 40.0606";
  world = await openWorld([{ items: [functionCall("shell_command", { command, timeout_ms: 60_000 }, "c1")] }]);
  const listening = await world.start();
  const running = listening.turn("go");
  await listening.until(event => outline([event])[0] === "item/started commandExecution:inProgress");
  await expect.poll(() => processesWith("sleep 40.0505")).not.toBe("");
  await listening.thread.interrupt();
  await running;
  await expect.poll(() => processesWith("sleep 40.0[56]0[56]")).toBe("");
});
