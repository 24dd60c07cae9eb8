import { computeAuthStatuses, type AuthStatusOptions, type McpAuthStatus } from "../auth/status.ts";
import { McpConnectionManager } from "../connection/manager.ts";
import type { McpManagerOptions } from "../connection/manager-options.ts";
import { CODEX_APPS_SERVER } from "../servers/mcp-config.ts";
import { canonicalToolName, type ToolInfo } from "../tools/tool-info.ts";
import type { McpResource, McpResourceTemplate, McpTool } from "../types.ts";

export type SnapshotDetail = "full" | "toolsAndAuthOnly";

/** What all servers offer, at one moment. */
export interface McpSnapshot {
  /** By qualified name. */
  tools: Record<string, McpTool>;
  resources: Record<string, McpResource[]>;
  resourceTemplates: Record<string, McpResourceTemplate[]>;
  authStatuses: Record<string, McpAuthStatus>;
}

/** As `McpSnapshot`, with the tools of each server by their raw names. */
export interface McpServerStatusSnapshot extends Omit<McpSnapshot, "tools"> {
  toolsByServer: Record<string, Record<string, McpTool>>;
}

export type SnapshotOptions = Omit<McpManagerOptions, "ask" | "onStartup" | "onStartupComplete"> & {
  auth: AuthStatusOptions;
  detail?: SnapshotDetail;
};

const NOTHING = { resources: {}, resourceTemplates: {}, authStatuses: {} };

/** Starts the servers, looks, and ends them again. Nothing is started when there are none. */
export async function collectMcpSnapshot(options: SnapshotOptions): Promise<McpSnapshot> {
  return (
    (await withManager(options, manager => collectMcpSnapshotFromManager(manager, options))) ?? {
      ...NOTHING,
      tools: {},
    }
  );
}

export async function collectMcpServerStatusSnapshot(options: SnapshotOptions): Promise<McpServerStatusSnapshot> {
  const collect = async (manager: McpConnectionManager): Promise<McpServerStatusSnapshot> => {
    const { tools, ...rest } = await look(manager, options);
    const byServer = new Map<string, [string, McpTool][]>();
    for (const { serverName, tool } of tools) {
      const named = byServer.get(serverName) ?? [];
      named.push([tool.name, tool]);
      byServer.set(serverName, named);
    }
    const entries = [...byServer].map(([server, named]) => [server, Object.fromEntries(named)] as const);
    return { toolsByServer: Object.fromEntries(entries), ...rest };
  };
  return (await withManager(options, collect)) ?? { ...NOTHING, toolsByServer: {} };
}

/** Looks at the servers of a session that runs. */
export async function collectMcpSnapshotFromManager(
  manager: McpConnectionManager,
  options: Pick<SnapshotOptions, "servers" | "auth" | "detail">,
): Promise<McpSnapshot> {
  const { tools, ...rest } = await look(manager, options);
  return { tools: Object.fromEntries(tools.map(info => [canonicalToolName(info), info.tool])), ...rest };
}

/** Reads a resource over a connection made for it. Throws `McpError`. */
export async function readMcpResource(
  options: Omit<McpManagerOptions, "onStartup" | "onStartupComplete">,
  server: string,
  uri: string,
): Promise<{ contents: unknown[] }> {
  const only = Object.hasOwn(options.servers, server) ? { [server]: options.servers[server]! } : {};
  const manager = McpConnectionManager.start({ ...options, servers: only });
  try {
    return await manager.readResource(server, uri);
  } finally {
    await manager.shutdown();
  }
}

/** Only the tools that are not those of apps. */
export function filterNonCodexAppsMcpToolsOnly(tools: readonly ToolInfo[]): ToolInfo[] {
  return tools.filter(({ serverName }) => serverName !== CODEX_APPS_SERVER);
}

interface Look extends Omit<McpSnapshot, "tools"> {
  tools: readonly ToolInfo[];
}

async function look(
  manager: McpConnectionManager,
  { servers, auth, detail = "full" }: Pick<SnapshotOptions, "servers" | "auth" | "detail">,
): Promise<Look> {
  const full = detail === "full";
  const [tools, resources, resourceTemplates, authStatuses] = await Promise.all([
    manager.listAllTools(),
    full ? manager.listAllResources() : {},
    full ? manager.listAllResourceTemplates() : {},
    computeAuthStatuses(servers, auth),
  ]);
  return { tools, resources, resourceTemplates, authStatuses };
}

async function withManager<T>(
  options: SnapshotOptions,
  use: (manager: McpConnectionManager) => Promise<T>,
): Promise<T | null> {
  if (Object.keys(options.servers).length === 0) return null;
  // Whoever only looks is asked nothing, and lets nothing be written.
  const manager = McpConnectionManager.start({
    ...options,
    policy: () => ({ approval: "never", sandbox: "restricted" }),
  });
  try {
    return await use(manager);
  } finally {
    await manager.shutdown();
  }
}
