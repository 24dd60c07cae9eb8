import type { Config, McpAuthStatus, McpServerConfig } from "@codex-ts/config";
import { CliError } from "../errors.ts";
import type { CommandIo } from "../io.ts";
import { loadServers, type McpLevels } from "./mcp-servers.ts";

/** Whether each server can be logged in to, and is. */
export async function mcpAuthStatuses(
  config: Pick<Config, "mcpServers">,
  _io: CommandIo,
): Promise<Map<string, McpAuthStatus>> {
  return new Map(
    Object.entries(config.mcpServers).map(([name, { transport }]) => [
      name,
      transport.type === "streamable_http" && transport.bearerTokenEnvVar !== null ? "bearer_token" : "unsupported",
    ]),
  );
}

/** After `mcp add --url`: a server that wants a login says so. */
export async function offerMcpLogin(
  _name: string,
  _server: McpServerConfig,
  _config: Config,
  _io: CommandIo,
): Promise<void> {}

/** `mcp login NAME [--scopes a,b]`. */
export async function mcpLoginCommand(
  name: string,
  _options: { scopes?: string[] },
  levels: McpLevels,
  io: CommandIo,
): Promise<number> {
  const { config } = await loadServers(levels, io);
  httpServer(
    config,
    name,
    `No MCP server named '${name}' found.`,
    "login is only supported for streamable HTTP servers.",
  );
  throw new CliError("No authorization support detected");
}

/** `mcp logout NAME`. */
export async function mcpLogoutCommand(name: string, levels: McpLevels, io: CommandIo): Promise<number> {
  const { config } = await loadServers(levels, io);
  const missing = `No MCP server named '${name}' found in configuration.`;
  httpServer(config, name, missing, "logout is only supported for streamable_http transports.");
  return 0;
}

/** The server of that name, which must be called over HTTP. */
function httpServer(config: Config, name: string, missing: string, wrong: string): McpServerConfig {
  const server = Object.hasOwn(config.mcpServers, name) ? config.mcpServers[name] : undefined;
  if (server === undefined) throw new CliError(missing);
  if (server.transport.type !== "streamable_http") throw new CliError(`OAuth ${wrong}`);
  return server;
}
