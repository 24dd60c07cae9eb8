import { existsSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, type CliResult } from "./support/cli.ts";
import { hasBwrap, pathWithoutBwrap } from "./support/engines.ts";
import { noLandlock, noLoopback, noUserNamespaces, runMounted, runRefused } from "./support/lacking.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

interface Report {
  ready: boolean;
  checks: { name: string; ok: boolean; detail: string; fix: string | null }[];
  engines: { mode: string; engine: string; reason: string; limits: string[] }[];
}

/** What a doctor said, in the words of a test: what is missing, and the engine of each mode. */
function told(result: CliResult) {
  const report = JSON.parse(result.stdout) as Report;
  const missing = report.checks.filter(({ ok }) => !ok);
  expect(missing.filter(({ fix }) => fix === null)).toEqual([]);
  return {
    report,
    code: result.code,
    missing: missing.map(({ name }) => name),
    engines: Object.fromEntries(report.engines.map(({ mode, engine }) => [mode, engine])),
  };
}

/** The same command under the same lack: the doctor's word must hold. */
const touch = ["sandbox", "linux", "--full-auto", "sh", "-c", "touch inside; touch /usr/outside || exit 9"];
const inside = () => existsSync(path.join(bench.work, "inside"));
const allOf = (engine: string) => ({ "read-only": engine, "workspace-write": engine });

const healthy = told(await new Bench().run(["doctor", "--json"]));
const landlock = !healthy.missing.includes("landlock") && !healthy.missing.includes("system call filter");

describe.runIf(hasBwrap() && landlock)(
  "the doctor tells the truth, and commands run as it says,",
  { timeout: 180_000 },
  () => {
    it("on this machine", async () => {
      const { engines, code } = told(await bench.run(["doctor", "--json"]));
      expect([code, engines]).toEqual([0, { ...allOf("bwrap"), "deny-read": "bwrap", "danger-full-access": "none" }]);
      expect([(await bench.run(touch)).code, inside()]).toEqual([9, true]);
    });

    it("on a PATH without bwrap", async () => {
      const env = { PATH: pathWithoutBwrap() };
      const { engines, missing, report } = told(await bench.run(["doctor", "--json"], { env }));
      expect(missing).toEqual(["bubblewrap"]);
      expect(engines).toMatchObject({ ...allOf("landlock"), "deny-read": "error" });
      expect(report.checks.find(({ name }) => name === "bubblewrap")?.fix).toMatch(/install.*bubblewrap/);
      expect([(await bench.run(touch, { env })).code, inside()]).toEqual([9, true]);
    });

    it("where user namespaces are refused", async () => {
      const { engines, missing, report } = told(await runRefused(bench, noUserNamespaces, ["doctor", "--json"]));
      expect(missing).toEqual(["user namespaces", "process namespaces", "network namespaces", "private /proc"]);
      expect(engines).toMatchObject({ ...allOf("landlock"), "deny-read": "error" });
      expect(report.checks.find(({ name }) => name === "user namespaces")?.detail).toMatch(/refused: bwrap: /);
      expect([(await runRefused(bench, noUserNamespaces, touch)).code, inside()]).toEqual([9, true]);
    });

    it("where loopback cannot be configured", async () => {
      const { engines, missing, report } = told(await runRefused(bench, noLoopback, ["doctor", "--json"]));
      expect(missing).toEqual(["network namespaces"]);
      expect(engines).toMatchObject({ ...allOf("bwrap"), "deny-read": "bwrap" });
      expect(report.checks.find(({ name }) => name === "network namespaces")?.detail).toMatch(/filter alone/);
      expect([(await runRefused(bench, noLoopback, touch)).code, inside()]).toEqual([9, true]);
    });

    it("where parts of /proc are covered, so that no new one can be mounted", async () => {
      const covered = ["--ro-bind", "/dev/null", "/proc/keys"];
      const { engines, missing, report } = told(await runMounted(bench, covered, ["doctor", "--json"]));
      expect(missing).toEqual(["private /proc"]);
      expect(engines).toMatchObject(allOf("bwrap"));
      expect(report.engines[0]?.limits).toEqual(["processes of the host are visible"]);
      expect([(await runMounted(bench, covered, touch)).code, inside()]).toEqual([9, true]);
    });

    it("where there is no /proc at all", async () => {
      const empty = ["--tmpfs", "/proc"];
      const { engines, missing } = told(await runMounted(bench, empty, ["doctor", "--json"]));
      expect(missing).toEqual(["user namespaces", "process namespaces", "network namespaces", "private /proc"]);
      expect(engines).toMatchObject(allOf("landlock"));
      expect([(await runMounted(bench, empty, touch)).code, inside()]).toEqual([9, true]);
    });

    it("where neither engine can work, and then nothing runs", async () => {
      const refusals = [...noUserNamespaces, ...noLandlock];
      const { engines, missing, code } = told(await runRefused(bench, refusals, ["doctor", "--json"]));
      expect(missing).toContain("landlock");
      expect([code, engines]).toEqual([3, { ...allOf("error"), "deny-read": "error", "danger-full-access": "none" }]);
      const run = await runRefused(bench, refusals, touch);
      expect(run.code).toBe(101);
      expect(run.stderr).toContain("nothing was run");
      expect(inside()).toBe(false);
    });

    it("where the older Landlock mode is asked for", async () => {
      bench.config("[features]\nuse_legacy_landlock = true\n");
      const { engines, missing } = told(await bench.run(["doctor", "--json"]));
      expect(missing).toEqual([]);
      expect(engines).toMatchObject({ ...allOf("landlock"), "deny-read": "error" });
      expect([(await bench.run(touch)).code, inside()]).toEqual([9, true]);
    });
  },
);

describe("the doctor", () => {
  it("reports a broken configuration, and all the rest", async () => {
    bench.config("model = [");
    const result = await bench.run(["doctor", "--json"]);
    const report = JSON.parse(result.stdout) as Report;
    expect(report.checks.find(({ name }) => name === "configuration")).toMatchObject({
      ok: false,
      detail: expect.stringContaining("config.toml"),
    });
    expect(report.engines.length).toBe(4);
  });
});
