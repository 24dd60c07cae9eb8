import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { fileLines, openWorld, outline, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

function texts(n: number): string[] {
  const { input } = world.server.requests[n]!.body as unknown as {
    input: { type: string; content?: { text: string }[] }[];
  };
  return input.map(({ type, content }) => content?.[0]?.text ?? type);
}

test("a person's own command is a turn of its own, and the model reads of it in the next one", async () => {
  world = await openWorld([{ text: "ok" }]);
  const listening = await world.start();
  listening.thread.submit({ type: "userShell", command: "echo mine; exit 3" });
  await listening.until(event => event.method === "turn/completed");
  const shown = listening.events.flatMap(event => (event.method === "item/completed" ? [event.params.item] : []));
  expect(shown).toMatchObject([
    { type: "commandExecution", source: "userShell", status: "failed", exitCode: 3, aggregatedOutput: "mine\n" },
  ]);
  await listening.turn("go");
  expect(texts(0)[0]).toMatch(
    /^<user_shell_command>\n<command>\necho mine; exit 3\n<\/command>\n<result>\nExit code: 3\nDuration: \d\.\d{4} seconds\nOutput:\nmine\n\n<\/result>\n<\/user_shell_command>$/,
  );
});

test("a person's command during a turn joins it", async () => {
  const waits = functionCall("exec_command", { cmd: "until [ -e over ]; do sleep 0.05; done" }, "c1");
  world = await openWorld([{ items: [waits] }, { text: "ok" }]);
  const listening = await world.start();
  const running = listening.turn("go");
  await listening.until(event => JSON.stringify(event.params).includes("-e over"));
  listening.thread.submit({ type: "userShell", command: "echo beside" });
  await listening.until(event => outline([event])[0] === "item/completed commandExecution:completed");
  await writeFile(join(world.cwd, "over"), "");
  const events = await running;
  expect(texts(1).at(-1)).toContain("Output:\nbeside\n");
  expect(outline(events).filter(line => line.startsWith("turn/")).length).toBe(2);
});

test("a command without words is shown to have been one", async () => {
  world = await openWorld([{ items: [functionCall("shell", { command: [] }, "c1")] }, { text: "ok" }]);
  const listening = await world.start();
  const events = await listening.turn("go");
  const shown = events.flatMap(event => (event.method === "item/completed" ? [event.params.item] : []));
  expect(shown).toContainEqual(
    expect.objectContaining({
      type: "commandExecution",
      status: "declined",
      commandActions: [{ type: "unknown", command: "" }],
    }),
  );
  expect(outputs(world.server.requests[1]!.body)["c1"]).toBe("command args are empty");
});

test("a command without words is asked about like any other that is not known", async () => {
  world = await openWorld([{ items: [functionCall("shell", { command: [] }, "c1")] }, { text: "ok" }], {
    config: 'approval_policy = "untrusted"',
  });
  const listening = await world.start();
  const asked: object[] = [];
  listening.answer = ({ params }) => {
    asked.push(params);
    return { decision: "accept" };
  };
  await listening.turn("go");
  expect(asked).toMatchObject([
    {
      command: "",
      proposedExecpolicyAmendment: [],
      availableDecisions: ["accept", { acceptWithExecpolicyAmendment: { execpolicy_amendment: [] } }, "cancel"],
    },
  ]);
  expect(outputs(world.server.requests[1]!.body)["c1"]).toBe("command args are empty");
});

test("every putting in of items is numbered, also where the surroundings have been told", async () => {
  world = await openWorld({ otherwise: "ok" });
  const listening = await world.start();
  const inject = () =>
    listening.thread.injectItems([{ type: "message", role: "user", content: [{ type: "input_text", text: "x" }] }]);
  await listening.turn("go");
  await inject();
  await inject();
  const from = listening.events.length;
  listening.thread.submit({ type: "compact" });
  await listening.until(event => event.method === "turn/completed", from);
  await inject();
  const contexts = (await fileLines(listening)).filter(({ type }) => type === "turn_context");
  expect(contexts.at(-1)?.payload["turn_id"]).toBe("auto-compact-3");
});

test("items can be put into the conversation from outside, behind what the model is told of its surroundings once", async () => {
  world = await openWorld([{ text: "ok" }]);
  const listening = await world.start();
  await expect(listening.thread.injectItems([])).rejects.toThrow("items must not be empty");
  await listening.thread.injectItems([
    { type: "message", role: "user", content: [{ type: "input_text", text: "from outside" }] },
  ]);
  await listening.turn("go");
  expect(texts(0).map(text => text.split(/[\n>]/, 1)[0])).toEqual([
    "<permissions instructions",
    "<environment_context",
    "from outside",
    "go",
  ]);
  const lines = (await readFile(listening.thread.rolloutPath!, "utf8"))
    .trim()
    .split("\n")
    .map(line => JSON.parse(line));
  const contexts = lines.flatMap(({ type, payload }) => (type === "turn_context" ? [payload.turn_id] : []));
  expect(contexts).toEqual(["auto-compact-1", expect.stringMatching(/^[0-9a-f-]{36}$/)]);
});

test("questions outside of the thread are counted, and there cannot be fewer than none (core V23)", async () => {
  world = await openWorld([]);
  const { thread } = await world.start();
  expect([thread.holdTime(), thread.holdTime(), thread.releaseTime(), thread.releaseTime()]).toEqual([1, 2, 1, 0]);
  expect(() => thread.releaseTime()).toThrow("out-of-band elicitation count is already zero");
});

test("while time stands still a command does not return, and then tells all of it (core V24)", async () => {
  world = await openWorld([
    { items: [functionCall("exec_command", { cmd: "sleep 0.6; echo done", yield_time_ms: 250 }, "c1")] },
    { text: "ok" },
  ]);
  const listening = await world.start();
  listening.thread.holdTime();
  const running = listening.turn("go");
  await listening.until(event => outline([event])[0] === "item/completed commandExecution:completed");
  await new Promise(resolve => setTimeout(resolve, 200));
  expect(world.server.requests.length).toBe(1);
  listening.thread.releaseTime();
  await running;
  expect(outputs(world.server.requests[1]!.body)["c1"]).toMatch(/Process exited with code 0\n.*\ndone\n$/s);
});

test("while time stands still the limit of a command does not run out, and then goes on where it was", async () => {
  world = await openWorld([
    { items: [functionCall("shell_command", { command: "sleep 0.9; echo done", timeout_ms: 600 }, "c1")] },
    { items: [functionCall("shell_command", { command: "sleep 9.0405", timeout_ms: 300 }, "c2")] },
    { text: "ok" },
  ]);
  const listening = await world.start();
  listening.thread.holdTime();
  const running = listening.turn("go");
  await listening.until(event => JSON.stringify(event.params).includes("9.0405"));
  expect(outputs(world.server.requests[1]!.body)["c1"]).toMatch(/^Exit code: 0\n.*\ndone\n$/s);
  await new Promise(resolve => setTimeout(resolve, 500));
  expect(world.server.requests.length).toBe(2);
  listening.thread.releaseTime();
  await running;
  expect(outputs(world.server.requests[2]!.body)["c2"]).toMatch(
    /^Exit code: 124\n.*command timed out after \d+ milliseconds\n$/s,
  );
});

test("an interrupt ends a turn whose time stands still", async () => {
  world = await openWorld([
    { items: [functionCall("exec_command", { cmd: "sleep 9.0404", yield_time_ms: 250 }, "c1")] },
    { text: "ok" },
  ]);
  const listening = await world.start();
  listening.thread.holdTime();
  const running = listening.turn("go");
  await listening.until(event => JSON.stringify(event.params).includes("9.0404"));
  await listening.thread.interrupt();
  expect(outline(await running).at(-1)).toBe("turn/completed interrupted");
});
