import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { McpConnectionManager, mcpServer, type McpTool } from "@codex-ts/mcp";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { publishedServer } from "../src/published-server.ts";

let root = "";
beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "codex-ts-servers-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Installs a published server and connects to it; skips the test with the reason when it cannot be had. */
async function connect(context: TestContext, name: string, args: string[], env: Record<string, string> = {}) {
  const published = await publishedServer(name);
  if ("unavailable" in published) return context.skip(published.unavailable);
  const { program } = published;
  const config = mcpServer(
    { type: "stdio", command: process.execPath, args: [program, ...args], env, envVars: [], cwd: root },
    { startupTimeoutSec: 60 },
  );
  const manager = McpConnectionManager.start({
    servers: { [name]: config },
    env: { PATH: process.env["PATH"] },
    cwd: root,
    version: "0.0.0",
  });
  expect(await manager.summary()).toEqual({ ready: [name], failed: [], cancelled: [] });
  const { tools } = manager.report(name);
  return { manager, tools: tools.map((tool: McpTool) => tool.name) };
}

const text = ({ content }: { content: unknown[] }) => JSON.stringify(content);

describe("published MCP servers", () => {
  it("everything: texts, pictures, structures, resources", async context => {
    const { manager, tools } = await connect(context, "everything", []);
    try {
      expect(tools).toContain("echo");
      expect(text(await manager.callTool("everything", "echo", { message: "hi" }))).toContain("hi");
      expect(Object.keys(await manager.listAllResources())).toEqual(["everything"]);
      expect((await manager.listAllTools()).length).toBe(tools.length);
    } finally {
      await manager.shutdown();
    }
  }, 300_000);

  it("filesystem: reads and writes in its folder, and not beside it", async context => {
    const { manager } = await connect(context, "filesystem", [root]);
    try {
      writeFileSync(path.join(root, "a.txt"), "hello");
      expect(
        text(await manager.callTool("filesystem", "read_text_file", { path: path.join(root, "a.txt") })),
      ).toContain("hello");
      await manager.callTool("filesystem", "write_file", { path: path.join(root, "b.txt"), content: "made" });
      expect(readFileSync(path.join(root, "b.txt"), "utf8")).toBe("made");
      expect(await manager.callTool("filesystem", "read_text_file", { path: "/etc/hostname" })).toMatchObject({
        isError: true,
      });
    } finally {
      await manager.shutdown();
    }
  }, 300_000);

  it("memory: what is told is found again", async context => {
    const { manager } = await connect(context, "memory", [], { MEMORY_FILE_PATH: path.join(root, "memory.json") });
    try {
      await manager.callTool("memory", "create_entities", {
        entities: [{ name: "Ada", entityType: "person", observations: ["wrote programs"] }],
      });
      expect(text(await manager.callTool("memory", "search_nodes", { query: "Ada" }))).toContain("wrote programs");
    } finally {
      await manager.shutdown();
    }
  }, 300_000);
});
