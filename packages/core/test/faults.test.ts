import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { customToolCall, functionCall } from "@codex-ts-tools/model-server";
import { z } from "zod";
import { afterEach, expect, test } from "vitest";
import { defineTool } from "../src/index.ts";
import { openWorld, outline, outputs, type World } from "./harness.ts";
import { png } from "./pictures.ts";

let world: World;
afterEach(() => world.close());

const OK = { text: "ok" };

test("a session file that cannot be written is warned about, and the turn goes on", async () => {
  world = await openWorld([OK]);
  await writeFile(join(world.home, "sessions"), "in the way");
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(outline(events).at(-1)).toBe("turn/completed completed");
  expect(events).toContainEqual(
    expect.objectContaining({
      method: "warning",
      params: expect.objectContaining({
        message: expect.stringContaining("Failed to save the conversation transcript"),
      }),
    }),
  );
});

test("a working folder that disappears fails the command and not the turn", async () => {
  world = await openWorld([{ items: [functionCall("exec_command", { cmd: "ls" }, "c1")] }, OK]);
  const listening = await world.start();
  await rm(world.cwd, { recursive: true });
  const events = await listening.turn("go");
  expect(outline(events).at(-1)).toBe("turn/completed completed");
  expect(outputs(world.server.requests[1]!.body)["c1"]).toMatch(
    /^exec_command failed for .*No such file or directory \(os error 2\)/,
  );
  await mkdir(world.cwd);
});

test("a working folder that a command deletes fails the commands after it, and not the turn", async () => {
  const gone = functionCall("shell_command", { command: 'rm -r "$PWD"' }, "c1");
  const after = [
    functionCall("exec_command", { cmd: "ls" }, "c2"),
    functionCall("shell_command", { command: "ls" }, "c3"),
    functionCall("view_image", { path: "p.png" }, "c4"),
    customToolCall("apply_patch", "*** Begin Patch\n*** Add File: a.txt\n+a\n*** End Patch", "c5"),
  ];
  world = await openWorld([{ items: [gone] }, { items: after }, OK, OK], {
    config: 'sandbox_mode = "danger-full-access"\napproval_policy = "never"',
  });
  const listening = await world.start();
  expect(outline(await listening.turn("go")).at(-1)).toBe("turn/completed completed");
  const answers = outputs(world.server.requests[2]!.body);
  expect(answers["c1"]).toMatch(/^Exit code: 0\n/);
  for (const id of ["c2", "c3", "c4"]) expect(answers[id]).toMatch(/No such file or directory|NotFound/);
  // A patch makes the folders that it needs.
  expect(answers["c5"]).toMatch(/^Exit code: 0\n/);
  expect(outline(await listening.turn("next")).at(-1)).toBe("turn/completed completed");
});

test("twenty megabytes of arguments are read and refused like any others", async () => {
  const item = {
    type: "function_call",
    name: "update_plan",
    arguments: JSON.stringify({ plan: "x".repeat(20_000_000) }),
    call_id: "c1",
  };
  const events = [
    { type: "response.output_item.done", item },
    { type: "response.completed", response: { id: "r", usage: null } },
  ];
  world = await openWorld([{ events }, OK, OK]);
  const listening = await world.start();
  await listening.turn("go");
  const bodies = world.server.requests.map(({ body }) => outputs(body)["c1"]);
  expect(bodies).toContainEqual(
    expect.stringMatching(/^failed to parse function arguments: invalid type: string "x{1,200}…", expected a sequence/),
  );
});

test("what a server says in a person's place is shown as the person's; items that are broken are passed over", async () => {
  const image = { type: "input_image", image_url: "data:image/png;base64,AAAA", detail: "high" };
  const message = (role: string, ...content: object[]) => ({ type: "message", role, content });
  const typed = message("user", { type: "input_text", text: "typed" }, image);
  const context = message("user", { type: "input_text", text: "<environment_context>x</environment_context>" });
  const broken = [
    message("assistant", { type: "odd", text: "x" }),
    message("user", { type: "input_image" }),
    message("user", { ...image, detail: "odd" }),
    { ...message("assistant", { type: "output_text", text: "x" }), phase: "odd" },
    { type: "reasoning", summary: [{ type: "odd", text: "x" }] },
    { type: "function_call_output", call_id: "c1", output: [{ type: "odd" }] },
  ];
  const events = [
    { type: "response.created", response: { id: "r" } },
    ...[typed, ...broken, context].map(item => ({ type: "response.output_item.done", item })),
    { type: "response.completed", response: { id: "r", usage: null } },
  ];
  world = await openWorld([{ events }, OK]);
  const listening = await world.start();
  expect(outline(await listening.turn("go")).filter(line => line.startsWith("item/"))).toEqual([
    "item/started userMessage",
    "item/completed userMessage",
    "item/started userMessage",
    "item/completed userMessage",
  ]);
  const shown = listening.events.filter(({ method }) => method === "item/completed").at(-1)!.params as { item: object };
  expect(shown.item).toMatchObject({
    content: [
      { type: "text", text: "typed", text_elements: [] },
      { type: "image", url: image.image_url },
    ],
  });
  expect(outline(await listening.turn("next")).at(-1)).toBe("turn/completed completed");
  const { input } = world.server.requests[1]!.body as unknown as { input: unknown[] };
  expect(input.slice(-3, -1)).toEqual([typed, context]);
});

