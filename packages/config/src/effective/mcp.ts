import { describeRequirementSource, type Requirements } from "../requirements/types.ts";
import { getOwn, isTable, type JsonValue, setOwn, toJson, type TomlValue } from "../toml/value.ts";
import { mcpServerTable } from "./mcp-table.ts";
import type { Reader } from "./read.ts";

export type AppToolApproval = "auto" | "prompt" | "approve";

export type McpServerEnvVar = string | { name: string; source: "local" | "remote" | null };

export type McpServerTransport =
  | {
      type: "stdio";
      command: string;
      args: string[];
      env: Record<string, string> | null;
      envVars: McpServerEnvVar[];
      cwd: string | null;
    }
  | {
      type: "streamable_http";
      url: string;
      bearerTokenEnvVar: string | null;
      httpHeaders: Record<string, string> | null;
      envHttpHeaders: Record<string, string> | null;
    };

export interface McpServerToolConfig {
  approvalMode: AppToolApproval | null;
}

/** One configured MCP server. Times are seconds; null = the runtime's default. */
export interface McpServerConfig {
  transport: McpServerTransport;
  enabled: boolean;
  /** Why a server was switched off that its owner switched on. */
  disabledReason: string | null;
  required: boolean;
  supportsParallelToolCalls: boolean;
  startupTimeoutSec: number | null;
  toolTimeoutSec: number | null;
  defaultToolsApprovalMode: AppToolApproval | null;
  enabledTools: string[] | null;
  disabledTools: string[] | null;
  scopes: string[] | null;
  oauthResource: string | null;
  experimentalEnvironment: string | null;
  /** The permission profile that a stdio server runs with; absent: the rights of the person. */
  permissions?: string;
  tools: Record<string, McpServerToolConfig>;
}

/** The typed form of a checked `[mcp_servers]` table. */
export function readMcpServers(servers: Reader): Record<string, McpServerConfig> {
  const out: Record<string, McpServerConfig> = {};
  for (const [name, written] of servers.entries()) setOwn(out, name, readMcpServer(written));
  return out;
}

function readMcpServer(written: Reader): McpServerConfig {
  const command = written.string("command");
  const milliseconds = written.number("startup_timeout_ms");
  const permissions = written.string("permissions");
  const tools: Record<string, McpServerToolConfig> = {};
  for (const [tool, settings] of written.sub("tools").entries()) {
    setOwn(tools, tool, { approvalMode: settings.word<AppToolApproval>("approval_mode") });
  }
  return {
    transport:
      command !== null
        ? {
            type: "stdio",
            command,
            args: written.strings("args") ?? [],
            env: written.stringMap("env"),
            envVars: envVars(getOwn(written.table, "env_vars")),
            cwd: written.string("cwd"),
          }
        : {
            type: "streamable_http",
            url: written.string("url") ?? "",
            bearerTokenEnvVar: written.string("bearer_token_env_var"),
            httpHeaders: written.stringMap("http_headers"),
            envHttpHeaders: written.stringMap("env_http_headers"),
          },
    enabled: written.bool("enabled") ?? true,
    disabledReason: null,
    required: written.bool("required") ?? false,
    supportsParallelToolCalls: written.bool("supports_parallel_tool_calls") ?? false,
    startupTimeoutSec: written.number("startup_timeout_sec") ?? (milliseconds === null ? null : milliseconds / 1000),
    toolTimeoutSec: written.number("tool_timeout_sec"),
    defaultToolsApprovalMode: written.word<AppToolApproval>("default_tools_approval_mode"),
    enabledTools: written.strings("enabled_tools"),
    disabledTools: written.strings("disabled_tools"),
    scopes: written.strings("scopes"),
    oauthResource: written.string("oauth_resource"),
    experimentalEnvironment: written.string("experimental_environment"),
    ...(permissions === null ? {} : { permissions }),
    tools,
  };
}

function envVars(value: TomlValue | undefined): McpServerEnvVar[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item): McpServerEnvVar[] => {
    if (typeof item === "string") return [item];
    if (!isTable(item)) return [];
    const { name, source } = item as { name: string; source?: "local" | "remote" };
    return [{ name, source: source ?? null }];
  });
}

/** Switches off every server that the requirements do not list with exactly this command or URL. */
export function restrictMcpServers(
  servers: Record<string, McpServerConfig>,
  requirement: Requirements["mcpServers"],
): Record<string, McpServerConfig> {
  if (requirement === undefined) return servers;
  const out: Record<string, McpServerConfig> = {};
  for (const [name, server] of Object.entries(servers)) {
    const identity = getOwn(requirement.value, name);
    const { transport } = server;
    const same =
      identity !== undefined &&
      ("command" in identity
        ? transport.type === "stdio" && transport.command === identity.command
        : transport.type === "streamable_http" && transport.url === identity.url);
    const disabledReason = `requirements (${describeRequirementSource(requirement.source)})`;
    setOwn(out, name, same ? server : { ...server, enabled: false, disabledReason });
  }
  return out;
}

/** A server as the config API shows it: only what is set, times in seconds. */
export function viewMcpServer(server: McpServerConfig): JsonValue {
  const written = toJson(mcpServerTable(server)) as { [key: string]: JsonValue };
  const { transport } = server;
  return {
    ...written,
    ...(transport.type === "stdio"
      ? { args: [...transport.args], ...emptyMap("env", transport.env) }
      : {
          ...emptyMap("http_headers", transport.httpHeaders),
          ...emptyMap("env_http_headers", transport.envHttpHeaders),
        }),
    enabled: server.enabled,
    tool_timeout_sec: server.toolTimeoutSec,
    ...(server.enabledTools === null ? {} : { enabled_tools: server.enabledTools }),
    ...(server.disabledTools === null ? {} : { disabled_tools: server.disabledTools }),
    ...(server.scopes === null ? {} : { scopes: server.scopes }),
  };
}

/** A map that is written without entries shows; the table that files are written from leaves it out. */
function emptyMap(name: string, map: Record<string, string> | null): Record<string, JsonValue> {
  return map !== null && Object.keys(map).length === 0 ? { [name]: {} } : {};
}
