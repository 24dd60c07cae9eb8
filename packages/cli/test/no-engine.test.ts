import { execFileSync, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, type CliResult, finished, program } from "./support/cli.ts";
import { hasBwrap, pathWithoutBwrap } from "./support/engines.ts";

const ENOSYS = 38;
const LANDLOCK_CREATE_RULESET = 444;

/** A filter under which the kernel has no Landlock, as one from before 5.13. */
function withoutLandlock(): Buffer {
  const steps: [code: number, jumpTrue: number, jumpFalse: number, value: number][] = [
    [0x20, 0, 0, 0],
    [0x15, 0, 1, LANDLOCK_CREATE_RULESET],
    [0x06, 0, 0, 0x00050000 | ENOSYS],
    [0x06, 0, 0, 0x7fff0000],
  ];
  const bytes = Buffer.alloc(steps.length * 8);
  for (const [index, [code, jumpTrue, jumpFalse, value]] of steps.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jumpTrue, index * 8 + 2);
    bytes.writeUInt8(jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(value, index * 8 + 4);
  }
  return bytes;
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

/** Runs our program where there is neither bubblewrap nor Landlock. */
async function run(...args: string[]): Promise<CliResult> {
  const file = path.join(bench.root, "filter");
  writeFileSync(file, withoutLandlock());
  const filter = openSync(file, "r");
  const bwrap = execFileSync("which", ["bwrap"], { encoding: "utf8" }).trim();
  const child = spawn(
    bwrap,
    ["--dev-bind", "/", "/", "--seccomp", "3", "--chdir", bench.work, "--", process.execPath, program, ...args],
    {
      env: { ...process.env, PATH: pathWithoutBwrap(), CODEX_HOME: bench.home, NO_COLOR: "1" },
      stdio: ["pipe", "pipe", "pipe", filter],
    },
  );
  closeSync(filter);
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error("no pipes");
  stdin.end();
  return await finished(Object.assign(child, { stdin, stdout, stderr }) as Parameters<typeof finished>[0]);
}

describe.runIf(hasBwrap())("where no sandbox engine works", () => {
  it("doctor says what is missing and how to mend it, and exits with 3", async () => {
    const result = await run("doctor");
    expect(result.code).toBe(3);
    expect(result.stdout).toMatch(/missing {2}bubblewrap: /);
    expect(result.stdout).toMatch(/missing {2}landlock: /);
    expect(result.stdout).toMatch(/fix: .*bubblewrap/);
    expect(result.stdout).toContain("workspace-write: cannot run");
  });

  it("sandbox runs nothing", async () => {
    const result = await run("sandbox", "linux", "--full-auto", "touch", "x");
    expect(result.code).not.toBe(0);
    expect(result.stderr).toContain("nothing was run");
    expect(existsSync(path.join(bench.work, "x"))).toBe(false);
  });

  it("exec runs no command outside a sandbox, and tells the model why", async () => {
    const server = await bench.model([
      { items: [{ type: "function_call", name: "exec_command", arguments: { cmd: "touch x" }, call_id: "c" }] },
      "could not",
    ]);
    const result = await run("exec", "--skip-git-repo-check", "-s", "workspace-write", "go");
    expect(result.stdout).toBe("could not\n");
    expect(server.requests[1]?.output("c")).toContain("nothing was run");
    expect(existsSync(path.join(bench.work, "x"))).toBe(false);
  });
});
