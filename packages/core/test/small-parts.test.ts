import { fallbackModel } from "@codex-ts/model-provider";
import { expect, test } from "vitest";
import { systemClock } from "../src/clock.ts";
import { EventBus } from "../src/events/event-bus.ts";
import type { ThreadEvent } from "../src/events/thread-events.ts";
import { HeadTailBuffer } from "../src/exec/head-tail-buffer.ts";
import type { LiveProcess } from "../src/exec/live-process.ts";
import { OutputDeltas } from "../src/exec/output-deltas.ts";
import { ProcessManager } from "../src/exec/process-manager.ts";
import { shellArgv, shellFromPath } from "../src/exec/shell-argv.ts";
import { Stopwatch } from "../src/exec/stopwatch.ts";
import { autoCompactLimit, modelProfile, type ModelProfile, usableWindow } from "../src/thread/model-profile.ts";
import { array, boolean, number, object, oneOf, optional, parseArguments, string } from "../src/tools/parameters.ts";
import { ToolRegistry } from "../src/tools/registry.ts";
import { updatePlanTool } from "../src/tools/update-plan.ts";
import { ToolLock } from "../src/turn/tool-lock.ts";

const warning = (message: string): ThreadEvent => ({
  kind: "notification",
  method: "warning",
  params: { threadId: "t", message },
});

test.each([
  [null, 50_000, null, 50_000],
  [40_000, 50_000, null, 40_000],
  [60_000, 50_000, null, 50_000],
  [null, null, null, null],
  [null, 50_000, 80_000, 50_000],
  [null, null, 80_000, 80_000],
])("a model with a window of %j and of %j at most, and %j asked for, has one of %j", (window, most, asked, used) => {
  const model = { ...fallbackModel("m"), context_window: window, max_context_window: most };
  const corrections = {
    baseInstructions: null,
    features: {},
    modelContextWindow: asked,
    modelAutoCompactTokenLimit: null,
    modelSupportsReasoningSummaries: null,
    toolOutputTokenLimit: null,
  };
  expect(modelProfile({ model, known: true, warning: null }, corrections).contextWindow).toBe(used);
});

test("a tool in no namespace is not in the one without a name", () => {
  const tool = updatePlanTool();
  const registry = new ToolRegistry([tool]);
  expect([registry.find(null, "update_plan"), registry.find("", "update_plan")]).toEqual([tool, undefined]);
});

test("events from before the first listener are kept for it, and only for it", () => {
  const bus = new EventBus();
  bus.emit(warning("early"));
  const first: ThreadEvent[] = [];
  const second: ThreadEvent[] = [];
  bus.subscribe(event => first.push(event));
  bus.subscribe(event => second.push(event));
  bus.emit(warning("late"));
  expect([first.length, second.length]).toEqual([2, 1]);
});

test("an iterator ends when the bus is closed, after delivering what it holds", async () => {
  const bus = new EventBus();
  bus.emit(warning("a"));
  bus.close();
  const seen: ThreadEvent[] = [];
  for await (const event of bus.iterate()) seen.push(event);
  expect(seen.length).toBe(1);
});

test("a long output keeps its head and its tail", () => {
  const buffer = new HeadTailBuffer(6);
  for (const part of ["ab", "cdef", "gh", "ijklmno"]) buffer.push(Buffer.from(part));
  expect(buffer.droppedBytes).toBe(9);
  expect(buffer.take()).toBe("abcmno");
  expect(buffer.take()).toBe("");
});

test("deltas never cut a character in two", () => {
  const seen: string[] = [];
  const deltas = new OutputDeltas(text => seen.push(text));
  const bytes = Buffer.from("ä");
  deltas.push("stdout", bytes.subarray(0, 1));
  deltas.push("stdout", bytes.subarray(1));
  expect(seen).toEqual(["ä"]);
});

test("when there are too many processes, an exited one that nobody used lately goes first (tools vectors, pruning)", () => {
  let next = 1000;
  const ids = { uuid7: () => "", uuid4: () => "", hex: () => "", integer: () => next++ };
  const manager = new ProcessManager(ids, systemClock);
  const killed: number[] = [];
  const fake = (lastUsed: number, exited: boolean) => {
    const id = manager.reserveId();
    return {
      id,
      lastUsed,
      exit: exited ? { exitCode: 0, durationMs: 0 } : null,
      kill: () => killed.push(id),
    } as unknown as LiveProcess;
  };
  for (let index = 0; index < 64; index++) manager.store(fake(index, index === 20 || index === 60));
  manager.store(fake(100, false));
  manager.store(fake(101, false));
  expect(killed).toEqual([1020, 1000]);
  expect(manager.size).toBe(64);
});

