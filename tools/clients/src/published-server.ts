import { readFileSync } from "node:fs";
import path from "node:path";
import { installClient } from "./install.ts";

const VERSION = "2026.8.31";

/** The program of a published MCP server, installed on demand; or the reason why it cannot be had. */
export async function publishedServer(name: string): Promise<{ program: string } | { unavailable: string }> {
  const installed = await installClient(`@modelcontextprotocol/server-${name}`, VERSION);
  if ("unavailable" in installed) return installed;
  const folder = path.join(installed.folder, "node_modules/@modelcontextprotocol", `server-${name}`);
  const { bin } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
    bin: Record<string, string>;
  };
  return { program: path.join(folder, Object.values(bin)[0] ?? "") };
}
