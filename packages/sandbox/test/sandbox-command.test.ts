import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import * as pty from "@lydell/node-pty";
import type { PermissionProfile } from "@codex-ts/permissions";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { runSandboxCommand } from "../src/index.ts";
import { bundleProgram } from "./support/bundle.ts";
import { engines, makePlace, type Place, readOnly, type TestEngine, workspaceWrite } from "./support/engines.ts";

/** What the command-line program does with the answer. */
const program = `
import { runSandboxCommand } from "@codex-ts/sandbox";
const order = JSON.parse(process.argv[2]);
process.exitCode = await runSandboxCommand({ ...order, printError: text => process.stderr.write(text + "\\n") });
`;

let place: Place;
let bundle: Awaited<ReturnType<typeof bundleProgram>>;
beforeAll(async () => {
  bundle = await bundleProgram("command", program);
});
afterAll(() => bundle.remove());
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.remove());

const PATH = process.env.PATH ?? "/usr/bin:/bin";

function start(engine: TestEngine, profile: PermissionProfile, argv: readonly string[], more: object = {}) {
  const order = { platform: "linux", argv, profile, cwd: place.W, env: { PATH }, host: engine.host, ...more };
  return spawn(process.execPath, [bundle.file, JSON.stringify(order)], { stdio: ["pipe", "pipe", "pipe"] });
}

async function finish(child: ReturnType<typeof start>, input = "") {
  const text = { stdout: "", stderr: "" };
  child.stdout.on("data", chunk => (text.stdout += String(chunk)));
  child.stderr.on("data", chunk => (text.stderr += String(chunk)));
  child.stdin.end(input);
  const [exitCode] = (await once(child, "close")) as [number];
  return { ...text, exitCode };
}

describe.each(engines)("the sandbox command with $name", engine => {
  const run = (argv: readonly string[], profile = readOnly(place.W), more: object = {}, input = "") =>
    finish(start(engine, profile, argv, more), input);

  it.runIf(engine.works)("S20: passes streams and the exit code through", async () => {
    const script = `read line; echo "got $line"; echo err >&2; touch ${place.W}/a; cat ${place.O}/f; exit 9`;
    const result = await run(["sh", "-c", script], readOnly(place.W), {}, "typed\n");
    expect(result).toMatchObject({ exitCode: 9, stdout: "got typed\noutside\n" });
    expect(result.stderr).toMatch(/^err\n.*(?:Read-only file system|Permission denied)/);
  });

  it.runIf(engine.works)("S27: exits with 128 plus the signal", async () => {
    expect((await run(["sh", "-c", "kill -INT $$"])).exitCode).toBe(130);
  });

  it.runIf(engine.works)("names a command that cannot be found", async () => {
    const result = await run(["no-such-command"]);
    expect(result.exitCode).toBe(101);
    expect(result.stderr).toContain("Failed to execvp no-such-command: No such file or directory");
  });

  it.runIf(engine.works)("leaves nothing running and no stray file when it is interrupted", async () => {
    const mark = `sleep 94${process.pid}${engine.name.length}`;
    const child = start(engine, workspaceWrite(place.W), ["sh", "-c", `echo up; ${mark} & ${mark}`]);
    const ended = finish(child);
    await once(child.stdout, "data");
    await expect.poll(() => running(mark).length).toBe(2);
    child.kill("SIGINT");
    expect((await ended).exitCode).toBe(130);
    await expect.poll(() => running(mark)).toEqual([]);
    expect(readdirSync(place.W)).toEqual([]);
  });

  it.runIf(engine.works)("cannot type into the terminal it was started from", async () => {
    const attack = path.join(import.meta.dirname, "support/attack.mjs");
    const argv = [process.execPath, attack, "terminalInput"];
    const order = {
      platform: "linux",
      argv,
      profile: readOnly(place.W),
      cwd: place.W,
      env: { PATH },
      host: engine.host,
    };
    const terminal = pty.spawn(process.execPath, [bundle.file, JSON.stringify(order)], { cwd: place.W, env: { PATH } });
    let text = "";
    terminal.onData(data => (text += data));
    await new Promise(resolve => terminal.onExit(resolve));
    expect(JSON.parse(text)).toEqual({ ok: false, error: "Operation not permitted" });
  });
});

describe("the sandbox command", () => {
  const [bwrap] = engines as [TestEngine];

  it("is tried with an attack on the terminal that works without a sandbox, where the kernel lets it", async () => {
    const attack = path.join(import.meta.dirname, "support/attack.mjs");
    const terminal = pty.spawn(process.execPath, [attack, "terminalInput"], { cwd: place.W, env: { PATH } });
    let text = "";
    terminal.onData(data => (text += data));
    await new Promise(resolve => terminal.onExit(resolve));
    // Newer kernels refuse this to everybody; then the test above proves nothing, but nothing is at stake either.
    expect(text).toMatch(/"ok":true|not permitted|Input\/output error/);
  });

  it.runIf(bwrap.works)("S22: refuses a protected folder that is a link", async () => {
    const { W } = place;
    mkdirSync(`${W}/other`);
    symlinkSync("other", `${W}/.codex`);
    const result = await finish(start(bwrap, workspaceWrite(W), ["touch", `${W}/ran`]));
    expect(result.exitCode).toBe(101);
    expect(result.stderr).toContain(
      `cannot enforce sandbox read-only path ${W}/.codex because it crosses writable symlink ${W}/.codex`,
    );
    expect(existsSync(`${W}/ran`)).toBe(false);
  });

  it.each([
    ["macos", "Error: Seatbelt sandbox is only available on macOS"],
    ["windows", "Error: Windows sandbox is only available on Windows"],
  ] as const)("for %s is refused here", async (platform, text) => {
    const errors: string[] = [];
    const base = { cwd: place.W, env: {}, profile: readOnly(place.W), printError: (line: string) => errors.push(line) };
    expect(await runSandboxCommand({ ...base, platform, argv: ["true"] })).toBe(1);
    expect(errors).toEqual([text]);
  });

  it("wants a command", async () => {
    const errors: string[] = [];
    const base = { cwd: place.W, env: {}, profile: readOnly(place.W), printError: (line: string) => errors.push(line) };
    expect(await runSandboxCommand({ ...base, platform: "linux", argv: [] })).toBe(101);
    expect(errors).toEqual(["No command specified to execute."]);
  });
});

/** The processes of this machine with this command line. */
function running(commandLine: string): string[] {
  return readdirSync("/proc").filter(pid => {
    try {
      const words = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "";
      return words.split("\0").join(" ").trim() === commandLine;
    } catch {
      return false;
    }
  });
}