test("shells get their command in their own way", () => {
  expect(shellArgv({ path: "/bin/bash", kind: "bash" }, "ls", true)).toEqual(["/bin/bash", "-lc", "ls"]);
  expect(shellArgv({ path: "/bin/zsh", kind: "zsh" }, "ls", false)).toEqual(["/bin/zsh", "-c", "ls"]);
  expect(shellArgv({ path: "pwsh", kind: "powershell" }, "ls", false)).toEqual([
    "pwsh",
    "-NoProfile",
    "-Command",
    "ls",
  ]);
  expect(shellArgv({ path: "cmd", kind: "cmd" }, "dir", true)).toEqual(["cmd", "/c", "dir"]);
  expect([
    shellFromPath("/usr/bin/zsh")?.kind,
    shellFromPath("C:\\x\\pwsh.exe")?.kind,
    shellFromPath("/bin/fish"),
  ]).toEqual(["zsh", "powershell", null]);
});

test("time that stands still does not run out", async () => {
  const watch = new Stopwatch(systemClock);
  watch.hold();
  let over = false;
  const sleeping = watch.sleep(20, new AbortController().signal).then(() => (over = true));
  await systemClock.sleep(60);
  expect(over).toBe(false);
  watch.release();
  await sleeping;
  expect(over).toBe(true);
});

test("calls that may run together do, and others wait for all before them", async () => {
  const lock = new ToolLock();
  const log: string[] = [];
  const work = (name: string, ms: number) => async () => {
    log.push(`+${name}`);
    await systemClock.sleep(ms);
    log.push(`-${name}`);
  };
  await Promise.all([
    lock.run(false, work("a", 30)),
    lock.run(false, work("b", 10)),
    lock.run(true, work("C", 10)),
    lock.run(false, work("d", 10)),
  ]);
  expect(log).toEqual(["+a", "+b", "-b", "-a", "+C", "-C", "+d", "-d"]);
});

test("a failing call frees the lock", async () => {
  const lock = new ToolLock();
  await expect(lock.run(true, () => Promise.reject(new Error("x")))).rejects.toThrow("x");
  expect(await lock.run(true, () => Promise.resolve(1))).toBe(1);
});

test("one description gives the schema and the reader", () => {
  const parameters = object({
    name: string("Who."),
    count: optional(number()),
    kind: optional(oneOf(["a", "b"])),
    flags: optional(array(boolean())),
  });
  expect(parameters.schema).toEqual({
    type: "object",
    properties: {
      count: { type: "number" },
      flags: { type: "array", items: { type: "boolean" } },
      kind: { type: "string" },
      name: { type: "string", description: "Who." },
    },
    required: ["name"],
    additionalProperties: false,
  });
  expect(Object.keys(parameters.schema["properties"] as object)).toEqual(["count", "flags", "kind", "name"]);
  expect(parseArguments(parameters, '{"name":"x","count":null,"more":1}')).toEqual({ name: "x" });
  expect(() => parseArguments(parameters, '{"name":"x","count":"1"}')).toThrow(
    'failed to parse function arguments: invalid type: string "1", expected u64',
  );
  expect(() => parseArguments(parameters, "[]")).toThrow("invalid type: sequence, expected a map");
});

test("a window leaves room for the answer, and compaction comes before it is full", () => {
  const model = {
    contextWindow: 272_000,
    effectiveContextWindowPercent: 95,
    autoCompactTokenLimit: null,
  } as ModelProfile;
  expect(usableWindow(model)).toBe(258_400);
  expect(autoCompactLimit(model)).toBe(244_800);
  expect(autoCompactLimit({ ...model, autoCompactTokenLimit: 1000 })).toBe(1000);
  expect(autoCompactLimit({ ...model, autoCompactTokenLimit: 999_999 })).toBe(244_800);
  expect(autoCompactLimit({ ...model, contextWindow: null })).toBeNull();
});
