import type { Config, LoadedConfig, McpAuthStatus, McpServerConfig } from "@codex-ts/config";
import { mcpReachOutside } from "@codex-ts/core";
import {
  computeAuthStatuses,
  configuredHeaders,
  credentialStore,
  oauthLoginSupport,
  resolveOauthScopes,
  shouldRetryWithoutScopes,
  startOauthLogin,
} from "@codex-ts/mcp";
import { openBrowser } from "../chatgpt-login.ts";
import { CliError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import { loadServers, type McpLevels } from "./mcp-servers.ts";

const STATUS = {
  unsupported: "unsupported",
  notLoggedIn: "not_logged_in",
  bearerToken: "bearer_token",
  oAuth: "o_auth",
} as const;

type Fetch = Parameters<typeof oauthLoginSupport>[2];

/** Does something over the network as far as the requirements of this machine allow it. */
async function withReach<T>(loaded: LoadedConfig, io: CommandIo, work: (fetch: Fetch) => Promise<T>): Promise<T> {
  const reach = mcpReachOutside(loaded, io.env);
  try {
    return await work(reach.fetch);
  } finally {
    await reach.close();
  }
}

/** Whether each server can be logged in to, and is. */
export async function mcpAuthStatuses(loaded: LoadedConfig, io: CommandIo): Promise<Map<string, McpAuthStatus>> {
  const { codexHome, mcpServers, mcpOauthCredentialsStore } = loaded.config;
  const store = credentialStore(codexHome, mcpOauthCredentialsStore);
  const statuses = await withReach(loaded, io, fetch => computeAuthStatuses(mcpServers, { env: io.env, store, fetch }));
  return new Map(Object.entries(statuses).map(([name, status]) => [name, STATUS[status]]));
}

/** After `mcp add --url`: logs in where the server says how. */
export async function offerMcpLogin(
  name: string,
  server: McpServerConfig,
  loaded: LoadedConfig,
  io: CommandIo,
): Promise<void> {
  await withReach(loaded, io, async fetch => {
    const support = await oauthLoginSupport(server.transport, io.env, fetch);
    if (support.type === "unknown") {
      write(io.stdout, `MCP server may or may not require login. Run \`codex mcp login ${name}\` to login.\n`);
    }
    if (support.type !== "supported") return;
    write(io.stdout, "Detected OAuth support. Starting OAuth flow…\n");
    await login(name, server, null, loaded.config, io, fetch);
  });
}

/** `mcp login NAME [--scopes a,b]`. */
export async function mcpLoginCommand(
  name: string,
  options: { scopes?: string[] },
  levels: McpLevels,
  io: CommandIo,
): Promise<number> {
  const loaded = await loadServers(levels, io);
  const missing = `No MCP server named '${name}' found.`;
  const server = httpServer(loaded.config, name, missing, "login is only supported for streamable HTTP servers.");
  await withReach(loaded, io, fetch => login(name, server, options.scopes ?? null, loaded.config, io, fetch));
  return 0;
}

/** `mcp logout NAME`. */
export async function mcpLogoutCommand(name: string, levels: McpLevels, io: CommandIo): Promise<number> {
  const { config } = await loadServers(levels, io);
  const missing = `No MCP server named '${name}' found in configuration.`;
  const { transport } = httpServer(config, name, missing, "logout is only supported for streamable_http transports.");
  const store = credentialStore(config.codexHome, config.mcpOauthCredentialsStore);
  const removed = await store.remove(name, transport.url).catch((error: unknown) => {
    throw new CliError(`failed to delete OAuth credentials: ${messageOf(error)}`);
  });
  write(
    io.stdout,
    removed ? `Removed OAuth credentials for '${name}'.\n` : `No OAuth credentials stored for '${name}'.\n`,
  );
  return 0;
}

type HttpServer = McpServerConfig & { transport: Extract<McpServerConfig["transport"], { type: "streamable_http" }> };

/** Logs in; scopes that only the server named are left out when the provider does not want them. */
async function login(
  name: string,
  server: McpServerConfig,
  explicit: string[] | null,
  config: Config,
  io: CommandIo,
  fetch: Fetch,
): Promise<void> {
  const { transport } = server;
  if (transport.type !== "streamable_http") return;
  const ask = explicit === null && server.scopes === null;
  const support = ask ? await oauthLoginSupport(transport, io.env, fetch) : null;
  const discovered = support?.type === "supported" ? support.discoveredScopes : null;
  const resolved = resolveOauthScopes(explicit, server.scopes, discovered);
  try {
    await loginOnce(name, server as HttpServer, resolved.scopes, config, io, fetch);
  } catch (error) {
    if (!shouldRetryWithoutScopes(resolved, error)) throw new CliError(messageOf(error));
    write(io.stdout, "OAuth provider rejected discovered scopes. Retrying without scopes…\n");
    await loginOnce(name, server as HttpServer, [], config, io, fetch).catch((again: unknown) => {
      throw new CliError(messageOf(again));
    });
  }
  write(io.stdout, `Successfully logged in to MCP server '${name}'.\n`);
}

async function loginOnce(
  name: string,
  { transport, oauthResource }: HttpServer,
  scopes: string[],
  config: Config,
  io: CommandIo,
  fetch: Fetch,
): Promise<void> {
  const started = await startOauthLogin({
    server: name,
    url: transport.url,
    headers: configuredHeaders(transport, io.env),
    scopes,
    resource: oauthResource,
    store: credentialStore(config.codexHome, config.mcpOauthCredentialsStore),
    callback: { port: config.mcpOauthCallbackPort, url: config.mcpOauthCallbackUrl },
    fetch,
  });
  write(io.stdout, `Authorize \`${name}\` by opening this URL in your browser:\n${started.authorizationUrl}\n\n`);
  openBrowser(started.authorizationUrl, io);
  await started.completed;
}

/** The server of that name, which must be called over HTTP. */
function httpServer(config: Config, name: string, missing: string, wrong: string): HttpServer {
  const server = Object.hasOwn(config.mcpServers, name) ? config.mcpServers[name] : undefined;
  if (server === undefined) throw new CliError(missing);
  if (server.transport.type !== "streamable_http") throw new CliError(`OAuth ${wrong}`);
  return server as HttpServer;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
