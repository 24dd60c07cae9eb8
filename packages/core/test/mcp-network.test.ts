import type { NetworkRequirements } from "@codex-ts/config";
import { startHttpServer } from "@codex-ts-tools/mcp-servers";
import { afterEach, describe, expect, it } from "vitest";
import { mcpReachOutside } from "../src/index.ts";
import { type Listening, openWorld, type World } from "./harness.ts";

let world: World;
let server: Awaited<ReturnType<typeof startHttpServer>>;
afterEach(async () => {
  await world.close();
  await server.close();
});

/** A thread with an HTTP server at loopback, where an administrator may manage the network. */
async function start(network: NetworkRequirements | null, config = 'sandbox_mode = "read-only"'): Promise<Listening> {
  server = await startHttpServer({ tools: ["echo"], json: true });
  world = await openWorld([{ text: "hi" }], { config, provider: `[mcp_servers.web]\nurl = "${server.url}"\n` });
  const loaded = await world.runtime.loadConfig({ cwd: world.cwd });
  return world.start({ config: loaded.config, requirements: managed(network) });
}

function managed(network: NetworkRequirements | null) {
  const source = { type: "system", file: "/etc/codex/requirements.toml" } as const;
  return network === null ? {} : { network: { value: network, source } };
}

async function status(listening: Listening): Promise<unknown> {
  const { params } = await listening.until(
    ({ method, params: told }) =>
      method === "mcpServer/startupStatus/updated" && (told as { status: string }).status !== "starting",
  );
  return params;
}

describe("an HTTP server where the network is managed", { timeout: 120_000 }, () => {
  it("is reached when a rule allows its host", async () => {
    const listening = await start({ enabled: true, domains: { "127.0.0.1": "allow" } });
    expect(await status(listening)).toMatchObject({ name: "web", status: "ready" });
    const { content } = await listening.thread.callMcpTool("web", "echo", { text: "x" }, undefined);
    expect(content).toEqual([{ type: "text", text: "echo:x" }]);
  });

  it.each<[string, NetworkRequirements, string]>([
    ["no rule names it", { enabled: true }, "no rule allows it"],
    ["a rule denies it", { enabled: true, domains: { "127.0.0.1": "deny" } }, "Domain denied by the sandbox policy"],
  ])("is not reached when %s, and says so", async (_what, network, why) => {
    const listening = await start(network);
    expect(await status(listening)).toMatchObject({
      status: "failed",
      error: expect.stringContaining(`the network policy refuses 127.0.0.1: ${why}`) as string,
    });
    expect(server.requests).toEqual([]);
  });

  it.each([
    ["nobody manages it", null, 'sandbox_mode = "read-only"'],
    ["commands are free of it, too", { enabled: true }, 'sandbox_mode = "danger-full-access"'],
    [
      "only the commands' own profile has rules",
      null,
      'default_permissions = "p"\n[permissions.p.filesystem]\n":root" = "read"\n[permissions.p.network]\nenabled = true\n',
    ],
  ])("is reached directly when %s", async (_what, network, config) => {
    expect(await status(await start(network, config))).toMatchObject({ status: "ready" });
  });

  it("obeys the same rules outside of threads", async () => {
    await start(null);
    const { config } = await world.runtime.loadConfig({ cwd: world.cwd });
    const reach = mcpReachOutside({ config, requirements: managed({ enabled: true }) }, {});
    await expect(reach.fetch(server.url)).rejects.toThrow("the network policy refuses 127.0.0.1");
    await reach.close();
    const free = mcpReachOutside({ config, requirements: {} }, {});
    expect((await free.fetch(server.url)).status).toBe(405);
    await free.close();
  });
});
