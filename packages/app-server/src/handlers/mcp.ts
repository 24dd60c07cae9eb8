import { AppsAccess, type McpReach, mcpReachOutside } from "@codex-ts/core";
import {
  collectMcpServerStatusSnapshot,
  credentialStore,
  errorChain,
  type McpServers,
  readMcpResource,
  type SnapshotOptions,
} from "@codex-ts/mcp";
import type { ListMcpServerStatusParams, ListMcpServerStatusResponse, McpServerStatus } from "@codex-ts/protocol";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { internal } from "../errors.ts";
import { page } from "../page.ts";
import type { AppServer } from "../server.ts";
import { loadedThread } from "../threads/ids.ts";
import { reloadedConfig } from "../threads/load-checked.ts";
import { reloadThreads } from "../threads/reload.ts";
import { oauthLogin } from "./mcp-login.ts";

/** MCP servers: what they offer, direct calls, logins and reloads (spec mcp.md 10). */
export const handlers: HandlerTable = {
  "mcpServerStatus/list": listStatuses,
  "mcpServer/tool/call": async ({ threadId, server: name, tool, arguments: args, _meta }, { server }) => {
    const { thread } = loadedThread(server, threadId);
    return (await thread.callMcpTool(name, tool, args, _meta).catch(asInternal)) as never;
  },
  "mcpServer/resource/read": async ({ threadId, server: name, uri }, { server }) => {
    if (typeof threadId === "string") {
      const { thread } = loadedThread(server, threadId);
      return (await thread.readMcpResource(name, uri).catch(asInternal)) as never;
    }
    const { options, reach } = await snapshotOptions(server);
    const read = readMcpResource(options, name, uri).finally(() => reach.close());
    return (await read.catch(asInternal)) as never;
  },
  "mcpServer/oauth/login": oauthLogin,
  "config/mcpServer/reload": async (_, { server }) => {
    await reloadedConfig(server);
    await reloadThreads(server, (thread, config) => thread.refreshMcpServers(config));
    return {};
  },
};

async function listStatuses(
  { cursor, limit, detail }: ListMcpServerStatusParams,
  { server }: RequestContext,
): Promise<ListMcpServerStatusResponse> {
  const { options, reach } = await snapshotOptions(server);
  const names = Object.keys(options.servers).sort();
  const { data, nextCursor } = page(names, { cursor, limit }, total => `total MCP servers ${total}`);
  // Only the servers of this page are started.
  const servers: McpServers = Object.fromEntries(data.map(name => [name, options.servers[name]!]));
  const found = await collectMcpServerStatusSnapshot({ ...options, servers, detail: detail ?? "full" }).finally(() =>
    reach.close(),
  );
  const status = (name: string): McpServerStatus => ({
    name,
    tools: found.toolsByServer[name] ?? {},
    resources: found.resources[name] ?? [],
    resourceTemplates: found.resourceTemplates[name] ?? [],
    authStatus: found.authStatuses[name] ?? "unsupported",
  });
  return { data: data.map(status), nextCursor };
}

/** How servers are looked at outside of any thread. */
async function snapshotOptions(server: AppServer): Promise<{ options: SnapshotOptions; reach: McpReach }> {
  const loaded = await reloadedConfig(server);
  const { codexHome, mcpServers, mcpPermissions, mcpOauthCredentialsStore } = loaded.config;
  const store = credentialStore(codexHome, mcpOauthCredentialsStore);
  const reach = mcpReachOutside(loaded, server.env);
  const apps = await AppsAccess.open((await server.runtime()).auth, {
    codexHome,
    chatgptBaseUrl: loaded.config.chatgptBaseUrl,
    enabled: loaded.config.features["apps"] !== false,
    env: server.env,
  });
  const options = {
    ...apps.options,
    appsCache: apps.cache,
    servers: apps.withApps(mcpServers),
    env: server.env,
    cwd: server.cwd,
    version: server.options.version,
    oauth: { store },
    auth: { env: server.env, store, fetch: reach.fetch, hasRuntimeAuth: apps.takesLogin },
    fetch: reach.fetch,
    spawnServer: reach.spawnServer(mcpPermissions),
  };
  return { options, reach };
}

function asInternal(error: unknown): never {
  throw internal(errorChain(error).join(": "));
}
