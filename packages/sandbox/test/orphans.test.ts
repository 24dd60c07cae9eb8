import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bundleProgram } from "./support/bundle.ts";
import { engines, makePlace, type Place, workspaceWrite } from "./support/engines.ts";

/** Starts a command on pipes, one on a terminal and one to its end; each has a child of its own. Then waits. */
const victim = `
import { runSandboxed, spawnSandboxed } from "@codex-ts/sandbox";
const { cwd, mark, profile, host, path } = JSON.parse(process.argv[2]);
const base = { cwd, env: { PATH: path }, profile, host };
const argv = ["/bin/sh", "-c", mark + " & " + mark + "; echo never"];
await spawnSandboxed({ ...base, argv });
await spawnSandboxed({ ...base, argv, tty: { cols: 80, rows: 24 } });
void runSandboxed({ ...base, permissions: profile, argv, timeoutMs: null });
setInterval(() => {}, 1000);
`;

let place: Place;
let program: Awaited<ReturnType<typeof bundleProgram>>;
beforeAll(async () => {
  program = await bundleProgram("victim", victim);
});
afterAll(() => program.remove());
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const cases = [
  ...engines.map(({ name, works, host }) => ({ name: name as string, works, host, confined: true })),
  { name: "no sandbox", works: true, host: {}, confined: false },
];

describe.each(cases)("when the agent is killed, with $name", ({ name, works, host, confined }) => {
  it.runIf(works).each(["SIGKILL", "SIGTERM"] as const)(
    "by %s, nothing it started is left",
    { timeout: 130_000 },
    async signal => {
      const mark = `sleep 95${process.pid}${name.length}${signal === "SIGKILL" ? 1 : 2}`;
      const profile = confined ? workspaceWrite(place.W) : null;
      const order = { cwd: place.W, mark, profile, host, path: process.env.PATH ?? "/usr/bin:/bin" };
      const agent = spawn(process.execPath, [program.file, JSON.stringify(order)], { stdio: "inherit" });
      await until(() => running(mark).length === 6);
      agent.kill(signal);
      await once(agent, "exit");
      await until(() => running(mark).length === 0);
      expect(running(mark)).toEqual([]);
    },
  );
});

/** Runs a command to its end, and leaves by itself; so much memory takes a while to give back, after the pipes are closed. */
const leaver = `
import { runSandboxed } from "@codex-ts/sandbox";
const { cwd, profile, path } = JSON.parse(process.argv[2]);
globalThis.ballast = Array.from({ length: 3_000_000 }, (_, index) => ({ index }));
const { exitCode } = await runSandboxed({ cwd, env: { PATH: path }, permissions: profile, argv: ["true"] });
process.exitCode = exitCode + 7;
`;

describe.runIf(engines[0]?.works)("when the agent leaves by itself", () => {
  it("its exit code is its own", { timeout: 130_000 }, async () => {
    const bundle = await bundleProgram("leaver", leaver);
    try {
      const order = { cwd: place.W, profile: workspaceWrite(place.W), path: process.env.PATH ?? "" };
      const agent = spawn(process.execPath, [bundle.file, JSON.stringify(order)], { stdio: "inherit" });
      expect(await once(agent, "exit")).toEqual([7, null]);
      await until(() => carriers(`codex-ts-guard-${agent.pid}-`).length === 0);
    } finally {
      bundle.remove();
    }
  });
});

/** Says so, then starts a swarm of commands at once. */
const swarm = `
import { spawnSandboxed } from "@codex-ts/sandbox";
const { cwd, mark, profile, path } = JSON.parse(process.argv[2]);
const argv = ["/bin/sh", "-c", mark + " & " + mark];
const start = () => spawnSandboxed({ cwd, env: { PATH: path }, profile, argv });
await start();
process.stdout.write("started");
for (let count = 0; count < 12; count++) void start();
setInterval(() => {}, 1000);
`;

describe.runIf(engines[0]?.works)("when the agent is killed while bubblewrap starts", () => {
  it("nothing is left, whenever it happens", { timeout: 300_000 }, async () => {
    const bundle = await bundleProgram("swarm", swarm);
    try {
      const mark = `sleep 94${process.pid}`;
      const order = { cwd: place.W, mark, profile: workspaceWrite(place.W), path: process.env.PATH ?? "" };
      for (let round = 0; round < 12; round++) {
        const stdio = ["ignore", "pipe", "inherit"] as const;
        const agent = spawn(process.execPath, [bundle.file, JSON.stringify(order)], { stdio: [...stdio] });
        if (agent.stdout) await once(agent.stdout, "data");
        expect(carriers(`codex-ts-guard-${agent.pid}-`)).not.toEqual([]);
        await new Promise(resolve => setTimeout(resolve, round * 3));
        agent.kill("SIGKILL");
        await once(agent, "exit");
        // What has not run its command yet would not show by that: it holds the agent's mark, as the guard does in its
        // arguments. When nobody has it any more, nothing can start late.
        await until(() => carriers(`codex-ts-guard-${agent.pid}-`).length === 0);
        await until(() => running(mark).length === 0);
      }
    } finally {
      bundle.remove();
    }
  });
});

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!condition() && Date.now() < deadline) await new Promise(resolve => setTimeout(resolve, 25));
  expect(condition()).toBe(true);
}

/** The processes that name a mark in their arguments or have it open. */
function carriers(mark: string): string[] {
  return readdirSync("/proc").filter(pid => {
    try {
      if (!/^\d+$/.test(pid)) return false;
      if (commandLineOf(pid).includes(mark)) return true;
      return readdirSync(`/proc/${pid}/fd`).some(fd => linkOf(`/proc/${pid}/fd/${fd}`).includes(mark));
    } catch {
      return false;
    }
  });
}

/** What a link leads to; nothing for one that is gone meanwhile. */
function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return "";
  }
}

/** The processes of this machine with this command line. */
function running(commandLine: string): string[] {
  return readdirSync("/proc").filter(pid => {
    try {
      return /^\d+$/.test(pid) && commandLineOf(pid) === commandLine;
    } catch {
      return false;
    }
  });
}

function commandLineOf(pid: string): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
}
