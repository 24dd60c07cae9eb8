import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { type PermissionProfile, specialEntry } from "@codex-ts/permissions";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runSandboxed, spawnSandboxed, type SandboxedProcess, type SpawnOptions } from "../src/index.ts";
import {
  engines,
  makePlace,
  type Place,
  readOnly,
  shell,
  someEngine,
  type TestEngine,
  workspaceWrite,
} from "./support/engines.ts";

let place: Place;
const started: SandboxedProcess[] = [];
beforeEach(() => {
  place = makePlace();
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    child.kill();
    await child.exited;
  }
  place.remove();
});

const env = { PATH: process.env.PATH ?? "/usr/bin:/bin" };
const open: TestEngine = { name: "landlock", works: true, host: {} };
const all = [
  ...engines.map(engine => ({ name: engine.name as string, engine, confined: true })),
  { name: "no sandbox", engine: open, confined: false },
];

/** What no legacy policy says: only the system's folders and one more may be read. */
const restrictedReads = (): PermissionProfile => ({
  type: "managed",
  network: "restricted",
  file_system: {
    type: "restricted",
    entries: [specialEntry({ kind: "minimal" }, "read"), specialEntry({ kind: "current_working_directory" }, "write")],
  },
});

async function start(engine: TestEngine, confined: boolean, more: Partial<SpawnOptions> & { argv: readonly string[] }) {
  const child = await spawnSandboxed({
    cwd: place.W,
    env,
    profile: confined ? workspaceWrite(place.W) : null,
    host: engine.host,
    ...more,
  });
  started.push(child);
  return child;
}

async function textOf(child: SandboxedProcess, until?: string): Promise<string> {
  let text = "";
  for await (const { chunk } of child.output) {
    text += Buffer.from(chunk).toString();
    if (until !== undefined && text.includes(until)) break;
  }
  return text;
}

describe.each(all)("with $name", ({ engine, confined }) => {
  it.runIf(engine.works)(
    "output of both streams arrives while the command runs, and the exit code at its end",
    async () => {
      const child = await start(engine, confined, {
        argv: ["sh", "-c", "echo out; echo err >&2; sleep 0.1; echo more; exit 7"],
      });
      const seen: Record<string, string> = { stdout: "", stderr: "" };
      for await (const { stream, chunk } of child.output) seen[stream] += Buffer.from(chunk).toString();
      expect(seen).toEqual({ stdout: "out\nmore\n", stderr: "err\n" });
      expect(await child.exited).toEqual({ exitCode: 7, signal: null });
    },
  );

  it.runIf(engine.works)("input is written, answered and closed", async () => {
    const child = await start(engine, confined, { argv: ["cat"], stdin: "pipe" });
    await child.write("hello ");
    await child.write(Buffer.from("world\n"));
    child.closeStdin();
    expect(await textOf(child)).toBe("hello world\n");
    expect((await child.exited).exitCode).toBe(0);
    await expect(child.write("late")).rejects.toThrow(/closed/);
  });

  it.runIf(engine.works)("a terminal is a terminal of the given size, and can be resized and typed into", async () => {
    const child = await start(engine, confined, {
      argv: [
        "sh",
        "-c",
        "test -t 0 && test -t 1 && test -t 2 && echo terminal; stty size; read line; stty size; echo got $line",
      ],
      tty: { cols: 91, rows: 33 },
    });
    let text = "";
    for await (const { stream, chunk } of child.output) {
      expect(stream).toBe("stdout");
      text += Buffer.from(chunk).toString();
      if (text.includes("33 91") && !text.includes("hi")) {
        child.resize?.(120, 40);
        await child.write("hi\r");
      }
    }
    expect(text.replaceAll("\r", "")).toMatch(/^terminal\n33 91\n(?:hi\n)?40 120\ngot hi\n$/);
    expect(await child.exited).toEqual({ exitCode: 0, signal: null });
  });

  it.runIf(engine.works)("a terminal's command is confined as any other and gets exactly its environment", async () => {
    const child = await start(engine, confined, {
      argv: ["sh", "-c", `env | grep -vE '^(PWD|OLDPWD|SHLVL|_|TERM)='; touch ${place.O}/x`],
      tty: { cols: 80, rows: 24 },
      env: { PATH: "/usr/bin:/bin", A: "1", LD_LIBRARY_PATH: "/nowhere" },
    });
    const lines = (await textOf(child)).replaceAll("\r", "").split("\n");
    const marker = confined ? ["CODEX_SANDBOX_NETWORK_DISABLED=1"] : [];
    expect(lines.filter(line => /^[A-Z_]+=/.test(line)).sort()).toEqual(
      ["A=1", "LD_LIBRARY_PATH=/nowhere", "PATH=/usr/bin:/bin", ...marker].sort(),
    );
    expect(existsSync(`${place.O}/x`)).toBe(!confined);
  });

  it.runIf(engine.works)("killing takes the whole process group", async () => {
    const child = await start(engine, confined, { argv: ["sh", "-c", "sleep 1000 & sleep 1000 & echo ready; wait"] });
    await textOf(child, "ready");
    child.kill("SIGTERM");
    const exit = await child.exited;
    expect([exit.exitCode, exit.signal]).toEqual([143, "SIGTERM"]);
    child.kill();
  });

  it.runIf(engine.works)("a signal in the command shows in the exit", async () => {
    const child = await start(engine, confined, { argv: ["sh", "-c", "kill -KILL $$"] });
    expect((await child.exited).exitCode).toBe(137);
  });

  it.runIf(engine.works)("a reader that is slow makes the command wait instead of filling memory", async () => {
    const child = await start(engine, confined, { argv: ["sh", "-c", "head -c 100000000 /dev/zero; echo end >&2"] });
    let ended = false;
    void child.exited.then(() => {
      ended = true;
    });
    let endedWhileUnread: boolean | null = null;
    let bytes = 0;
    for await (const { stream, chunk } of child.output) {
      if (bytes === 0) {
        await new Promise(resolve => setTimeout(resolve, 400));
        endedWhileUnread = ended;
      }
      if (stream === "stdout") bytes += chunk.byteLength;
    }
    expect(endedWhileUnread).toBe(false);
    expect(bytes).toBe(100_000_000);
    expect((await child.exited).exitCode).toBe(0);
  });
});

