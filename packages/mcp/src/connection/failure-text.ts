import { McpError } from "../errors.ts";
import { DEFAULT_STARTUP_TIMEOUT_SEC, type McpServerConfig } from "../types.ts";

const GITHUB_URL = "https://api.githubcopilot.com/mcp/";

/** Why a server did not start, with what to do about it. */
export function startupFailureText(server: string, config: McpServerConfig, error: unknown): string {
  const cause = error instanceof Error ? error.message : String(error);
  if (needsGithubToken(config)) {
    return `The ${server} MCP server takes personal access tokens only. Make one at https://github.com/settings/personal-access-tokens, put it in an environment variable, and name that variable in your config.toml:\n[mcp_servers.${server}]\nbearer_token_env_var = "GITHUB_TOKEN"`;
  }
  if (cause.includes("Auth required")) {
    return `The ${server} MCP server is not logged in. Run \`codex mcp login ${server}\`.`;
  }
  if (error instanceof McpError && error.code === "startup_timeout") {
    const seconds = Math.floor(config.startupTimeoutSec ?? DEFAULT_STARTUP_TIMEOUT_SEC);
    return `MCP client for \`${server}\` timed out after ${seconds} seconds. Add or adjust \`startup_timeout_sec\` in your config.toml:\n[mcp_servers.${server}]\nstartup_timeout_sec = XX`;
  }
  return `MCP client for \`${server}\` failed to start: MCP startup failed: ${cause}`;
}

function needsGithubToken({ transport }: McpServerConfig): boolean {
  if (transport.type !== "streamable_http" || transport.url !== GITHUB_URL) return false;
  const { bearerTokenEnvVar, httpHeaders } = transport;
  return bearerTokenEnvVar === null && Object.keys(httpHeaders ?? {}).length === 0;
}
