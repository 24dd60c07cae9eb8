import { readdirSync } from "node:fs";
import v8 from "node:v8";
import vm from "node:vm";
import { functionCall } from "@codex-ts-tools/model-server";
import { describe, expect, it } from "vitest";
import { type Json, type TestClient, World } from "./harness.ts";

v8.setFlagsFromString("--expose-gc");
const collectGarbage = vm.runInNewContext("gc") as () => void;

const MIB = 1024 * 1024;
/** Cycles before anything is measured: code is loaded and caches are filled. */
const WARM_UP = 10;
const CYCLES = 30;

/** What is still in use, bytes, once nothing is under way. */
async function inUse(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await new Promise(resolve => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

/** Open descriptors; null where the system does not tell. */
function descriptors(): number | null {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return null;
  }
}

/** The life of a thread: a turn, a command that is asked about, a command of the client, a search, and the archive. */
async function cycle(client: TestClient, world: World): Promise<void> {
  const threadId = await client.thread({ cwd: world.workspace });
  await client.turn(threadId, "talk");
  await client.turn(threadId, "run");
  await client.call("command/exec", { command: ["true"] });
  await client.call("fuzzyFileSearch", { query: "x", roots: [world.workspace] });
  await client.call("fs/watch", { watchId: threadId, path: world.workspace });
  await client.call("fs/unwatch", { watchId: threadId });
  await client.call("thread/archive", { threadId });
  client.messages.length = 0;
}

describe("a long life", () => {
  it("of threads, turns, commands and approvals leaves neither memory nor descriptors behind", async () => {
    let calls = 0;
    const world = await World.create({
      script: {
        respond: request =>
          request.userTexts().at(-1) === "run" && request.functionOutputs().length === 0
            ? { items: [functionCall("exec_command", { cmd: "touch a" }, `call_${++calls}`)] }
            : "fine",
      },
      config: 'approval_policy = "untrusted"\nsandbox_mode = "danger-full-access"',
    });
    const client = await world.client();
    client.answer = request =>
      request["method"] === "item/commandExecution/requestApproval" ? { result: { decision: "accept" } } : undefined;
    const run = async (cycles: number) => {
      for (let n = 0; n < cycles; n++) {
        await cycle(client, world);
        // The model server keeps what it was asked.
        (world.model.requests as unknown as Json[]).length = 0;
        (world.model.log as unknown as Json[]).length = 0;
      }
    };
    await run(WARM_UP);
    const [memory, open] = [await inUse(), descriptors()];
    await run(CYCLES);
    const grown = (await inUse()) - memory;
    expect(calls).toBe(WARM_UP + CYCLES);
    expect((await client.call("thread/loaded/list"))["data"]).toEqual([]);
    expect(grown / CYCLES / 1024, "KiB that a thread leaves behind").toBeLessThan(64);
    expect(grown / MIB).toBeLessThan(8);
    expect(descriptors() ?? 0).toBeLessThanOrEqual((open ?? 0) + 4);
  });
});
