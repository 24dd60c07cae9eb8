import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  asyncHandler,
  type AsyncHandler,
  discoverHooks,
  type HookEvent,
  HookEngine,
  MAX_OUTPUT_BYTES,
  type RunOptions,
} from "../src/index.ts";
import { shown } from "./vectors.ts";

let root = "";
beforeAll(async () => void (root = await realpath(await mkdtemp(join(tmpdir(), "hooks-engine-")))));
afterAll(() => rm(root, { recursive: true, force: true }));

const context = () => ({
  sessionId: "thread",
  turnId: "turn",
  transcriptPath: null,
  cwd: root,
  model: "gpt-5.2",
  permissionMode: "default" as const,
});
const preToolUse = (): Extract<HookEvent, { event: "PreToolUse" }> => ({
  ...context(),
  event: "PreToolUse",
  toolName: "Bash",
  toolInput: { command: "echo hi" },
  toolUseId: "c1",
});
const stop = (): Extract<HookEvent, { event: "Stop" }> => ({
  ...context(),
  event: "Stop",
  stopHookActive: false,
  lastAssistantMessage: null,
});

type Written = { command: string; timeout?: number };

async function engineOf(events: Readonly<Record<string, readonly Written[]>>, functions: AsyncHandler[] = []) {
  const hooks = Object.fromEntries(
    Object.entries(events).map(([event, handlers]) => [
      event,
      [{ hooks: handlers.map(handler => ({ type: "command", ...handler })) }],
    ]),
  );
  const { handlers, warnings } = await discoverHooks({
    layers: [{ name: { type: "user", file: join(root, "config.toml") }, config: { hooks } }],
    functions,
  });
  expect(warnings).toEqual([]);
  return new HookEngine({ handlers, env: process.env, shell: { path: "/bin/sh", kind: "sh" } });
}

async function run<E extends HookEvent>(event: E, commands: readonly Written[], options?: RunOptions) {
  const engine = await engineOf({ [event.event]: commands });
  return engine.run(event, options);
}