describe("running to the end", () => {
  const engine = someEngine as TestEngine;
  const run = (command: string, more = {}) => shell(engine, place.W, workspaceWrite(place.W), command, more);

  it.runIf(someEngine)("100 MB of output are read to the end and cut to the cap exactly", async () => {
    const result = await run(
      "head -c 100000000 /dev/zero | tr '\\0' o; head -c 2000000 /dev/zero | tr '\\0' e >&2; exit 3",
    );
    const third = Math.floor(1048576 / 3);
    expect([result.exitCode, result.stdout.length, result.stderr.length]).toEqual([3, 1048576, 1048576]);
    expect(result.aggregated).toBe("o".repeat(third) + "e".repeat(1048576 - third));
  });

  it.runIf(someEngine)("the cap can be set, or taken away", async () => {
    expect((await run("printf 0123456789", { outputCapBytes: 4 })).stdout).toBe("0123");
    expect((await run("head -c 3000000 /dev/zero", { outputCapBytes: null })).stdout.length).toBe(3_000_000);
  });

  it.runIf(someEngine)("live output comes in at most 10 000 pieces a stream", async () => {
    let pieces = 0;
    const { stdout } = await run("i=0; while [ $i -lt 300 ]; do echo $i; i=$((i+1)); done", {
      onOutput: () => pieces++,
    });
    expect(pieces).toBeGreaterThan(0);
    expect(stdout.split("\n").length).toBe(301);
  });

  it.runIf(someEngine)("a command out of time is reported as 124 with what it printed", async () => {
    const result = await run("echo before; sleep 100; echo after", { timeoutMs: 300 });
    expect(result).toMatchObject({ exitCode: 124, timedOut: true, stdout: "before\n", denied: false });
    expect(result.durationMs).toBeLessThan(20_000);
  });

  it.runIf(someEngine)("an abort kills the command and is told", async () => {
    const controller = new AbortController();
    const running = run("echo before; sleep 100", { signal: controller.signal, onOutput: () => controller.abort() });
    expect(await running).toMatchObject({ aborted: true, timedOut: false, stdout: "before\n", signal: "SIGKILL" });
  });

  it.runIf(someEngine)("an abort before the start runs nothing", async () => {
    await expect(run("touch ran", { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    expect(readdirSync(place.W)).toEqual([]);
  });

  it.runIf(someEngine)("output in pieces of a character is decoded whole", async () => {
    expect((await run("printf '\\303'; sleep 0.05; printf '\\251'")).stdout).toBe("é");
  });

  it("what something left behind keeps open is waited for 2 seconds, and that output is given up", async () => {
    const result = await runSandboxed({
      command: "echo lost; setsid sleep 9 2>/dev/null &",
      cwd: place.W,
      env,
      permissions: null,
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect(result.durationMs).toBeGreaterThan(1900);
    expect(result.durationMs).toBeLessThan(8900);
  });

  it.runIf(someEngine)("200 commands at once all succeed", { timeout: 120_000 }, async () => {
    const results = await Promise.all(
      Array.from({ length: 200 }, (_, index) => run(`echo ${index}`, { timeoutMs: 110_000 })),
    );
    expect(results.map(result => result.stdout.trim())).toEqual(Array.from({ length: 200 }, (_, index) => `${index}`));
  });
});

describe("bad requests", () => {
  const cwd = () => place.W;
  const code = (value: string) => expect.objectContaining({ code: value });

  it("an empty command is refused", async () => {
    await expect(runSandboxed({ argv: [], cwd: cwd(), permissions: null })).rejects.toEqual(code("invalid_request"));
    await expect(runSandboxed({ cwd: cwd(), permissions: null })).rejects.toThrow("command args are empty");
  });

  it("a working directory that is missing or a file is named", async () => {
    const missing = path.join(place.base, "missing");
    await expect(runSandboxed({ command: "true", cwd: missing, permissions: null })).rejects.toThrow(
      `the working directory ${missing} does not exist`,
    );
    await expect(runSandboxed({ command: "true", cwd: `${place.O}/f`, permissions: null })).rejects.toThrow(
      /is not a directory/,
    );
  });

  it("a program that does not exist cannot be started", async () => {
    for (const name of ["/no/such", ""]) {
      const run = runSandboxed({ argv: [name], cwd: cwd(), permissions: null });
      await expect(run).rejects.toEqual(code("spawn_failed"));
      await expect(run).rejects.toMatchObject({ cause: { code: "ENOENT" } });
    }
  });

  it.runIf(someEngine)("a program that does not exist says so on the terminal it was to have", async () => {
    const tty = { cols: 80, rows: 24 };
    const child = await spawnSandboxed({ argv: ["no-such"], cwd: cwd(), env, profile: readOnly(cwd()), tty });
    const said: string[] = [];
    for await (const { stream, chunk } of child.output) said.push(`${stream} ${Buffer.from(chunk).toString()}`);
    expect(said).toEqual(["stdout Failed to execvp no-such: No such file or directory (os error 2)\r\n"]);
    expect([child.pid, (await child.exited).exitCode]).toEqual([null, 101]);
    const open = spawnSandboxed({ argv: ["no-such"], cwd: cwd(), env, profile: null, tty });
    await expect(open).rejects.toEqual(code("spawn_failed"));
  });

  it("an argument list that is too long cannot be started, and leaks no descriptor", async () => {
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const tooLong = () => runSandboxed({ argv: ["/bin/echo", "x".repeat(300_000)], cwd: cwd(), permissions: null });
    await expect(tooLong()).rejects.toEqual(code("spawn_failed"));
    const before = descriptors();
    for (let round = 0; round < 5; round++) await expect(tooLong()).rejects.toEqual(code("spawn_failed"));
    expect(descriptors()).toBe(before);
  });

  it.runIf(someEngine)("a refusal of the sandbox can be had as a command that ended and said why", async () => {
    symlinkSync("docs", path.join(place.W, ".codex"));
    const options = { command: "touch ran", cwd: cwd(), permissions: workspaceWrite(cwd()), env } as const;
    const why = `cannot enforce sandbox read-only path ${place.W}/.codex because it crosses writable symlink ${place.W}/.codex`;
    const refused = { cwd: cwd(), env, legacyLandlock: true, permissions: restrictedReads(), command: "touch ran" };
    const cases = engines[0]?.works
      ? ([
          [options, why],
          [refused, "legacy"],
        ] as const)
      : ([[refused, "legacy"]] as const);
    for (const [given, text] of cases) {
      await expect(runSandboxed(given)).rejects.toThrow(text);
      const result = await runSandboxed({ ...given, onRefusal: "end" });
      expect(result).toMatchObject({ exitCode: 101, signal: null, stdout: "", denied: true });
      expect(result.stderr).toContain(text);
    }
    expect(existsSync(`${place.W}/ran`)).toBe(false);
  });

  it("a network through the proxy is refused when there is no proxy", async () => {
    const refused = runSandboxed({ command: "touch ran", cwd: cwd(), permissions: readOnly(cwd()), network: "proxy" });
    await expect(refused).rejects.toThrow("managed proxy mode requires proxy environment variables");
    expect(readdirSync(place.W)).toEqual([]);
  });

  it("a machine on which no engine works runs nothing", async () => {
    mkdirSync(path.join(place.base, "none"));
    const host = { path: "/nonexistent", helper: "/nonexistent/helper.mjs" };
    const result = await runSandboxed({
      command: "touch ran",
      cwd: cwd(),
      permissions: workspaceWrite(cwd()),
      env,
      host,
    }).catch((error: unknown) => error);
    expect(existsSync(`${place.W}/ran`)).toBe(false);
    expect(result).toBeDefined();
  });
});
