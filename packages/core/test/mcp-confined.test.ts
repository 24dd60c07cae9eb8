import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type ServerScript, stdioServerToml } from "@codex-ts-tools/mcp-servers";
import type { Script } from "@codex-ts-tools/model-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mcpReachOutside } from "../src/index.ts";
import { type Listening, openWorld, outputs, type World } from "./harness.ts";

/** A sandbox with a network of its own needs bubblewrap; without it nothing of this can run. */
const hasBwrap = (() => {
  try {
    execFileSync("bwrap", ["--ro-bind", "/", "/", "--unshare-user", "--unshare-net", "/bin/true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

let world: World;
let origin: Server;
let port = 0;
beforeEach(async () => {
  origin = createServer((_, response) => response.end("from outside")).listen(0, "127.0.0.1");
  await once(origin, "listening");
  ({ port } = origin.address() as AddressInfo);
});
afterEach(async () => {
  await world.close();
  origin.close();
});

const TOOLS = ["write", "read", "dial", "get", "kill", "env", "pid", "die"];

/** A thread whose own commands are free, with a server that runs in the profile `box`; the thread's folder is the project. */
async function start(
  profile: string,
  script: ServerScript = {},
  more = 'permissions = "box"',
  model: Script = [{ text: "hi" }],
): Promise<Listening> {
  world = await openWorld(model, { config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"' });
  await writeFile(join(world.cwd, "secret.env"), "TOKEN=1");
  await mkdir(join(world.cwd, "out"));
  const file = join(world.home, "config.toml");
  const text = `${await readFile(file, "utf8")}\n${profile}\n${stdioServerToml("fx", { tools: TOOLS, ...script }, more)}\n${stdioServerToml("free", { tools: TOOLS })}`;
  await writeFile(file, text);
  return world.start();
}

const BOX = `[permissions.box.filesystem]
":root" = "read"
[permissions.box.filesystem.":project_roots"]
"out" = "write"
"secret.env" = "none"
`;

interface Outcome {
  text: string;
  failed: boolean;
}

async function call(listening: Listening, tool: string, args: object = {}, server = "fx"): Promise<Outcome> {
  const { content, isError } = await listening.thread.callMcpTool(server, tool, args, undefined);
  return { text: (content[0] as { text: string }).text, failed: isError === true };
}

async function startupError(listening: Listening, server = "fx"): Promise<unknown> {
  const { params } = await listening.until(
    ({ method, params: told }) =>
      method === "mcpServer/startupStatus/updated" &&
      (told as { name: string }).name === server &&
      (told as { status: string }).status !== "starting",
  );
  return (params as { error: unknown }).error;
}

describe.runIf(hasBwrap)("a server with a permission profile", { timeout: 120_000 }, () => {
  it("writes where it may, and nowhere else", async () => {
    const listening = await start(BOX);
    const inside = join(world.cwd, "out", "a.txt");
    expect(await call(listening, "write", { path: inside })).toEqual({ text: "written", failed: false });
    expect(await readFile(inside, "utf8")).toBe("written");
    await symlink("/etc", join(world.cwd, "out", "link"));
    const outside = [
      join(world.cwd, "beside.txt"),
      join(world.home, "config.toml"),
      join(world.cwd, "out", "..", "up.txt"),
      join(world.cwd, "out", "link", "codex-ts-attack"),
      "/tmp/codex-ts-attack",
    ];
    const written: string[] = [];
    for (const path of outside) if (!(await call(listening, "write", { path })).failed) written.push(path);
    expect(written).toEqual([]);
    // Nothing but the profile stops it: the same server without one writes there.
    expect(await call(listening, "write", { path: outside[0] }, "free")).toEqual({ text: "written", failed: false });
  });

  it("cannot read what is denied, and sees no other process", async () => {
    const listening = await start(BOX);
    const secret = join(world.cwd, "secret.env");
    expect((await call(listening, "read", { path: secret })).text).not.toContain("TOKEN");
    expect(await call(listening, "read", { path: secret }, "free")).toEqual({ text: "TOKEN=1", failed: false });
    const { text: pid } = await call(listening, "pid", {}, "free");
    expect(await call(listening, "kill", { pid: Number(pid) })).toEqual({ text: "ESRCH", failed: true });
    expect(await call(listening, "kill", { pid: process.pid })).toEqual({ text: "ESRCH", failed: true });
  });

  it("reaches no network unless the profile has one", async () => {
    const listening = await start(BOX);
    expect(await call(listening, "dial", { port })).toMatchObject({ failed: true });
    expect(await call(listening, "dial", { port }, "free")).toEqual({ text: "connected", failed: false });
  });

  it("reaches only the hosts of the profile's network table, through the proxy", async () => {
    const listening = await start(
      `${BOX}[permissions.box.network]\nenabled = true\n[permissions.box.network.domains]\n"127.0.0.1" = "allow"\n`,
    );
    expect(await call(listening, "get", { url: `http://127.0.0.1:${port}/` })).toEqual({ text: "200", failed: false });
    expect(await call(listening, "get", { url: "http://example.com/" })).toEqual({ text: "403", failed: false });
    expect(await call(listening, "dial", { port })).toMatchObject({ failed: true });
  });

  it("is started again inside the same permissions when it died", async () => {
    const listening = await start(BOX);
    await expect(call(listening, "die")).rejects.toThrow("tool call failed for `fx/die`");
    expect(await call(listening, "write", { path: join(world.cwd, "beside.txt") })).toMatchObject({ failed: true });
  });

  it("serves the model like any other", async () => {
    const item = { type: "function_call", namespace: "mcp__fx__", name: "env", arguments: "{}", call_id: "c0" };
    const listening = await start(BOX, {}, 'permissions = "box"', [
      { items: [item] },
      { text: "done" },
    ] as unknown as Script);
    await listening.turn("go");
    const output = outputs(world.server.requests.at(-1)?.body)["c0"] as string;
    expect(output).toContain('\\"CODEX_SANDBOX_NETWORK_DISABLED\\":\\"1\\"');
  });

  it("is gone with the thread, also when it does not want to be", async () => {
    const listening = await start(BOX, { stubborn: true });
    await call(listening, "pid");
    expect(confined()).not.toBe(0);
    await world.runtime.shutdown();
    expect(confined()).toBe(0);
  });

  it("stays confined for listings outside of threads", async () => {
    await start(BOX);
    const loaded = await world.runtime.loadConfig({ cwd: world.cwd });
    const reach = mcpReachOutside(loaded, { PATH: process.env["PATH"] });
    expect(reach.spawnServer(loaded.config.mcpPermissions)("fx", loaded.config.mcpServers["fx"]!)).not.toBeNull();
    await reach.close();
  });
});

/** How many processes of this test's servers run in a sandbox. */
function confined(): number {
  const list = execFileSync("ps", ["-eo", "args"], { encoding: "utf8" });
  return list.split("\n").filter(line => line.includes("bwrap") && line.includes(world.cwd)).length;
}

describe("a profile that cannot be kept", { timeout: 120_000 }, () => {
  it.each([
    ["that is not defined", "", "there is no profile `box`: define [permissions.box] in config.toml"],
    [
      "that is not valid",
      '[permissions.box.filesystem]\n"relative/path" = "write"\n',
      "profile `box`: filesystem path `relative/path` must be absolute, use `~/...`, or start with `:`",
    ],
  ] as const)("stops the server when it is one %s, and no other server", async (_what, profile, problem) => {
    const listening = await start(profile);
    const error = await startupError(listening);
    expect(error).toContain(
      "MCP client for `fx` failed to start: MCP startup failed: invalid permissions of MCP server `fx`: ",
    );
    expect(error).toContain(problem);
    expect(await call(listening, "pid", {}, "free")).toMatchObject({ failed: false });
  });
});