test("calls with the same id are all answered", async () => {
  world = await openWorld([{ items: [functionCall("nope", {}, "same"), functionCall("nope2", {}, "same")] }, OK]);
  const listening = await world.start();
  await listening.turn("go");
  const { input } = world.server.requests[1]!.body as unknown as { input: { type: string }[] };
  expect(input.slice(-4).map(({ type }) => type)).toEqual([
    "function_call",
    "function_call",
    "function_call_output",
    "function_call_output",
  ]);
});

test("a tool of one's own reads checked input, and its failure is the model's to read", async () => {
  const add = defineTool({
    name: "add",
    description: "Adds.",
    input: z.object({ a: z.number(), b: z.number() }),
    run: ({ a, b }, { cwd }) => {
      if (a === 0) throw new Error("zero is not allowed");
      return { sum: a + b, cwd };
    },
  });
  world = await openWorld([
    {
      items: [
        functionCall("add", { a: 1, b: 2 }, "c1"),
        functionCall("add", { a: "1" }, "c2"),
        functionCall("add", { a: 0, b: 0 }, "c3"),
      ],
    },
    OK,
  ]);
  const listening = await world.start({ tools: [add] });
  await listening.turn("go");
  const answers = outputs(world.server.requests[1]!.body);
  expect(answers["c1"]).toBe(JSON.stringify({ sum: 3, cwd: world.cwd }));
  expect(answers["c2"]).toMatch(/^failed to parse function arguments: /);
  expect(answers["c3"]).toBe("zero is not allowed");
  const { tools } = world.server.requests[0]!.body as unknown as { tools: { name?: string; parameters?: object }[] };
  expect(tools.at(-1)).toEqual({
    type: "function",
    name: "add",
    description: "Adds.",
    strict: false,
    parameters: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" } },
      required: ["a", "b"],
    },
  });
});

test("a command killed from outside is told with the code it has", async () => {
  world = await openWorld([{ items: [functionCall("exec_command", { cmd: "kill -9 $$" }, "c1")] }, OK], {
    config: 'sandbox_mode = "danger-full-access"\napproval_policy = "never"',
  });
  const listening = await world.start();
  await listening.turn("go");
  expect(outputs(world.server.requests[1]!.body)["c1"]).toContain("Process exited with code -1\n");
});

test("fifty threads take their turns at once", async () => {
  world = await openWorld({ respond: () => ({ text: "ok" }) });
  const threads = await Promise.all(Array.from({ length: 50 }, () => world.start()));
  const ends = await Promise.all(threads.map(thread => thread.turn("go")));
  expect(ends.every(events => outline(events).at(-1) === "turn/completed completed")).toBe(true);
  expect(world.runtime.threads.length).toBe(50);
  await world.runtime.shutdown();
  expect(world.runtime.threads.length).toBe(0);
});

test("an image that the server cannot read is replaced by a note", async () => {
  const refusal = "The image data you provided does not represent a valid image. Please check your input.";
  world = await openWorld([
    { items: [functionCall("view_image", { path: "p.png" }, "c1")] },
    { status: 400, body: JSON.stringify({ error: { message: refusal } }) },
    OK,
  ]);
  await writeFile(join(world.cwd, "p.png"), png(1, 1));
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(outline(events).at(-1)).toBe("turn/completed completed");
  expect(outputs(world.server.requests[2]!.body)["c1"]).toEqual([{ type: "input_text", text: "Invalid image" }]);
});

test("an image of the user that the server cannot read fails the turn", async () => {
  const refusal = "The image data you provided does not represent a valid image. Please check your input.";
  world = await openWorld([{ status: 400, body: JSON.stringify({ error: { message: refusal } }) }]);
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(events).toContainEqual(
    expect.objectContaining({
      method: "error",
      params: expect.objectContaining({
        error: expect.objectContaining({
          message: "Invalid image in your last message. Please remove it and try again.",
        }),
      }),
    }),
  );
});
