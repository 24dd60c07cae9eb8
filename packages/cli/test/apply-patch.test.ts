import { execFile } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, type CliResult, program } from "./support/cli.ts";

const PATCH = "*** Begin Patch\n*** Add File: a.txt\n+hello\n*** End Patch\n";
const DONE = "Success. Updated the following files:\nA a.txt\n";
const USAGE = "Usage: apply_patch 'PATCH'\n       echo 'PATCH' | apply_patch\n";
const NOT_UTF8 = "Error: apply_patch requires a UTF-8 PATCH argument.\n";
const NO_PATCH = "Error: --codex-run-as-apply-patch requires a UTF-8 PATCH argument.\n";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

/** Runs a line of a shell in the working folder; `$NODE` and `$PROGRAM` are ours. */
function shell(line: string): Promise<CliResult> {
  const env = { ...process.env, CODEX_HOME: bench.home, NODE: process.execPath, PROGRAM: program };
  return new Promise(resolve => {
    execFile("/bin/sh", ["-c", line], { cwd: bench.work, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), signal: null, stdout, stderr });
    });
  });
}

const outcome = ({ code, stdout, stderr }: CliResult): [number | null, string, string] => [code, stdout, stderr];

describe("the patch program", () => {
  it.each([["apply-patch"], ["apply_patch"], ["applypatch"]])(
    "runs as %s, from an argument and from a pipe",
    async name => {
      const called = path.join(bench.root, name);
      symlinkSync(program, called);
      const command = name === "apply-patch" ? '"$NODE" "$PROGRAM" apply-patch' : `"$NODE" '${called}'`;
      expect(outcome(await shell(`${command} '${PATCH}'`))).toEqual([0, DONE, ""]);
      expect(readFileSync(path.join(bench.work, "a.txt"), "utf8")).toBe("hello\n");
      const piped = `printf '%s' '${PATCH.replace("+hello", "+piped")}' | ${command}`;
      expect(outcome(await shell(piped))).toEqual([0, DONE, ""]);
      expect(readFileSync(path.join(bench.work, "a.txt"), "utf8")).toBe("piped\n");
      expect(outcome(await shell(`${command} </dev/null`))).toEqual([2, "", USAGE]);
      const two = "Error: apply_patch accepts exactly one argument.\n";
      expect(outcome(await shell(`${command} a b`))).toEqual([2, "", two]);
      expect(outcome(await shell(`${command} "$(printf '\\377')"`))).toEqual([1, "", NOT_UTF8]);
    },
  );

  it("runs for the flag that shells are given, and reads no input", async () => {
    const command = '"$NODE" "$PROGRAM" --codex-run-as-apply-patch';
    expect(outcome(await shell(`${command} '${PATCH}' more </dev/null`))).toEqual([0, DONE, ""]);
    expect(outcome(await shell(`printf '%s' '${PATCH}' | ${command}`))).toEqual([1, "", NO_PATCH]);
    expect(outcome(await shell(`${command} "$(printf 'a\\377')"`))).toEqual([1, "", NO_PATCH]);
    const empty = "Invalid patch: The last line of the patch must be '*** End Patch'\n";
    expect(outcome(await shell(`${command} ''`))).toEqual([1, "", empty]);
  });

  it("takes the sign for what is no character as it is written", async () => {
    const patch = PATCH.replace("hello", "\u{fffd}");
    expect(outcome(await shell(`"$NODE" "$PROGRAM" apply-patch '${patch}'`))).toEqual([0, DONE, ""]);
    expect(readFileSync(path.join(bench.work, "a.txt"), "utf8")).toBe("\u{fffd}\n");
    expect(existsSync(path.join(bench.home, "config.toml"))).toBe(false);
  });
});
