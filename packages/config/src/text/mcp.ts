import type { McpServerConfig } from "../effective/mcp.ts";
import { ConfigError } from "../errors.ts";
import type { JsonValue } from "../toml/value.ts";

/** Whether a server can be logged in to, and is. */
export type McpAuthStatus = "unsupported" | "not_logged_in" | "bearer_token" | "o_auth";

const AUTH_TEXT: Readonly<Record<McpAuthStatus, string>> = {
  unsupported: "Unsupported",
  not_logged_in: "Not logged in",
  bearer_token: "Bearer token",
  o_auth: "OAuth",
};

type Servers = Readonly<Record<string, McpServerConfig>>;
type AuthOf = (name: string) => McpAuthStatus;
type Stdio = Extract<McpServerConfig["transport"], { type: "stdio" }>;
type Http = Extract<McpServerConfig["transport"], { type: "streamable_http" }>;

/** @throws ConfigError `usage` */
export function checkMcpServerName(name: string): void {
  if (/^[A-Za-z0-9_-]+$/.test(name)) return;
  throw new ConfigError("usage", `invalid server name '${name}' (use letters, numbers, '-', '_')`);
}

/** `--env K=V` arguments as a map. @throws ConfigError `usage` */
export function parseMcpEnv(entries: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map(entry => {
      const split = entry.indexOf("=");
      const key = entry.slice(0, Math.max(split, 0)).trim();
      if (key === "") throw new ConfigError("usage", "environment entries must be in KEY=VALUE form");
      return [key, entry.slice(split + 1)];
    }),
  );
}

/** A server as `mcp add` makes it. */
export function newMcpServer(
  transport:
    | { command: readonly string[]; env?: Record<string, string> }
    | { url: string; bearerTokenEnvVar?: string | null },
): McpServerConfig {
  const env = "command" in transport && Object.keys(transport.env ?? {}).length > 0 ? (transport.env ?? null) : null;
  return {
    transport:
      "command" in transport
        ? {
            type: "stdio",
            command: transport.command[0] ?? "",
            args: transport.command.slice(1),
            env,
            envVars: [],
            cwd: null,
          }
        : {
            type: "streamable_http",
            url: transport.url,
            bearerTokenEnvVar: transport.bearerTokenEnvVar ?? null,
            httpHeaders: null,
            envHttpHeaders: null,
          },
    enabled: true,
    disabledReason: null,
    required: false,
    supportsParallelToolCalls: false,
    startupTimeoutSec: null,
    toolTimeoutSec: null,
    defaultToolsApprovalMode: null,
    enabledTools: null,
    disabledTools: null,
    scopes: null,
    oauthResource: null,
    experimentalEnvironment: null,
    tools: {},
  };
}

function sorted(servers: Servers): [string, McpServerConfig][] {
  return Object.entries(servers).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** `mcp list --json`. */
export function mcpListJson(servers: Servers, authOf: AuthOf): JsonValue {
  return sorted(servers).map(([name, server]) => ({
    name,
    enabled: server.enabled,
    disabled_reason: server.disabledReason,
    transport: transportJson(server.transport),
    startup_timeout_sec: server.startupTimeoutSec,
    tool_timeout_sec: server.toolTimeoutSec,
    auth_status: authOf(name),
  }));
}

function transportJson(transport: McpServerConfig["transport"]): JsonValue {
  if (transport.type === "streamable_http") {
    return {
      type: "streamable_http",
      url: transport.url,
      bearer_token_env_var: transport.bearerTokenEnvVar,
      http_headers: transport.httpHeaders,
      env_http_headers: transport.envHttpHeaders,
    };
  }
  return {
    type: "stdio",
    command: transport.command,
    args: transport.args,
    env: transport.env,
    env_vars: transport.envVars.map(entry =>
      typeof entry === "string"
        ? entry
        : entry.source === null
          ? { name: entry.name }
          : { name: entry.name, source: entry.source },
    ),
    cwd: transport.cwd,
  };
}

/** `mcp list` for people: one table of stdio servers, one of HTTP servers. Secret values are masked. */
export function formatMcpList(servers: Servers, authOf: AuthOf): string {
  const all = sorted(servers);
  if (all.length === 0) return "No MCP servers configured yet. Try `codex mcp add my-tool -- my-command`.\n";
  const stdio: string[][] = [];
  const http: string[][] = [];
  for (const [name, server] of all) {
    const { transport } = server;
    const end = [status(server), AUTH_TEXT[authOf(name)]];
    if (transport.type === "stdio") {
      stdio.push([
        name,
        transport.command,
        dash(transport.args.join(" ")),
        maskedEnv(transport),
        dash(transport.cwd),
        ...end,
      ]);
    } else {
      http.push([name, transport.url, dash(transport.bearerTokenEnvVar), ...end]);
    }
  }
  const tables = [
    ...(stdio.length > 0 ? [columns([["Name", "Command", "Args", "Env", "Cwd", "Status", "Auth"], ...stdio])] : []),
    ...(http.length > 0 ? [columns([["Name", "Url", "Bearer Token Env Var", "Status", "Auth"], ...http])] : []),
  ];
  return tables.join("\n");
}

function status(server: McpServerConfig): string {
  if (server.enabled) return "enabled";
  return server.disabledReason === null ? "disabled" : `disabled: ${server.disabledReason}`;
}

function columns(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map(row => row[at]?.length ?? 0)));
  return rows.map(row => `${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  ")}\n`).join("");
}

