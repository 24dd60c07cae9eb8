import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./support/cli.ts";
import { hasBwrap } from "./support/engines.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

const made = (name: string) => existsSync(path.join(bench.work, name));

describe.runIf(hasBwrap())("sandbox explain", () => {
  it("prints the plan, runs the command, and names the rule a failure comes from", async () => {
    mkdirSync(path.join(bench.work, ".git"));
    const result = await bench.run(["sandbox", "explain", "--full-auto", "--", "touch", "ok", ".git/x"]);
    expect(result.code).toBe(1);
    expect(made("ok")).toBe(true);
    expect(result.stdout).toMatch(/^command: touch ok \.git\/x\n/);
    expect(result.stdout).toContain("engine: bwrap (bubblewrap works here)");
    expect(result.stdout).toContain(`${bench.work} may be written: writable root`);
    expect(result.stdout).toContain(
      `exit code: 1\nlikely cause: ${bench.work}/.git: stays read-only below writable root ${bench.work}\n`,
    );
    expect(result.stderr).toContain("Read-only file system");
  });

  it("as JSON holds the plan, the run and the cause", async () => {
    const result = await bench.run(["sandbox", "explain", "--json", "--", "sh", "-c", "echo out; touch x"]);
    const explained = JSON.parse(result.stdout);
    expect(result.code).toBe(1);
    expect(explained).toMatchObject({
      engine: "bwrap",
      network: { access: "none" },
      run: { exitCode: 1, denied: true, stdout: "out\n" },
      cause: { kind: "files", path: path.join(bench.work, "x"), rule: expect.stringContaining("/: ") },
    });
  });

  it("finds the closed network", async () => {
    const script =
      "require('net').connect(9, '127.0.0.1').on('error', e => { console.error(e.message); process.exit(3) })";
    const result = await bench.run(["sandbox", "explain", "--json", "--", process.execPath, "-e", script]);
    expect(JSON.parse(result.stdout)).toMatchObject({ run: { exitCode: 3 }, cause: { kind: "network" } });
  });

  it("does not blame the sandbox for an ordinary failure, and names no cause after a success", async () => {
    const failed = await bench.run(["sandbox", "explain", "--", "sh", "-c", "exit 4"]);
    expect([failed.code, failed.stdout]).toEqual([4, expect.stringContaining("likely cause: not the sandbox")]);
    const fine = await bench.run(["sandbox", "explain", "--", "echo", "hi"]);
    expect([fine.code, fine.stdout]).toEqual([0, expect.stringMatching(/output:\nhi\nexit code: 0\n$/)]);
  });

  it("with --dry-run runs nothing", async () => {
    const result = await bench.run(["sandbox", "explain", "--full-auto", "--dry-run", "--", "touch", "x"]);
    expect([result.code, made("x")]).toEqual([0, false]);
    expect(result.stdout).toContain("files, the last rule that fits decides:");
  });

  it("of a command that may not run says why, and runs nothing", async () => {
    bench.config("[features]\nuse_legacy_landlock = true\n");
    const profile = 'default_permissions="p"\n[permissions.p.filesystem]\n":root"="read"\n"/etc/shadow"="none"\n';
    bench.config(`${profile}[features]\nuse_legacy_landlock = true\n`);
    const result = await bench.run(["sandbox", "explain", "--", "touch", "x"]);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain(
      "would not run: split sandbox policies requiring direct runtime enforcement are incompatible with --use-legacy-landlock",
    );
  });
});

describe.runIf(hasBwrap())("sandbox linux", () => {
  it("takes a configuration with default_permissions as it is, also when sandbox_mode replaces the profile", async () => {
    bench.config('default_permissions = "p"\n[permissions.p.filesystem]\n":root" = "read"\n');
    expect((await bench.run(["sandbox", "linux", "touch", "x"])).code).toBe(1);
    const mode = ["-c", 'sandbox_mode="workspace-write"'];
    expect((await bench.run(["sandbox", "linux", ...mode, "--", "touch", "x"])).code).toBe(0);
    const fullAuto = await bench.run(["sandbox", "linux", "--full-auto", "true"]);
    expect([fullAuto.code, fullAuto.stderr]).toEqual([
      1,
      "Error: `codex-ts sandbox --full-auto` is only supported for legacy `sandbox_mode` configs; choose a writable `[permissions]` profile instead\n",
    ]);
  });

  it("S24: forces its own mode, whatever sandbox_mode says", async () => {
    bench.config('sandbox_mode = "danger-full-access"\n');
    for (const options of [[], ["-c", 'sandbox_mode="workspace-write"'], ["-c", 'sandbox_mode="danger-full-access"']]) {
      const result = await bench.run(["sandbox", "linux", ...options, "--", "touch", path.join(bench.work, "n")]);
      expect([result.code, result.stderr]).toEqual([1, expect.stringContaining("Read-only file system")]);
    }
    expect(made("n")).toBe(false);
    const fullAuto = await bench.run(["sandbox", "linux", "--full-auto", "touch", path.join(bench.work, "n")]);
    expect([fullAuto.code, made("n")]).toEqual([0, true]);
  });

  it("wants a command, and says when it cannot be found", async () => {
    const none = await bench.run(["sandbox", "linux"]);
    expect([none.code, none.stderr]).toEqual([101, expect.stringContaining("No command specified to execute.")]);
    const missing = await bench.run(["sandbox", "linux", "no-such-command"]);
    expect([missing.code, missing.stderr]).toEqual([
      101,
      expect.stringContaining("Failed to execvp no-such-command: No such file or directory"),
    ]);
  });

  it("accepts a removed feature key without effect (S30)", async () => {
    const result = await bench.run(["--enable", "use_linux_sandbox_bwrap", "sandbox", "linux", "--", "true"]);
    expect([result.code, result.stderr]).toEqual([0, ""]);
    const unknown = await bench.run(["--enable", "no_such_feature", "sandbox", "linux", "--", "true"]);
    expect([unknown.code, unknown.stderr]).toEqual([1, "Error: Unknown feature flag: no_such_feature\n"]);
  });
});

it("sandbox macos takes its own options, and says where it works", async () => {
  const result = await bench.run(["sandbox", "macos", "--log-denials", "--allow-unix-socket", "s", "--", "true"]);
  expect([result.code, result.stderr]).toEqual([1, "Error: Seatbelt sandbox is only available on macOS\n"]);
});
