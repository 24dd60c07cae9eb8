import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aliasFile, temporaryParent, withFirst } from "../src/patch-aliases/aliases.ts";
import { Bench, type CliResult } from "./support/cli.ts";

let bench: Bench;
let env: { TMPDIR: string };
let folders: string;
beforeEach(() => {
  bench = new Bench();
  const temporary = path.join(bench.root, "temporary");
  mkdirSync(temporary);
  env = { TMPDIR: temporary };
  folders = path.join(bench.home, "tmp", "arg0");
});
afterEach(async () => await bench.close());

const PATCH = "*** Begin Patch\\n*** Add File: new.txt\\n+hello\\n*** End Patch\\n";

/** A turn in which the model runs one command; what the model was told of it. */
async function turn(cmd: string, args: string[] = []): Promise<{ output: string; result: CliResult }> {
  const server = await bench.model([{ items: [functionCall("exec_command", { cmd, login: false }, "c")] }, "done"]);
  const result = await bench.exec([...args, "go"], { env });
  const input = server.requests[1]?.body["input"] as { type: string; output?: string }[] | undefined;
  return { result, output: input?.find(({ type }) => type === "function_call_output")?.output ?? "" };
}

/** A folder as another process would have left it. */
function leftover(name: string, lock: string | null): string {
  const folder = path.join(folders, `codex-arg0${name}`);
  mkdirSync(folder, { recursive: true });
  if (lock !== null) writeFileSync(path.join(folder, ".lock"), lock);
  return folder;
}

function locks(): string[] {
  return (existsSync(folders) ? readdirSync(folders) : []).map(name => path.join(folders, name, ".lock"));
}

function isLocked(file: string): boolean {
  return spawnSync("flock", ["-n", file, "true"]).status === 1;
}

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise(resolve => setTimeout(resolve, 50));
}

describe("apply_patch on the PATH of commands", () => {
  it.each([["danger-full-access"], ["workspace-write"]])(
    "applies patches in %s, and is gone after the run",
    async mode => {
      const cmd = `printf '${PATCH}' | applypatch && ls -a "\${PATH%%:*}" && printf '%s\\n' "\${PATH%%:*}"`;
      const { output } = await turn(cmd, ["-s", mode]);
      expect(output).toContain("Success. Updated the following files:\nA new.txt\n");
      expect(output).toMatch(/\n\.lock\napply_patch\napplypatch\n/);
      expect(output).toContain(`${folders}/codex-arg0`);
      expect(readFileSync(path.join(bench.work, "new.txt"), "utf8")).toBe("hello\n");
      expect(readdirSync(folders)).toEqual([]);
      expect(statSync(folders).mode & 0o777).toBe(0o700);
    },
  );

  it("is on the PATH of commands of `sandbox`, too", async () => {
    const words = ["sandbox", "linux", "--full-auto", "--", "sh", "-c", `printf '${PATCH}' | apply_patch`];
    const { code, stdout } = await bench.run(words, { env });
    expect([code, stdout]).toEqual([0, "Success. Updated the following files:\nA new.txt\n"]);
    expect(readdirSync(folders)).toEqual([]);
  });

  it("is refused in a temporary home, which a person is told of and a program is not", async () => {
    env = { TMPDIR: bench.root };
    const { output, result } = await turn("command -v apply_patch || echo none");
    expect(output).toMatch(/\nnone\n$/);
    expect(result.stderr).toContain("warning: commands do not find apply_patch on their PATH: CODEX_HOME (");
    expect(existsSync(folders)).toBe(false);
    expect((await bench.exec(["--json", "again"], { env })).stderr).toBe("Reading additional input from stdin...\n");
  });

  it("removes what dead processes left, and nothing else", async () => {
    const namespace = execFileSync("readlink", ["/proc/self/ns/pid"], { encoding: "utf8" });
    const dead = spawnSync("true").pid;
    const gone = [leftover("Dead01", `${dead} ${namespace}`), leftover("Other1", "")];
    const alive = leftover("Alive1", `${process.pid} ${namespace}`);
    const making = leftover("Making", null);
    const foreign = leftover("Other2", "");
    const holder = spawn("flock", [path.join(foreign, ".lock"), "sleep", "60"], { detached: true });
    await until(() => isLocked(path.join(foreign, ".lock")));
    try {
      await turn("sleep 0.3");
      expect(gone.filter(existsSync)).toEqual([]);
      expect([alive, making, foreign].filter(existsSync)).toHaveLength(3);
    } finally {
      process.kill(-(holder.pid ?? 0));
    }
  });

  it("holds the lock of its folder as long as it lives, and a killed process's folder goes at the next start", async () => {
    const server = bench.start(["app-server"], { env });
    const ended = new Promise(resolve => server.on("close", resolve));
    await until(() => locks().some(isLocked));
    server.kill("SIGKILL");
    await ended;
    expect(locks().map(isLocked)).toEqual([false]);
    await turn("true");
    expect(readdirSync(folders)).toEqual([]);
  });

  it("takes its lock also where another process had it first", async () => {
    const server = bench.start(["app-server"], { env });
    const ended = new Promise(resolve => server.on("close", resolve));
    await until(() => locks().length > 0);
    // The server takes the lock a second after its start, which this one outlasts.
    const other = spawn("flock", ["-n", locks()[0] ?? "", "sleep", "3"]);
    expect(await new Promise(resolve => other.on("close", resolve))).toBe(0);
    await until(() => locks().some(isLocked));
    server.kill();
    await ended;
  });
});

describe("the files and the PATH", () => {
  const program = { node: "/opt/it's node", entry: "/lib/codex-ts.js" };

  it.each([
    ["linux", "apply_patch", `#!/bin/sh\nexec '/opt/it'\\''s node' '/lib/codex-ts.js' apply-patch "$@"\n`],
    ["win32", "apply_patch.bat", `@echo off\r\n"/opt/it's node" "/lib/codex-ts.js" apply-patch %*\r\n`],
  ] as const)("call the program on %s by its full paths", (platform, file, text) => {
    expect(aliasFile("apply_patch", program, platform)).toEqual({ file, text });
  });

  it.each([
    [{ PATH: "/bin" }, "linux", { PATH: "/a:/bin" }],
    [{ PATH: "" }, "linux", { PATH: "/a" }],
    [{}, "linux", { PATH: "/a" }],
    [{ Path: "C:\\bin" }, "win32", { Path: "/a;C:\\bin" }],
  ] as const)("put the folder first in %j on %s", (given, platform, expected) => {
    expect(withFirst(given, "/a", platform)).toEqual(expected);
  });

  it("know a home in the temporary folder by its components", () => {
    expect(temporaryParent("/no/tmp/home", "/no/tmp")).toBe("/no/tmp");
    expect(temporaryParent("/no/tmp", "/no/tmp/")).toBe("/no/tmp");
    expect(temporaryParent("/no/tmpest", "/no/tmp")).toBeNull();
    expect(temporaryParent("/etc", "/")).toBe("/");
  });
});
