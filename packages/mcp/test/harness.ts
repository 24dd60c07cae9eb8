import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerScript, stdioServer } from "@codex-ts-tools/mcp-servers";
import { onTestFinished } from "vitest";
import {
  McpConnectionManager,
  type McpManagerOptions,
  mcpServer,
  type McpServerConfig,
  type McpServers,
  type StartupUpdate,
} from "../src/index.ts";

/** A stdio server with this script. */
export function stdio(
  script: ServerScript = {},
  more: Parameters<typeof mcpServer>[1] & { env?: Record<string, string>; envVars?: string[]; cwd?: string } = {},
): McpServerConfig {
  const { env = null, envVars = [], cwd = null, ...rest } = more;
  return mcpServer({ type: "stdio", ...stdioServer(script), env, envVars, cwd }, rest);
}

export function http(
  url: string,
  more: Parameters<typeof mcpServer>[1] & {
    bearerTokenEnvVar?: string;
    httpHeaders?: Record<string, string>;
    envHttpHeaders?: Record<string, string>;
  } = {},
): McpServerConfig {
  const { bearerTokenEnvVar = null, httpHeaders = null, envHttpHeaders = null, ...rest } = more;
  return mcpServer({ type: "streamable_http", url, bearerTokenEnvVar, httpHeaders, envHttpHeaders }, rest);
}

export interface Running {
  manager: McpConnectionManager;
  updates: StartupUpdate[];
  logs: string[];
}

/** Starts servers; they are ended with the test. */
export function start(servers: McpServers, options: Partial<McpManagerOptions> = {}): Running {
  const updates: StartupUpdate[] = [];
  const logs: string[] = [];
  const manager = McpConnectionManager.start({
    servers,
    env: { PATH: process.env["PATH"], HOME: "/nowhere" },
    cwd: process.cwd(),
    version: "0.0.0-test",
    onStartup: update => updates.push(update),
    log: (server, message) => logs.push(`${server}: ${message}`),
    ...options,
  });
  onTestFinished(() => manager.shutdown());
  return { manager, updates, logs };
}

export async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "codex-mcp-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

export function textOf(result: { content: unknown[] }): string {
  const [block] = result.content as { text?: string }[];
  return block?.text ?? "";
}

/** Waits until something holds, for as long as the test may take. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 10));
}
