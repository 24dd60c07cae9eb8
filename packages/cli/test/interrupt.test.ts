import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, events, finished } from "./support/cli.ts";
import { processesRunning, processesWith } from "./support/processes.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

const call = (cmd: string) => ({
  items: [{ type: "function_call", name: "exec_command", arguments: { cmd, yield_time_ms: 20_000 }, call_id: "c" }],
});

/** Every line of the only session file, parsed: it must be whole. */
function rollout(): { type: string; payload: { type?: string } }[] {
  const folder = path.join(bench.home, "sessions");
  const file = readdirSync(folder, { recursive: true, encoding: "utf8" }).find(name => name.endsWith(".jsonl"));
  const text = readFileSync(path.join(folder, file ?? ""), "utf8");
  expect(text.endsWith("\n")).toBe(true);
  return text
    .trimEnd()
    .split("\n")
    .map(line => JSON.parse(line) as { type: string; payload: { type?: string } });
}

/** Starts exec, sends a signal when `ready` says so, and waits for the end. */
async function interrupted(
  signal: NodeJS.Signals,
  ready: () => Promise<unknown>,
): Promise<{ code: number | null; took: number; thread: string }> {
  const child = bench.start(["exec", "--skip-git-repo-check", "--json", "-s", "danger-full-access", "go"]);
  child.stdin.end();
  const done = finished(child);
  await ready();
  const start = Date.now();
  child.kill(signal);
  const result = await done;
  return { code: result.code, took: Date.now() - start, thread: events(result)[0]?.["thread_id"] as string };
}

/** The thread goes on after the interruption. */
async function resumes(thread: string): Promise<void> {
  const again = await bench.exec(["--json", "resume", thread, "go on"]);
  expect(again.stderr).toBe("");
  expect(again.code).toBe(0);
  expect(events(again).at(-1)?.type).toBe("turn.completed");
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  describe(`${signal} during a run`, () => {
    it("ends it while the model has not answered", async () => {
      const server = await bench.model([{ delayMs: 60_000, text: "late" }, "fine"]);
      const { code, took, thread } = await interrupted(signal, () => server.waitForRequest(0));
      expect(code).toBe(1);
      expect(took).toBeLessThan(30_000);
      expect(rollout().at(-1)?.payload.type).toBe("turn_aborted");
      await resumes(thread);
    });

    it("ends it in the middle of a stream", async () => {
      const server = await bench.model([{ text: "a long answer that never ends", chunk: 4, hang: true }, "fine"]);
      const { code, thread } = await interrupted(signal, async () => {
        await server.waitForRequest(0);
        await new Promise(resolve => setTimeout(resolve, 300));
      });
      expect(code).toBe(1);
      expect(rollout().at(-1)?.payload.type).toBe("turn_aborted");
      await resumes(thread);
    });

    it("ends it, and the whole process group of a command that never ends", async () => {
      const marker = `31${process.pid}`;
      const server = await bench.model([call(`(sleep ${marker} & sleep ${marker}); sleep ${marker}`), "fine"]);
      const { code, thread } = await interrupted(signal, async () => {
        await server.waitForRequest(0);
        await expect.poll(() => processesRunning(`sleep ${marker}`).length).toBeGreaterThan(1);
      });
      expect(code).toBe(1);
      await expect.poll(() => processesWith(`sleep ${marker}`)).toEqual([]);
      expect(rollout().at(-1)?.payload.type).toBe("turn_aborted");
      await resumes(thread);
    });

    it("ends it while a request is being tried again", async () => {
      const server = await bench.model([{ status: 500, body: "down" }, { delayMs: 60_000, text: "late" }, "fine"]);
      const { code, thread } = await interrupted(signal, () => server.waitForRequest(1));
      expect(code).toBe(1);
      await resumes(thread);
    });
  });
}

describe("a run whose process is killed", () => {
  it("leaves no command behind, and a session that can be resumed", async () => {
    const marker = `32${process.pid}`;
    const server = await bench.model([call(`sleep ${marker}`), "fine"]);
    const { thread } = await interrupted("SIGKILL", async () => {
      await server.waitForRequest(0);
      await expect.poll(() => processesRunning(`sleep ${marker}`).length).toBeGreaterThan(0);
    });
    await expect.poll(() => processesWith(`sleep ${marker}`)).toEqual([]);
    await resumes(thread);
  });
});
