import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  ESCALATION_VARIABLES,
  type ExecAction,
  installWrapper,
  type InterceptedExec,
  runSandboxed,
  type RunResult,
  startEscalation,
} from "../src/index.ts";
import { readDescriptors, readRequest } from "../src/escalation/messages.ts";
import { engines, makePlace, type Place, workspaceWrite } from "./support/engines.ts";
import { writePatchedShell } from "./support/patched-shell.ts";

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const env = { PATH: process.env.PATH ?? "/usr/bin:/bin", KEPT: "yes" };
const all = [
  ...engines.filter(({ works }) => works).map(engine => ({ name: engine.name as string, engine, confined: true })),
  { name: "no sandbox", engine: { host: {} }, confined: false },
];

interface Played extends RunResult {
  asked: InterceptedExec[];
}

/** Runs a script in a patched shell; every program it starts is decided about. */
async function play(
  script: string,
  decide: (request: InterceptedExec, signal: AbortSignal) => ExecAction | Promise<ExecAction>,
  {
    engine,
    confined,
    signal,
    timeoutMs,
  }: Partial<(typeof all)[number]> & { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<Played> {
  const asked: InterceptedExec[] = [];
  const escalation = startEscalation(async (request, cancelled) => {
    asked.push(request);
    return decide(request, cancelled);
  });
  try {
    const result = await runSandboxed({
      argv: [writePatchedShell(path.join(place.W, "zsh")), "-c", script],
      cwd: place.W,
      permissions: confined === true ? workspaceWrite(place.W) : null,
      ...engine,
      env: {
        ...env,
        [ESCALATION_VARIABLES.socket]: "3",
        [ESCALATION_VARIABLES.wrapper]: await installWrapper(path.join(place.W, "tmp")),
      },
      inherit: [escalation.clientSocket],
      timeoutMs: timeoutMs ?? 30_000,
      ...(signal === undefined ? {} : { signal }),
    });
    return { ...result, asked };
  } finally {
    await escalation.stop();
  }
}

const unsandboxed = ({ file, argv, workdir, env: told }: InterceptedExec): ExecAction => ({
  type: "escalate",
  command: { argv: [file, ...argv.slice(1)], arg0: argv[0] ?? file, cwd: workdir, env: told, profile: null },
});

const openDescriptors = () => readdirSync("/proc/self/fd").length;

describe.skipIf(process.platform !== "linux")("programs of a patched shell (spec exec-server.md 5)", () => {
  describe.each(all)("in $name", where => {
    it("run in the shell's place, with their own arguments, environment and exit code", async () => {
      const run = await play("echo a b; env; false", () => ({ type: "run" }), where);
      expect(run.asked.map(({ argv }) => argv)).toEqual([["echo", "a", "b"], ["env"], ["false"]]);
      expect(run.asked[0]?.file).toMatch(/^\/.*\/echo$/);
      expect(run.asked[0]).toMatchObject({ workdir: place.W, env: { KEPT: "yes" } });
      expect(run.asked[0]?.env).not.toHaveProperty("EXEC_WRAPPER");
      expect(run.asked[0]?.env).not.toHaveProperty("CODEX_ESCALATE_SOCKET");
      expect(run.stdout).toContain("a b\n");
      // What runs keeps both variables: a patched shell inside is intercepted, too.
      expect(run.stdout).toContain("CODEX_ESCALATE_SOCKET=3\n");
      expect(run.stdout).toContain("EXEC_WRAPPER=");
      expect(run.exitCode).toBe(1);
    });

    it("are refused with a reason, or without", async () => {
      const run = await play(
        "touch made; touch more",
        ({ argv }) => ({ type: "deny", reason: argv[1] === "made" ? "not today" : null }),
        where,
      );
      expect(run.stderr).toBe("Execution denied: not today\nExecution denied\n");
      expect(run.exitCode).toBe(1);
      expect(existsSync(path.join(place.W, "made"))).toBe(false);
    });

    it("run outside of the sandbox on the shell's own streams when they are escalated", async () => {
      const outside = path.join(place.O, "outside");
      const run = await play(`touch ${outside}; env; false`, unsandboxed, where);
      expect(existsSync(outside)).toBe(true);
      expect(run.stdout).toContain("KEPT=yes\n");
      expect(run.stdout).not.toContain("EXEC_WRAPPER=");
      expect(run.exitCode).toBe(1);
    });
  });

  it("run in other permissions than the shell's when that is decided", async () => {
    const run = await play(`touch ${place.O}/outside`, request => ({
      type: "escalate",
      command: { argv: request.argv, cwd: request.workdir, env: request.env, profile: workspaceWrite(place.W) },
    }));
    expect(run.stderr).toMatch(/Read-only file system|Permission denied/);
    expect(run.exitCode).toBe(1);
  });

  it("ask all at once, each on a stream of its own", async () => {
    let waiting = 0;
    let release = () => {};
    const together = new Promise<void>(resolve => (release = resolve));
    const run = await play("parallel echo 1; echo 2; echo 3", async () => {
      if (++waiting === 3) release();
      await together;
      return { type: "run" };
    });
    expect(run.stdout.split("\n").sort()).toEqual(["", "1", "2", "3"]);
  });

  it("exit with 127 when a signal ended them elsewhere", async () => {
    const run = await play("sh -x", request => ({
      type: "escalate",
      command: { argv: ["/bin/sh", "-c", "kill -9 $$"], cwd: request.workdir, env: request.env, profile: null },
    }));
    expect(run.exitCode).toBe(127);
  });

  it("are refused when the decision fails", async () => {
    const run = await play("echo a", () => Promise.reject(new Error("no decision")));
    expect(run.stderr).toBe("Execution denied\n");
  });

  it("say why when they cannot be started elsewhere", async () => {
    const run = await play("echo a", request => ({
      type: "escalate",
      command: { argv: [path.join(place.W, "missing")], cwd: request.workdir, env: request.env, profile: null },
    }));
    expect(run.stderr).toMatch(/cannot start .*missing: ENOENT/);
    expect(run.exitCode).toBe(1);
  });

  it("end with the shell: nothing that was escalated outlives the session", async () => {
    const mark = `3${Math.floor(Math.random() * 1e6)}.5`;
    const run = await play(`sleep ${mark}`, unsandboxed, { timeoutMs: 1500 });
    expect(run.timedOut).toBe(true);
    const left = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
    expect(left.split("\n").filter(line => line.includes(`sleep ${mark}`))).toEqual([]);
  });

  it("leave no descriptor behind", async () => {
    await play("echo a; echo b", () => ({ type: "run" }));
    const before = openDescriptors();
    await play("parallel echo a; echo b; cat", unsandboxed);
    await play("echo a", () => ({ type: "deny", reason: null }));
    expect(openDescriptors()).toBe(before);
  });

  it("a long command line and environment arrive whole", async () => {
    const long = "x".repeat(60_000);
    const run = await play(`echo ${long} ${long}`, () => ({ type: "run" }));
    expect(run.asked[0]?.argv).toEqual(["echo", long, long]);
    expect(run.stdout).toBe(`${long} ${long}\n`);
  });
});

describe("what a wrapper says", () => {
  const whole = { file: "/bin/ls", argv: ["ls"], workdir: "/w", env: { A: "b" } };
  it("is a program with all its parts", () => {
    expect(readRequest(JSON.stringify(whole))).toEqual(whole);
    expect(readRequest(JSON.stringify({ ...whole, file: "../x" }))?.file).toBe("/x");
  });

  it.each([
    "",
    "[]",
    "null",
    JSON.stringify({ ...whole, file: "" }),
    JSON.stringify({ ...whole, workdir: "w" }),
    JSON.stringify({ ...whole, argv: [] }),
    JSON.stringify({ ...whole, argv: [1] }),
    JSON.stringify({ ...whole, env: { A: 1 } }),
    JSON.stringify({ ...whole, env: null }),
  ])("%s is no request", text => {
    expect(readRequest(text)).toBeNull();
  });

  it("hands over exactly the three standard streams, in any order", () => {
    expect(readDescriptors('{"fds":[2,0,1]}', [12, 10, 11])).toEqual([10, 11, 12]);
    for (const text of ['{"fds":[0,1]}', '{"fds":[0,1,2,3]}', '{"fds":[0,1,1]}', "{}", "x"]) {
      expect(readDescriptors(text, [10, 11, 12])).toBeNull();
    }
    expect(readDescriptors('{"fds":[0,1,2]}', [10])).toBeNull();
  });
});

it("the file that starts the wrapper is for its owner alone, and survives a blank in a path", async () => {
  const file = await installWrapper(path.join(place.W, "a b"), "/opt/no de/bin/node");
  expect(readFileSync(file, "utf8")).toMatch(
    /^#!\/bin\/sh\nexec '\/opt\/no de\/bin\/node' '.*execve-wrapper\.mjs' "\$@"\n$/,
  );
  expect(execFileSync("stat", ["-c", "%a", file], { encoding: "utf8" })).toBe("700\n");
});