function dash(text: string | null): string {
  return text === null || text === "" ? "-" : text;
}

function masked(names: readonly string[]): string {
  return hidden([...names].sort());
}

function hidden(names: readonly string[]): string {
  return dash(names.map(name => `${name}=*****`).join(", "));
}

/** What is set, sorted, then what is passed through, as it is listed. */
function maskedEnv(transport: Stdio): string {
  const passed = transport.envVars.map(entry => (typeof entry === "string" ? entry : entry.name));
  return hidden([...new Set([...Object.keys(transport.env ?? {}).sort(), ...passed])]);
}

/** `mcp get NAME --json`. */
export function mcpGetJson(name: string, server: McpServerConfig): JsonValue {
  return {
    name,
    enabled: server.enabled,
    disabled_reason: server.disabledReason,
    transport: transportJson(server.transport),
    enabled_tools: server.enabledTools,
    disabled_tools: server.disabledTools,
    startup_timeout_sec: server.startupTimeoutSec,
    tool_timeout_sec: server.toolTimeoutSec,
  };
}

/** The server of that name. @throws ConfigError `usage` */
export function findMcpServer(servers: Servers, name: string): McpServerConfig {
  const server = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (server === undefined) throw new ConfigError("usage", `No MCP server named '${name}' found.`);
  return server;
}

/** `mcp get NAME` for people. */
export function formatMcpServer(name: string, server: McpServerConfig): string {
  if (!server.enabled) {
    return server.disabledReason === null ? `${name} (disabled)\n` : `${name} (disabled: ${server.disabledReason})\n`;
  }
  const { transport } = server;
  const lines = [name, "  enabled: true"];
  if (server.enabledTools !== null) lines.push(`  enabled_tools: ${toolList(server.enabledTools)}`);
  if (server.disabledTools !== null) lines.push(`  disabled_tools: ${toolList(server.disabledTools)}`);
  lines.push(
    `  transport: ${transport.type}`,
    ...(transport.type === "stdio" ? stdioLines(transport) : httpLines(transport)),
  );
  if (server.permissions !== undefined) lines.push(`  permissions: ${server.permissions}`);
  if (server.startupTimeoutSec !== null) lines.push(`  startup_timeout_sec: ${server.startupTimeoutSec}`);
  if (server.toolTimeoutSec !== null) lines.push(`  tool_timeout_sec: ${server.toolTimeoutSec}`);
  if (server.defaultToolsApprovalMode !== null) {
    lines.push(`  default_tools_approval_mode: ${server.defaultToolsApprovalMode}`);
  }
  lines.push(`  remove: codex mcp remove ${name}`);
  return `${lines.join("\n")}\n`;
}

function toolList(tools: readonly string[]): string {
  return tools.length === 0 ? "[]" : tools.join(", ");
}

function stdioLines(transport: Stdio): string[] {
  return [
    `  command: ${transport.command}`,
    `  args: ${dash(transport.args.join(" "))}`,
    `  cwd: ${dash(transport.cwd)}`,
    `  env: ${maskedEnv(transport)}`,
  ];
}

function httpLines(transport: Http): string[] {
  const headers = Object.keys(transport.httpHeaders ?? {});
  const fromEnv = Object.entries(transport.envHttpHeaders ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    `  url: ${transport.url}`,
    `  bearer_token_env_var: ${dash(transport.bearerTokenEnvVar)}`,
    `  http_headers: ${masked(headers)}`,
    `  env_http_headers: ${dash(fromEnv.map(([name, variable]) => `${name}=${variable}`).join(", "))}`,
  ];
}
