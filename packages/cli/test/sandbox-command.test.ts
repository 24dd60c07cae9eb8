import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, finished } from "./support/cli.ts";
import { hasBwrap, pathWithoutBwrap } from "./support/engines.ts";
import { processesRunning, processesWith } from "./support/processes.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

interface Report {
  ready: boolean;
  checks: { name: string; ok: boolean; fix: string | null }[];
  engines: { mode: string; engine: string; reason: string }[];
}

const hasLandlock = (): boolean => {
  const program = path.resolve(import.meta.dirname, "../dist/codex-ts.js");
  const text = execFileSync(process.execPath, [program, "doctor", "--json"], { encoding: "utf8" });
  return (JSON.parse(text) as Report).checks.some(check => check.name === "landlock" && check.ok);
};

const engines: { name: string; env: () => Record<string, string>; available: boolean }[] = [
  { name: "bubblewrap", env: () => ({}), available: hasBwrap() },
  {
    name: "Landlock, on a PATH without bubblewrap",
    env: () => ({ PATH: pathWithoutBwrap() }),
    available: hasLandlock(),
  },
];

for (const engine of engines) {
  describe.runIf(engine.available)(`sandbox linux with ${engine.name}`, () => {
    const sandbox = (...args: string[]) => bench.run(["sandbox", "linux", ...args], { env: engine.env() });

    it("V20: gives the command's exit code", async () => {
      expect((await sandbox("sh", "-c", "exit 7")).code).toBe(7);
    });
    it("V20: gives 128 + n for signal n", async () => {
      expect((await sandbox("sh", "-c", "kill -9 $$")).code).toBe(137);
      expect((await sandbox("sh", "-c", "kill -15 $$")).code).toBe(143);
    });
    it("V20: lets nothing be written without --full-auto, whatever sandbox_mode says", async () => {
      const result = await bench.run(["-c", 'sandbox_mode="danger-full-access"', "sandbox", "linux", "touch", "x"], {
        env: engine.env(),
      });
      expect(result.code).toBe(1);
      expect(existsSync(path.join(bench.work, "x"))).toBe(false);
    });
    it("V20: lets the folder be written with --full-auto, and nothing outside it", async () => {
      expect((await sandbox("--full-auto", "touch", "x")).code).toBe(0);
      expect(existsSync(path.join(bench.work, "x"))).toBe(true);
      const outside = path.join(bench.home, "outside");
      bench.config("[sandbox_workspace_write]\nexclude_slash_tmp = true\nexclude_tmpdir_env_var = true\n");
      expect((await sandbox("--full-auto", "touch", outside)).code).not.toBe(0);
      expect(existsSync(outside)).toBe(false);
    });
    it("passes flags of the command on untouched", async () => {
      expect((await sandbox("--", "sh", "-c", 'printf %s "$0 $1"', "--full-auto", "-c")).stdout).toBe("--full-auto -c");
    });
    it("has no network", async () => {
      const script =
        "require('net').connect(9, '127.0.0.1').on('error', e => { console.log(e.code); process.exit(3); })";
      expect((await sandbox(process.execPath, "-e", script)).code).toBe(3);
    });
  });

  describe.runIf(engine.available)(`exec with ${engine.name}`, () => {
    it("runs the model's command in the sandbox, and the model hears what was refused", async () => {
      const outside = path.join(bench.home, "outside");
      const config = "[sandbox_workspace_write]\nexclude_slash_tmp = true\nexclude_tmpdir_env_var = true\n";
      const cmd = `echo in > inside; echo out > ${outside}`;
      const server = await bench.model([
        { items: [{ type: "function_call", name: "exec_command", arguments: { cmd }, call_id: "c" }] },
        "done",
      ]);
      writeFileSync(path.join(bench.home, "config.toml"), `${readConfig()}\n${config}`);
      const result = await bench.exec(["-s", "workspace-write", "go"], { env: engine.env() });
      expect(result.code).toBe(0);
      expect(existsSync(path.join(bench.work, "inside"))).toBe(true);
      expect(existsSync(outside)).toBe(false);
      expect(server.requests[1]?.output("c")).toMatch(/Read-only file system|Permission denied/);
    });

    it("leaves no process behind when it is killed", async () => {
      const marker = `33${process.pid}`;
      const server = await bench.model([
        {
          items: [{ type: "function_call", name: "exec_command", arguments: { cmd: `sleep ${marker}` }, call_id: "c" }],
        },
      ]);
      const child = bench.start(["exec", "--skip-git-repo-check", "go"], { env: engine.env() });
      child.stdin.end();
      const done = finished(child);
      await server.waitForRequest(0);
      await expect.poll(() => processesRunning(`sleep ${marker}`).length).toBeGreaterThan(0);
      child.kill("SIGKILL");
      await done;
      await expect.poll(() => processesWith(`sleep ${marker}`)).toEqual([]);
    });
  });
}

function readConfig(): string {
  return execFileSync("cat", [path.join(bench.home, "config.toml")], { encoding: "utf8" });
}

describe("sandbox on the wrong platform", () => {
  it("says where it is available", async () => {
    const mac = await bench.run(["sandbox", "macos", "ls"]);
    expect([mac.code, mac.stderr]).toEqual([1, "Error: Seatbelt sandbox is only available on macOS\n"]);
    const windows = await bench.run(["sandbox", "windows", "ls"]);
    expect([windows.code, windows.stderr]).toEqual([1, "Error: Windows sandbox is only available on Windows\n"]);
  });
  it("prints its help on stderr when called bare", async () => {
    const result = await bench.run(["sandbox"]);
    expect([result.code, result.stdout]).toEqual([2, ""]);
    expect(result.stderr).toContain("Usage: codex-ts sandbox");
  });
});

describe("doctor", () => {
  it("tells which engine each mode gets, as JSON and in words", async () => {
    const json = await bench.run(["doctor", "--json"]);
    const report = JSON.parse(json.stdout) as Report;
    expect(json.code).toBe(report.ready ? 0 : 3);
    expect(report.engines.map(engine => engine.mode)).toEqual([
      "read-only",
      "workspace-write",
      "deny-read",
      "danger-full-access",
    ]);
    const words = await bench.run(["doctor"]);
    expect(words.stdout).toContain("workspace-write: ");
  });

  it("says how to install bubblewrap where it is missing", async () => {
    const report = JSON.parse(
      (await bench.run(["doctor", "--json"], { env: { PATH: pathWithoutBwrap() } })).stdout,
    ) as Report;
    const check = report.checks.find(({ name }) => name === "bubblewrap");
    expect(check?.ok).toBe(false);
    expect(check?.fix).toMatch(/bubblewrap/);
    expect(report.engines.find(engine => engine.mode === "workspace-write")?.engine).not.toBe("bwrap");
  });
});
