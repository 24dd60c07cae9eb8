import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { machineFacts } from "@codex-ts/sandbox";
import { describe, expect, it } from "vitest";
import { type Json, World } from "./harness.ts";

const special = (kind: string) => ({ type: "special", value: { kind } });
const at = (file: string) => ({ type: "path", path: file });
const restricted = (...entries: [where: Json, access: string][]) => ({
  type: "managed",
  fileSystem: { type: "restricted", entries: entries.map(([where, access]) => ({ path: where, access })) },
  network: { enabled: false },
});
const unrestricted = { type: "managed", fileSystem: { type: "unrestricted" }, network: { enabled: false } };

/** A workspace W the server runs in, a folder O beside it with a file k, and what the command said. */
async function exec(params: (places: { W: string; O: string }) => Json, options: { denyKey?: boolean } = {}) {
  const outside = { O: "" };
  const world = await World.create({ config: "" });
  const W = world.workspace;
  outside.O = path.join(path.dirname(W), "other");
  const { O } = outside;
  mkdirSync(path.join(W, "docs"));
  mkdirSync(path.join(W, "sub"));
  mkdirSync(O);
  writeFileSync(path.join(O, "k"), "secret\n");
  if (options.denyKey) {
    const file = path.join(world.home, "config.toml");
    const profile = `[permissions.p.filesystem]\n":root" = "read"\n"${O}/k" = "none"\n[permissions.p.filesystem.":project_roots"]\n"." = "write"\n`;
    writeFileSync(file, `default_permissions = "p"\n${readFileSync(file, "utf8")}${profile}`);
  }
  const client = await world.client();
  const answer = await client.request("command/exec", params({ W, O }));
  return { answer, W, O };
}

const sh = (script: string): string[] => ["sh", "-c", script];

const { bwrap } = await machineFacts({ path: process.env["PATH"] ?? "", cwd: "/" });

// Some of these policies hide files or keep parts of a writable folder read-only: bubblewrap alone can do that.
describe.runIf(bwrap.usable)("the permissions of command/exec", () => {
  it("V12: a narrower read entry is read-only below the writable folder", async () => {
    const { W } = await exec(places => ({
      command: sh("echo > docs/n; echo > n"),
      permissionProfile: restricted(
        [special("root"), "read"],
        [special("current_working_directory"), "write"],
        [at(`${places.W}/docs`), "read"],
      ),
    }));
    expect([existsSync(`${W}/docs/n`), existsSync(`${W}/n`)]).toEqual([false, true]);
  });

  it("a protected folder that is a link ends the command before it starts, and says why", async () => {
    const { answer, W } = await exec(({ W: folder }) => {
      symlinkSync("docs", `${folder}/.codex`);
      return { command: sh("echo > n"), sandboxPolicy: { type: "workspaceWrite", writableRoots: [] } };
    });
    expect(answer).toMatchObject({ result: { exitCode: 101, stdout: "" } });
    expect(answer.result?.stderr).toContain(
      `cannot enforce sandbox read-only path ${W}/.codex because it crosses writable symlink ${W}/.codex`,
    );
    expect(existsSync(`${W}/n`)).toBe(false);
  });

  it("V14: a redundant readable root inside the workspace stays writable", async () => {
    const { W } = await exec(places => ({
      command: sh("echo > docs/n"),
      sandboxPolicy: {
        type: "workspaceWrite",
        readOnlyAccess: {
          type: "restricted",
          includePlatformDefaults: true,
          readableRoots: [`${places.W}/docs`, "/"],
        },
      },
    }));
    expect(existsSync(`${W}/docs/n`)).toBe(true);
  });

  it("V15: a policy counts from the server's folder", async () => {
    const { W } = await exec(places => ({
      cwd: `${places.W}/sub`,
      command: sh("echo > ../n"),
      sandboxPolicy: { type: "workspaceWrite", excludeSlashTmp: true, excludeTmpdirEnvVar: true },
    }));
    expect(existsSync(`${W}/n`)).toBe(true);
  });

  it("V16: a profile counts from the command's folder", async () => {
    const { W } = await exec(places => ({
      cwd: `${places.W}/sub`,
      command: sh("echo > ../n; echo > m"),
      permissionProfile: restricted([special("root"), "read"], [special("current_working_directory"), "write"]),
    }));
    expect([existsSync(`${W}/n`), existsSync(`${W}/sub/m`)]).toEqual([false, true]);
  });

  it.each([
    ["V17: an unrestricted profile", unrestricted],
    ["V18: the disabled profile", { type: "disabled" }],
  ])("%s keeps what the configuration denies", async (_name, permissionProfile) => {
    const { answer, O } = await exec(
      places => ({ command: sh(`cat ${places.O}/k; echo x > ${places.O}/n`), permissionProfile }),
      { denyKey: true },
    );
    expect(answer["result"].stdout).toBe("");
    expect(existsSync(`${O}/n`)).toBe(true);
  });

  it("V19: a policy drops what the configuration denies", async () => {
    const { answer } = await exec(
      places => ({ command: sh(`cat ${places.O}/k`), sandboxPolicy: { type: "readOnly" } }),
      {
        denyKey: true,
      },
    );
    expect(answer["result"].stdout).toBe("secret\n");
  });

  it("a profile without a legacy projection is refused", async () => {
    const { answer } = await exec(places => ({
      command: sh("true"),
      permissionProfile: restricted([special("root"), "read"], [at(`${places.O}/a`), "write"]),
    }));
    expect(answer["error"]).toEqual({
      code: -32600,
      message:
        "invalid permission profile: permissions profile requests filesystem writes outside the workspace root, which is not supported until the runtime enforces FileSystemSandboxPolicy directly",
    });
  });

  it("features.use_legacy_landlock is the only way to another engine", async () => {
    const world = await World.create({ config: "[features]\nuse_legacy_landlock = true\n" });
    mkdirSync(path.join(world.workspace, ".git"));
    const client = await world.client();
    const { stdout } = await client.call("command/exec", {
      command: sh("grep -c . /proc/1/comm; touch .git/x && echo open"),
      sandboxPolicy: { type: "workspaceWrite" },
    });
    expect(stdout).toContain("open");
  });
});

