import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { openWorld, outline, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const text = (value: string) => ({ type: "text" as const, text: value, text_elements: [] });

test("input during a tool call follows after the call's output, in the same turn (core V13)", async () => {
  world = await openWorld([{ items: [functionCall("exec_command", { cmd: "sleep 0.4" }, "c1")] }, { text: "done" }]);
  const listening = await world.start();
  const running = listening.turn("first");
  await listening.until(event => JSON.stringify(event.params).includes("sleep 0.4"));
  expect(listening.thread.steer([text("more")], listening.thread.activeTurnId!)).toBe(listening.thread.activeTurnId);
  const events = await running;
  const { input } = world.server.requests[1]!.body as { input: { type: string; content?: { text: string }[] }[] };
  expect(input.slice(-3).map(({ type, content }) => content?.[0]?.text ?? type)).toEqual([
    "function_call",
    "function_call_output",
    "more",
  ]);
  expect(outline(events).filter(line => line.startsWith("turn/"))).toEqual([
    "turn/started inProgress",
    "turn/completed completed",
  ]);
  expect(outline(events).filter(line => line === "item/completed userMessage").length).toBe(2);
});

test("a second user turn during a turn joins it", async () => {
  world = await openWorld([{ items: [functionCall("exec_command", { cmd: "sleep 0.3" }, "c1")] }, { text: "done" }]);
  const listening = await world.start();
  const running = listening.turn("first");
  await listening.until(event => JSON.stringify(event.params).includes("sleep 0.3"));
  listening.thread.submit({ type: "userTurn", input: [text("second")] });
  const events = await running;
  expect(outline(events).filter(line => line.startsWith("turn/")).length).toBe(2);
  expect(JSON.stringify(world.server.requests[1]!.body)).toContain("second");
});

test("input that comes while the last answer streams makes the model answer once more", async () => {
  let release = () => {};
  const hold = new Promise<void>(resolve => (release = resolve));
  world = await openWorld([{ text: "answer", hold }, { text: "more" }]);
  const listening = await world.start();
  const running = listening.turn("first");
  await listening.until(event => outline([event])[0] === "item/completed agentMessage");
  listening.thread.steer([text("late")]);
  release();
  await running;
  expect(world.server.requests.length).toBe(2);
});

test("steering says what is wrong with it (core V15)", async () => {
  world = await openWorld([{ text: "x", hang: true }]);
  const listening = await world.start();
  expect(() => listening.thread.steer([text("x")])).toThrow("no active turn to steer");
  expect(() => listening.thread.steer([])).toThrow("input must not be empty");
  const running = listening.turn("go");
  await listening.until(event => event.method === "item/agentMessage/delta");
  expect(() => listening.thread.steer([text("x")], "nope")).toThrow(
    `expected active turn id \`nope\` but found \`${listening.thread.activeTurnId}\``,
  );
  await listening.thread.interrupt();
  await running;
});

test("a turn without input is an error and starts nothing", async () => {
  world = await openWorld([]);
  const listening = await world.start();
  listening.thread.submit({ type: "userTurn", input: [] });
  expect(await listening.until(event => event.method === "error")).toMatchObject({
    params: { error: { message: "input must not be empty", codexErrorInfo: "badRequest" }, willRetry: false },
  });
  expect(listening.thread.state).toBe("idle");
});
