import { appendFile, readFile } from "node:fs/promises";
import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import { Listening, openWorld, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const OK = { text: "ok" };

function prompts(n: number): string[] {
  const { input } = world.server.requests[n]!.body as unknown as {
    input: { role?: string; type: string; content?: { text: string }[] }[];
  };
  return input.map(({ role, type, content }) => {
    const text = content?.[0]?.text ?? type;
    return text.startsWith("<") ? `${role} ${/^<[a-z_ ]+>/.exec(text)?.[0]}` : text;
  });
}

async function resume(listening: Listening): Promise<Listening> {
  const id = listening.thread.id;
  await listening.thread.shutdown();
  return new Listening((await world.runtime.resumeThread({ id }, { cwd: world.cwd })).thread);
}

test("a resumed thread goes on where it was, in the same file", async () => {
  world = await openWorld([OK, OK]);
  const first = await world.start();
  await first.turn("one");
  const path = first.thread.rolloutPath!;
  const resumed = await resume(first);
  expect(resumed.thread.id).toBe(first.thread.id);
  expect(resumed.thread.rolloutPath).toBe(path);
  expect(resumed.thread.tokenUsage?.total.totalTokens).toBe(120);
  await resumed.turn("two");
  expect(prompts(1)).toEqual([
    "developer <permissions instructions>",
    "user <environment_context>",
    "one",
    "ok",
    "two",
  ]);
  const metas = (await readFile(path, "utf8")).split("\n").filter(line => line.includes('"type":"session_meta"'));
  expect(metas.length).toBe(1);
});

test("a torn last line costs nothing but itself", async () => {
  world = await openWorld([OK, OK]);
  const first = await world.start();
  await first.turn("one");
  await first.thread.shutdown();
  await appendFile(first.thread.rolloutPath!, '{"timestamp":"2026-01-01T00:00:00.000Z","type":"respo');
  const { thread } = await world.runtime.resumeThread({ id: first.thread.id }, { cwd: world.cwd });
  await new Listening(thread).turn("two");
  expect(prompts(1).slice(-3)).toEqual(["one", "ok", "two"]);
});

test("a call without an answer in the file is answered when the thread goes on", async () => {
  world = await openWorld([OK, OK]);
  const first = await world.start();
  await first.turn("one");
  await first.thread.shutdown();
  const call = { type: "function_call", name: "shell_command", arguments: "{}", call_id: "lost" };
  await appendFile(
    first.thread.rolloutPath!,
    `${JSON.stringify({ timestamp: "2026-01-01T00:00:00.000Z", type: "response_item", payload: call })}\n`,
  );
  const { thread } = await world.runtime.resumeThread({ id: first.thread.id }, { cwd: world.cwd });
  await new Listening(thread).turn("two");
  expect(outputs(world.server.requests[1]!.body)["lost"]).toBe("aborted");
});

test("another model than the recorded one is warned about, and the new one gets its instructions", async () => {
  world = await openWorld([OK, OK]);
  const first = await world.start();
  await first.turn("one");
  await first.thread.shutdown();
  const { thread } = await world.runtime.resumeThread(
    { id: first.thread.id },
    { cwd: world.cwd, overrides: { model: "gpt-5.4" } },
  );
  const resumed = new Listening(thread);
  const events = await resumed.turn("two");
  expect(resumed.events.concat(events)).toContainEqual(
    expect.objectContaining({
      method: "warning",
      params: expect.objectContaining({
        message: expect.stringContaining(
          "This session was recorded with model `gpt-5.2` but is resuming with `gpt-5.4`.",
        ),
      }),
    }),
  );
  expect(prompts(1)).toContain("developer <model_switch>");
});

test("a rolled back turn is forgotten, now and after resuming (core V25)", async () => {
  world = await openWorld([{ text: "a1" }, { text: "a2" }, OK, OK]);
  const first = await world.start();
  await first.turn("one");
  await first.turn("two");
  await first.thread.rollback(1);
  await first.turn("three");
  expect(prompts(2)).toEqual([
    "developer <permissions instructions>",
    "user <environment_context>",
    "one",
    "a1",
    "three",
  ]);
  const resumed = await resume(first);
  await resumed.turn("four");
  expect(prompts(3).slice(2)).toEqual(["one", "a1", "three", "ok", "four"]);
});

test("after all turns were rolled back the context is told again (core V26)", async () => {
  world = await openWorld([OK, OK]);
  const first = await world.start();
  await first.turn("one");
  await first.thread.rollback(5);
  await first.turn("x");
  expect(prompts(1)).toEqual([
    "developer <permissions instructions>",
    "user <environment_context>",
    "developer <permissions instructions>",
    "user <environment_context>",
    "x",
  ]);
});

test("rolling back is refused during a turn, for nothing, and for threads that are not kept", async () => {
  world = await openWorld([{ text: "x", hang: true }, { text: "x" }]);
  const first = await world.start();
  await expect(first.thread.rollback(0)).rejects.toThrow("num_turns must be >= 1");
  const running = first.turn("go");
  await first.until(event => event.method === "item/agentMessage/delta");
  await expect(first.thread.rollback(1)).rejects.toThrow("Cannot rollback while a turn is in progress.");
  await first.thread.interrupt();
  await running;
  const ephemeral = await world.start({ ephemeral: true });
  await ephemeral.turn("go");
  expect(ephemeral.thread.rolloutPath).toBeNull();
  await expect(ephemeral.thread.rollback(1)).rejects.toThrow("thread rollback requires persisted thread history");
});

test("a compacted thread resumes with its summary and its window", async () => {
  world = await openWorld([OK, { text: "SUMMARY" }, OK]);
  const first = await world.start();
  await first.turn("one");
  first.thread.submit({ type: "compact" });
  await first.until(event => event.method === "item/completed" && event.params.item.type === "contextCompaction");
  const resumed = await resume(first);
  await resumed.turn("two");
  expect(prompts(2).length).toBe(5);
  expect(prompts(2)[0]).toBe("one");
  expect(world.server.requests[2]!.headers["x-codex-window-id"]).toBe(`${first.thread.id}:1`);
});

test("a name is kept and told", async () => {
  world = await openWorld([OK]);
  const first = await world.start();
  await first.turn("one");
  await first.thread.setName("  My name ");
  await expect(first.thread.setName(" ")).rejects.toThrow("Thread name cannot be empty.");
  const resumed = await resume(first);
  expect(resumed.thread.name).toBe("My name");
});

test("an interrupted turn leaves a file that can be resumed", async () => {
  world = await openWorld([{ items: [functionCall("exec_command", { cmd: "sleep 9" }, "c1")] }, OK]);
  const first = await world.start();
  const running = first.turn("one");
  await first.until(event => JSON.stringify(event.params).includes("sleep 9"));
  await first.thread.interrupt();
  await running;
  const resumed = await resume(first);
  await resumed.turn("two");
  expect(outputs(world.server.requests[1]!.body)["c1"]).toMatch(/^aborted by user after/);
});