describe("a command/exec that cannot start", () => {
  it.each([
    ["nowhere", "failed to spawn command: No such file or directory (os error 2)"],
    ["file", "failed to spawn command: Not a directory (os error 20)"],
  ])("in the folder %s says so in the system's words", async (folder, message) => {
    const world = await World.create({ config: "" });
    writeFileSync(path.join(world.workspace, "file"), "");
    const client = await world.client();
    const params = { command: ["true"], cwd: path.join(world.workspace, folder) };
    expect(await client.refused("command/exec", params)).toEqual({ code: -32603, message });
  });

  const open = { type: "dangerFullAccess" };
  const missing = "Failed to execvp NAME: No such file or directory (os error 2)\n";
  it.runIf(bwrap.usable).each([
    [["no-such-program"], missing],
    [["/no/such/program"], missing],
    [[""], missing],
    [["/etc/passwd/x"], "Failed to execvp NAME: Not a directory (os error 20)\n"],
    [["/etc/passwd"], "Failed to execvp NAME: Permission denied (os error 13)\n"],
    [["/etc"], "Failed to execvp NAME: Permission denied (os error 13)\n"],
  ])("of a confined program %j has ended with 101 and says why", async (command, text) => {
    const world = await World.create({ config: "" });
    const client = await world.client();
    const stderr = text.replace("NAME", command[0] ?? "");
    for (const policy of [{ type: "readOnly" }, { type: "workspaceWrite", networkAccess: true }])
      expect(await client.call("command/exec", { command, sandboxPolicy: policy })).toEqual({
        exitCode: 101,
        stdout: "",
        stderr,
      });
  });

  it.each([
    [{ command: ["no-such-program"] }, "No such file or directory (os error 2)"],
    [{ command: ["/etc/passwd"] }, "Permission denied (os error 13)"],
    [{ command: [""] }, "missing program for pipe spawn"],
    [{ command: [""], tty: true, processId: "p" }, "missing program for PTY spawn"],
    [{ command: ["no-such-program"], tty: true, processId: "p" }, "No such file or directory (os error 2)"],
  ])("unconfined is an error: %j", async (params, why) => {
    const world = await World.create({ config: "" });
    const client = await world.client();
    const refusal = await client.refused("command/exec", { ...params, sandboxPolicy: open });
    expect(refusal).toEqual({ code: -32603, message: `failed to spawn command: ${why}` });
  });
});
