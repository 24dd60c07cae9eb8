import { mcpReachOutside } from "@codex-ts/core";
import {
  configuredHeaders,
  credentialStore,
  oauthLoginSupport,
  resolveOauthScopes,
  startOauthLogin,
} from "@codex-ts/mcp";
import type { McpServerOauthLoginParams, McpServerOauthLoginResponse } from "@codex-ts/protocol";
import type { RequestContext } from "../dispatch/handler.ts";
import { internal, invalidRequest } from "../errors.ts";
import { reloadedConfig } from "../threads/load-checked.ts";

/** Begins a login in the browser. How it ends is told to every client. */
export async function oauthLogin(
  { name, scopes, timeoutSecs }: McpServerOauthLoginParams,
  context: RequestContext<"mcpServer/oauth/login">,
): Promise<McpServerOauthLoginResponse> {
  const { server } = context;
  const loaded = await reloadedConfig(server);
  const { config } = loaded;
  const entry = Object.hasOwn(config.mcpServers, name) ? config.mcpServers[name] : undefined;
  if (entry === undefined) throw invalidRequest(`No MCP server named '${name}' found.`);
  const { transport } = entry;
  if (transport.type !== "streamable_http") {
    throw invalidRequest("OAuth login is only supported for streamable HTTP servers.");
  }
  const reach = mcpReachOutside(loaded, server.env);
  const explicit = scopes ?? null;
  const discovered =
    explicit !== null || entry.scopes !== null ? null : await oauthLoginSupport(transport, server.env, reach.fetch);
  const resolved = resolveOauthScopes(
    explicit,
    entry.scopes,
    discovered?.type === "supported" ? discovered.discoveredScopes : null,
  );
  const login = await startOauthLogin({
    server: name,
    url: transport.url,
    headers: configuredHeaders(transport, server.env),
    scopes: resolved.scopes,
    resource: entry.oauthResource,
    store: credentialStore(config.codexHome, config.mcpOauthCredentialsStore),
    callback: { port: config.mcpOauthCallbackPort, url: config.mcpOauthCallbackUrl },
    timeoutSecs: timeoutSecs === null || timeoutSecs === undefined ? null : Number(timeoutSecs),
    fetch: reach.fetch,
  }).catch(async (error: unknown) => {
    await reach.close();
    throw internal(`failed to login to MCP server '${name}': ${messageOf(error)}`);
  });
  void login.completed.catch(() => {}).then(() => reach.close());
  const tell = (outcome: { success: boolean; error?: string }): void =>
    server.broadcast("mcpServer/oauthLogin/completed", { name, ...outcome });
  context.afterReply(() => {
    login.completed.then(
      () => tell({ success: true }),
      (error: unknown) => tell({ success: false, error: messageOf(error) }),
    );
  });
  return { authorizationUrl: login.authorizationUrl };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