describe("a handler that is a command", () => {
  it("reads compact JSON without a line break, in the order of the spec, and runs in the turn's folder", async () => {
    await run(preToolUse(), [{ command: "cat > input.json; pwd > pwd.txt" }]);
    expect(await readFile(join(root, "input.json"), "utf8")).toBe(
      '{"session_id":"thread","turn_id":"turn","transcript_path":null,"cwd":' +
        `${JSON.stringify(root)},"hook_event_name":"PreToolUse","model":"gpt-5.2","permission_mode":"default",` +
        '"tool_name":"Bash","tool_input":{"command":"echo hi"},"tool_use_id":"c1"}',
    );
    expect(await readFile(join(root, "pwd.txt"), "utf8")).toBe(`${root}\n`);
  });

  it.each([
    [
      { ...context(), event: "SessionStart", source: "startup" },
      '{"session_id":"thread","transcript_path":null,"cwd":"CWD","hook_event_name":"SessionStart","model":"gpt-5.2","permission_mode":"default","source":"startup"}',
    ],
    [
      { ...context(), event: "UserPromptSubmit", prompt: "p" },
      '{"session_id":"thread","turn_id":"turn","transcript_path":null,"cwd":"CWD","hook_event_name":"UserPromptSubmit","model":"gpt-5.2","permission_mode":"default","prompt":"p"}',
    ],
    [
      {
        ...context(),
        event: "PermissionRequest",
        toolName: "Bash",
        toolInput: { command: "touch esc", description: "need it" },
        runIdSuffix: "c1:retry",
      },
      '{"session_id":"thread","turn_id":"turn","transcript_path":null,"cwd":"CWD","hook_event_name":"PermissionRequest","model":"gpt-5.2","permission_mode":"default","tool_name":"Bash","tool_input":{"command":"touch esc","description":"need it"}}',
    ],
    [
      { ...preToolUse(), event: "PostToolUse", toolResponse: "hi\n" },
      '{"session_id":"thread","turn_id":"turn","transcript_path":null,"cwd":"CWD","hook_event_name":"PostToolUse","model":"gpt-5.2","permission_mode":"default","tool_name":"Bash","tool_input":{"command":"echo hi"},"tool_response":"hi\\n","tool_use_id":"c1"}',
    ],
    [
      { ...stop(), stopHookActive: true },
      '{"session_id":"thread","turn_id":"turn","transcript_path":null,"cwd":"CWD","hook_event_name":"Stop","model":"gpt-5.2","permission_mode":"default","stop_hook_active":true,"last_assistant_message":null}',
    ],
  ] as [HookEvent, string][])("is told of an event: %#", async (event, expected) => {
    const placed = { ...event, cwd: root };
    const { results } = await run(placed, [{ command: "cat >&2" }]);
    expect(results[0]?.stderr).toBe(expected.replace('"CWD"', JSON.stringify(root)));
  });

  it("gives its run an id, times and a final form", async () => {
    const seen: unknown[] = [];
    const before = Math.floor(Date.now() / 1000);
    await run(preToolUse(), [{ command: "true" }, { command: "echo no >&2; exit 2" }], {
      onStarted: started => seen.push(["started", started.id, started.status, started.completedAt]),
      onCompleted: ended => {
        seen.push(["completed", ended.id, ...shown(ended)]);
        expect(ended.startedAt).toBeGreaterThanOrEqual(before);
        expect(ended.completedAt).toBeGreaterThanOrEqual(ended.startedAt);
        expect(ended.durationMs).toBeGreaterThanOrEqual(0);
        expect(ended).toMatchObject({ handlerType: "command", executionMode: "sync", scope: "turn", source: "user" });
      },
    });
    const id = (order: number): string => `pre-tool-use:${order}:${root}/config.toml:c1`;
    expect(seen).toEqual([
      ["started", id(0), "running", null],
      ["started", id(1), "running", null],
      ["completed", id(0), "completed"],
      ["completed", id(1), "blocked", "feedback:no"],
    ]);
  });

  it("runs beside the others, and results stay in the order of the configuration", async () => {
    const { runs, outcome } = await run(stop(), [
      { command: "while [ ! -e second ]; do sleep 0.02; done; echo first >&2; exit 2", timeout: 30 },
      { command: "touch second; echo second >&2; exit 2", timeout: 30 },
    ]);
    expect(runs.map(shown)).toEqual([
      ["blocked", "feedback:first"],
      ["blocked", "feedback:second"],
    ]);
    expect(outcome.fragments.map(({ text }) => text)).toEqual(["first", "second"]);
  });

  it("is not started when nothing matches", async () => {
    const engine = await engineOf({ PreToolUse: [{ command: "touch started" }] });
    expect(engine.has("PreToolUse")).toBe(true);
    expect(engine.has("Stop")).toBe(false);
    const never = () => expect.unreachable();
    expect(await engine.run(stop(), { onStarted: never, onCompleted: never })).toEqual({
      runs: [],
      outcome: { stop: null, fragments: [] },
      results: [],
    });
  });

  it("takes the shell of the environment when it is given none", async () => {
    const { handlers } = await discoverHooks({
      layers: [
        { name: user(), config: { hooks: { Stop: [{ hooks: [{ type: "command", command: "echo $0 >&2" }] }] } } },
      ],
    });
    const engine = new HookEngine({ handlers, env: { ...process.env, SHELL: "/bin/bash" } });
    expect((await engine.run(stop())).results[0]?.stderr.trim()).toBe("/bin/bash");
  });
});

const user = () => ({ type: "user" as const, file: join(root, "config.toml") });

