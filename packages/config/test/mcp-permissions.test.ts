import { addMcpServer, formatMcpServer, newMcpServer } from "@codex-ts/config";
import { describe, expect, it } from "vitest";
import { failure, world } from "./helpers.ts";

const BOX = `[permissions.box.filesystem]
":root" = "read"
[permissions.box.filesystem.":project_roots"]
"out" = "write"
`;
const SERVER = '[mcp_servers.s]\ncommand = "c"\n';

describe("permissions of an MCP server", () => {
  it("are absent unless they are written", async () => {
    const { config } = await world({ "home/config.toml": SERVER }).load();
    expect(config.mcpServers["s"]).not.toHaveProperty("permissions");
    expect(config.mcpPermissions).toEqual({});
  });

  it("name a profile, which is worked out beside the one of commands", async () => {
    const text = `sandbox_mode = "danger-full-access"\n${BOX}${SERVER}permissions = "box"\n`;
    const { config } = await world({ "home/config.toml": text }).load();
    expect(config.sandboxPolicy).toEqual({ type: "danger-full-access" });
    expect(config.mcpServers["s"]?.permissions).toBe("box");
    expect(config.mcpPermissions["box"]).toMatchObject({
      permissionProfile: { type: "managed", network: "restricted" },
      networkProxy: null,
    });
    expect(formatMcpServer("s", config.mcpServers["s"]!)).toContain("  permissions: box\n");
  });

  it.each([
    ["", "there is no profile `box`: define [permissions.box] in config.toml"],
    [
      '[permissions.box.filesystem]\n"rel" = "write"\n',
      "profile `box`: filesystem path `rel` must be absolute, use `~/...`, or start with `:`",
    ],
  ])("say what is wrong with their profile, and stop nothing else: %j", async (profile, problem) => {
    const text = `sandbox_mode = "read-only"\n${profile}${SERVER}permissions = "box"\n`;
    const { config } = await world({ "home/config.toml": text }).load();
    expect(config.mcpPermissions["box"]).toEqual({ problem });
  });

  it("take over what requirements forbid to read", async () => {
    const text = `sandbox_mode = "read-only"\n${BOX}${SERVER}permissions = "box"\n`;
    const { config } = await world({
      "home/config.toml": text,
      "etc/requirements.toml": '[permissions.filesystem]\ndeny_read = ["/secret"]\n',
    }).load();
    expect(JSON.stringify(config.mcpPermissions["box"])).toContain("/secret");
  });

  it("are for processes alone, and a text", async () => {
    const http = world({ "home/config.toml": '[mcp_servers.h]\nurl = "http://x"\npermissions = "box"\n' });
    expect((await failure(http.load())).message).toContain("permissions is not supported for streamable_http");
    const wrong = world({ "home/config.toml": `${SERVER}permissions = 3\n` });
    expect((await failure(wrong.load())).message).toContain("invalid type: integer `3`, expected a string");
  });

  it("survive an edit of another server", async () => {
    const at = world({ "home/config.toml": `${SERVER}permissions = "box"\n` });
    await addMcpServer({ codexHome: at.home, env: { HOME: at.home } }, "n", newMcpServer({ command: ["nc"] }));
    expect((await at.load()).config.mcpServers["s"]?.permissions).toBe("box");
  });
});
