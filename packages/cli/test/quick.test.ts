import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isPatchProgram, quickSandbox } from "../src/quick.ts";
import { Bench, program } from "./support/cli.ts";
import { runHere } from "./support/in-process.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

describe("a sandbox call without a parser of arguments", () => {
  it.each([
    [["sandbox", "linux", "--", "echo", "--full-auto", "--", "x"], ["echo", "--full-auto", "--", "x"], {}],
    [["sandbox", "landlock", "--full-auto", "--", "true"], ["true"], { fullAuto: true }],
  ])("%j is read as the parser reads it", (argv, words, options) => {
    expect(quickSandbox(argv)).toEqual({ words, options });
    const parsed: unknown[] = [];
    const parser = new Command().enablePositionalOptions();
    parser
      .command("sandbox")
      .command("linux")
      .alias("landlock")
      .passThroughOptions()
      .option("--full-auto")
      .argument("[command...]")
      .action((given: string[], flags: object) => void parsed.push(given, flags));
    parser.parse(argv, { from: "user" });
    expect(parsed).toEqual([words, options]);
  });

  it.each([
    [["sandbox", "linux", "true"]],
    [["sandbox", "linux", "--"]],
    [["sandbox", "linux", "-c", "model=x", "--", "true"]],
    [["sandbox", "linux", "--full-auto", "--full-auto", "--", "true"]],
    [["sandbox", "macos", "--", "true"]],
    [["sandbox", "explain", "--", "true"]],
    [["-c", "x=1", "sandbox", "linux", "--", "true"]],
    [["exec", "--", "true"]],
    [[]],
  ])("%j is left to the parser", argv => {
    expect(quickSandbox(argv)).toBeNull();
  });

  it("keeps its exit code when nobody reads what it says", { timeout: 120_000 }, async () => {
    const child = spawn(process.execPath, [program, "sandbox", "linux", "--", "/no/such/program"], {
      cwd: bench.work,
      env: { ...process.env, CODEX_HOME: bench.home },
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr.destroy();
    expect(await once(child, "exit")).toEqual([101, null]);
  });

  it("says what is wrong with the settings as the parser's way does", { timeout: 120_000 }, async () => {
    bench.config("model = 1\n");
    const argv = ["sandbox", "linux", "--", "true"];
    const quick = await bench.run(argv);
    const parsed = await runHere(bench, argv);
    expect(quick).toEqual({ ...parsed, signal: null });
    expect(quick.code).toBe(1);
    expect(quick.stderr).toContain(`${bench.home}/config.toml:1:9: invalid type: integer \`1\`, expected a string`);
  });
});

describe("the patch program", () => {
  it.each([
    ["/home/x/tmp/apply_patch", true],
    ["applypatch", true],
    ["C:\\tools\\apply_patch", true],
    ["/bin/codex-ts", false],
    ["/bin/not_apply_patch", false],
    ["/apply_patch/codex-ts.js", false],
    [undefined, false],
  ])("called %j: %j", (called, expected) => {
    expect(isPatchProgram(called)).toBe(expected);
  });
});