describe("a handler that misbehaves", () => {
  it("never ends: stopped when its time is over", async () => {
    const from = performance.now();
    const { runs } = await run(preToolUse(), [{ command: "sleep 60", timeout: 1 }]);
    expect(runs.map(shown)).toEqual([["failed", "error:hook timed out after 1s"]]);
    expect(performance.now() - from).toBeLessThan(20_000);
  });

  it("never reads and never ends: stopped all the same", async () => {
    const event = { ...preToolUse(), toolInput: { command: "x".repeat(4_000_000) } };
    const { runs } = await run(event, [{ command: "sleep 60", timeout: 1 }]);
    expect(runs.map(shown)).toEqual([["failed", "error:hook timed out after 1s"]]);
  });

  it("ends without reading a large input", async () => {
    const event = { ...preToolUse(), toolInput: { command: "x".repeat(4_000_000) } };
    const { runs } = await run(event, [{ command: "exit 0" }]);
    expect(runs.map(shown)).toEqual([
      [
        "failed",
        expect.stringMatching(
          /^error:failed to write hook stdin: (Broken pipe|Connection reset by peer) \(os error \d+\)$/,
        ),
      ],
    ]);
  });

  it("ends without reading a small input: that is its right", async () => {
    const { runs } = await run(
      preToolUse(),
      Array.from({ length: 10 }, () => ({ command: "exec true" })),
    );
    expect(runs.map(shown)).toEqual(runs.map(() => ["completed"]));
  });

  it("prints 100 MB: stopped", async () => {
    const { runs } = await run(preToolUse(), [{ command: "head -c 100000000 /dev/zero; sleep 60" }]);
    expect(runs.map(shown)).toEqual([["failed", "error:hook wrote more than 16 MiB to stdout"]]);
    expect(MAX_OUTPUT_BYTES).toBe(16 * 1024 * 1024);
    const errors = await run(stop(), [{ command: "yes >&2" }]);
    expect(errors.runs.map(shown)).toEqual([["failed", "error:hook wrote more than 16 MiB to stderr"]]);
  });

  it("prints bytes that are not UTF-8: they are replaced, and people are told", async () => {
    const event = { ...context(), event: "UserPromptSubmit" as const, prompt: "p" };
    const { runs, outcome } = await run(event, [{ command: "printf 'a\\377b'" }]);
    expect(runs.map(shown)).toEqual([
      ["completed", "warning:hook wrote bytes that are not UTF-8; they were replaced", "context:a\uFFFDb"],
    ]);
    expect(outcome).toMatchObject({ contexts: ["a\uFFFDb"] });
    // Whose output nobody reads, of that nobody needs to hear.
    const failing = await run(event, [{ command: "printf 'a\\377b'; exit 3" }]);
    expect(failing.runs.map(shown)).toEqual([["failed", "error:hook exited with code 3"]]);
  });

  it("leaves a daemon behind that holds its output open: the turn does not wait for it", async () => {
    const from = performance.now();
    const { runs } = await run(preToolUse(), [
      { command: "sleep 25 & echo $! > daemon.pid; echo blocked >&2; exit 2" },
    ]);
    expect(performance.now() - from).toBeLessThan(20_000);
    expect(runs.map(shown)).toEqual([
      [
        "blocked",
        "warning:hook left a process behind that keeps its output open; what was written 2 s after its end is what counts",
        "feedback:blocked",
      ],
    ]);
    process.kill(Number(await readFile(join(root, "daemon.pid"), "utf8")));
  });

  it("deletes its own file: it runs this time, and fails the next", async () => {
    const script = join(root, "self.sh");
    await writeFile(script, '#!/bin/sh\nrm -- "$0"\necho gone >&2\nexit 2\n');
    await chmod(script, 0o755);
    expect((await run(preToolUse(), [{ command: script }])).runs.map(shown)).toEqual([["blocked", "feedback:gone"]]);
    expect((await run(preToolUse(), [{ command: script }])).runs.map(shown)).toEqual([
      ["failed", "error:hook exited with code 127"],
    ]);
  });

  it("is not executable", async () => {
    const script = join(root, "plain.sh");
    await writeFile(script, "exit 0\n", { mode: 0o644 });
    const { runs } = await run(preToolUse(), [{ command: script }]);
    expect(runs.map(shown)).toEqual([["failed", "error:hook exited with code 126"]]);
  });

  it("changes its folder: nobody else notices", async () => {
    const { results } = await run(stop(), [{ command: "cd /; pwd >&2" }, { command: "sleep 0.1; pwd >&2" }]);
    expect(results.map(({ stderr }) => stderr)).toEqual(["/\n", `${root}\n`]);
    expect(process.cwd()).not.toBe("/");
  });

  it("runs without the person's start-up file, whatever started the runtime", async () => {
    await writeFile(join(root, ".bashrc"), "echo from the start-up file >&2\n");
    const { handlers } = await engineOf({ PreToolUse: [{ command: "cat > /dev/null; echo no >&2; exit 2" }] });
    const env = { PATH: process.env["PATH"], HOME: root };
    const engine = new HookEngine({ handlers, env, shell: { path: "/bin/bash", kind: "bash" } });
    const { runs } = await engine.run(preToolUse());
    expect(runs.map(shown)).toEqual([["blocked", "feedback:no"]]);
  });

  it("is killed", async () => {
    const { runs } = await run(preToolUse(), [{ command: "kill -9 $$" }]);
    expect(runs.map(shown)).toEqual([["failed", "error:hook exited without a status code"]]);
  });

  it("cannot be started", async () => {
    const { handlers } = await discoverHooks({
      layers: [{ name: user(), config: { hooks: { Stop: [{ hooks: [{ type: "command", command: "true" }] }] } } }],
    });
    const missing = new HookEngine({ handlers, env: {}, shell: { path: "/nowhere/sh", kind: "sh" } });
    expect((await missing.run(stop())).runs.map(shown)).toEqual([
      ["failed", "error:No such file or directory (os error 2)"],
    ]);
    const engine = new HookEngine({ handlers, env: {}, shell: { path: "/bin/sh", kind: "sh" } });
    expect((await engine.run({ ...stop(), cwd: join(root, "gone") })).runs.map(shown)).toEqual([
      ["failed", "error:No such file or directory (os error 2)"],
    ]);
  });

  it("has a command that no process can be given", async () => {
    const { runs } = await run(stop(), [{ command: "x".repeat(300_000) }, { command: "a\0b" }]);
    expect(runs.map(shown)).toEqual([
      ["failed", "error:Argument list too long (os error 7)"],
      ["failed", expect.stringMatching(/^error:.*null bytes/)],
    ]);
  });

  it("is one of fifty on one event: all run, and each is told once", async () => {
    const started: string[] = [];
    const { runs } = await run(
      stop(),
      Array.from({ length: 50 }, (_, at) => ({ command: `cat > /dev/null; echo n${at} >&2; exit 2` })),
      { onStarted: ({ id }) => started.push(id), signal: new AbortController().signal },
    );
    expect(runs.map(({ entries }) => entries[0]?.text)).toEqual(Array.from({ length: 50 }, (_, at) => `n${at}`));
    expect(new Set(started).size).toBe(50);
  });

  it("still runs when the turn is stopped: it is stopped with it", async () => {
    const controller = new AbortController();
    const running = run(stop(), [{ command: "echo $$ > pid; exec sleep 60" }, { command: "sleep 60" }], {
      signal: controller.signal,
    });
    let pid = 0;
    while (!(pid > 0)) {
      pid = Number(await readFile(join(root, "pid"), "utf8").catch(() => "0"));
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    controller.abort();
    const { runs } = await running;
    expect(runs.map(({ status }) => status)).toEqual(["failed", "failed"]);
    for (let tries = 0; tries < 500 && alive(pid); tries++) await new Promise(resolve => setTimeout(resolve, 20));
    expect(alive(pid)).toBe(false);
  });

  it("is told of something that JSON cannot say: every run fails", async () => {
    const event = { ...preToolUse(), toolInput: { big: 1n } };
    const { runs } = await run(event, [{ command: "touch never" }, { command: "touch never" }]);
    expect(runs.map(({ status, durationMs }) => [status, durationMs])).toEqual([
      ["failed", 0],
      ["failed", 0],
    ]);
  });
});

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("a handler that is a function", () => {
  it("gets what a command reads, and answers what a command prints", async () => {
    const engine = await engineOf({}, [
      asyncHandler("PreToolUse", input => {
        expect(input).toMatchObject({ hook_event_name: "PreToolUse", tool_name: "Bash", tool_use_id: "c1" });
        return {
          hookSpecificOutput: {
            hookEventName: "PreToolUse",
            permissionDecision: "deny",
            permissionDecisionReason: "no network",
          },
        };
      }),
    ]);
    const { runs, outcome } = await engine.run(preToolUse());
    expect(runs.map(shown)).toEqual([["blocked", "feedback:no network"]]);
    expect(runs[0]).toMatchObject({ sourcePath: "/<function>/PreToolUse", source: "unknown" });
    expect(outcome).toEqual({ block: "no network", replacement: null });
  });

  it("may answer a text or nothing, and may fail", async () => {
    const prompt: HookEvent = { ...context(), event: "UserPromptSubmit", prompt: "p" };
    const engine = await engineOf({}, [
      asyncHandler("UserPromptSubmit", async ({ prompt: text }) => `seen ${text}`),
      asyncHandler("UserPromptSubmit", () => {}),
      asyncHandler("UserPromptSubmit", () => {
        throw new Error("broken");
      }),
    ]);
    expect((await engine.run(prompt)).runs.map(shown)).toEqual([
      ["completed", "context:seen p"],
      ["completed"],
      ["failed", "error:hook failed: broken"],
    ]);
  });

  it("is told when its time is over, and cannot change what others see", async () => {
    let told = false;
    const engine = await engineOf({}, [
      asyncHandler(
        "PreToolUse",
        (input, { signal }) => {
          Object.assign(input, { tool_name: "changed" });
          signal.addEventListener("abort", () => (told = true));
          return new Promise<undefined>(() => {});
        },
        { timeoutSec: 1 },
      ),
      asyncHandler("PreToolUse", ({ tool_name }) => ({ systemMessage: tool_name })),
    ]);
    expect((await engine.run(preToolUse())).runs.map(shown)).toEqual([
      ["failed", "error:hook timed out after 1s"],
      ["completed", "warning:Bash"],
    ]);
    expect(told).toBe(true);
  });

  it("may replace an input only if it was said to", async () => {
    const answer = () => ({
      hookSpecificOutput: { hookEventName: "PreToolUse" as const, updatedInput: { command: "echo safe" } },
    });
    const event = { ...preToolUse(), checkInput: () => null };
    const allowed = await engineOf({}, [asyncHandler("PreToolUse", answer, { allowUpdatedInput: true })]);
    expect((await allowed.run(event)).outcome.replacement).toEqual({ input: { command: "echo safe" } });
    const refused = await engineOf({}, [asyncHandler("PreToolUse", answer)]);
    expect((await refused.run(event)).runs.map(shown)).toEqual([
      ["failed", "error:PreToolUse hook returned unsupported updatedInput"],
    ]);
  });
});
