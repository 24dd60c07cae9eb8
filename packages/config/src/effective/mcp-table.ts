import type { McpServerConfig } from "./mcp.ts";
import { byBytes } from "../layers/fingerprint.ts";
import { setOwn, TomlFloat, type TomlTable, type TomlValue } from "../toml/value.ts";

type Pair = [string, TomlValue | null | undefined];

/** A server's table in the order that files are written in. Defaults and empty lists are left out. */
export function mcpServerTable(server: McpServerConfig): TomlTable {
  const { transport } = server;
  const start: Pair[] =
    transport.type === "stdio"
      ? [
          ["command", transport.command],
          ["args", filled(transport.args)],
          ["env_vars", filled(transport.envVars.map(envVar))],
          ["cwd", transport.cwd],
        ]
      : [
          ["url", transport.url],
          ["bearer_token_env_var", transport.bearerTokenEnvVar],
        ];
  const tables: Pair[] =
    transport.type === "stdio"
      ? [["env", filledMap(transport.env)]]
      : [
          ["http_headers", filledMap(transport.httpHeaders)],
          ["env_http_headers", filledMap(transport.envHttpHeaders)],
        ];
  return tableOf([
    ...start,
    ["enabled", server.enabled ? null : false],
    ["experimental_environment", server.experimentalEnvironment],
    ["required", server.required || null],
    ["supports_parallel_tool_calls", server.supportsParallelToolCalls || null],
    ["startup_timeout_sec", seconds(server.startupTimeoutSec)],
    ["tool_timeout_sec", seconds(server.toolTimeoutSec)],
    ["default_tools_approval_mode", server.defaultToolsApprovalMode],
    ["enabled_tools", filled(server.enabledTools)],
    ["disabled_tools", filled(server.disabledTools)],
    ["scopes", filled(server.scopes)],
    ["oauth_resource", server.oauthResource],
    ["permissions", server.permissions],
    ...tables,
    ["tools", toolTables(server)],
  ]);
}

function tableOf(pairs: readonly Pair[]): TomlTable {
  const out: TomlTable = {};
  for (const [name, value] of pairs) if (value !== null && value !== undefined) setOwn(out, name, value);
  return out;
}

function filled(values: TomlValue[] | null): TomlValue[] | null {
  return values === null || values.length === 0 ? null : values;
}

function filledMap(map: Record<string, string> | null): TomlTable | null {
  if (map === null || Object.keys(map).length === 0) return null;
  return tableOf(
    Object.keys(map)
      .sort(byBytes)
      .map(name => [name, map[name]]),
  );
}

function envVar(entry: string | { name: string; source: string | null }): TomlValue {
  if (typeof entry === "string") return entry;
  return entry.source === null ? { name: entry.name } : { name: entry.name, source: entry.source };
}

/** Times are floats in the file, also whole ones. */
function seconds(value: number | null): TomlValue | null {
  if (value === null) return null;
  return Number.isInteger(value) ? new TomlFloat(value) : value;
}

function toolTables(server: McpServerConfig): TomlTable | null {
  const names = Object.keys(server.tools).sort();
  if (names.length === 0) return null;
  const out: TomlTable = {};
  for (const name of names) {
    const mode = server.tools[name]?.approvalMode ?? null;
    setOwn(out, name, mode === null ? {} : { approval_mode: mode });
  }
  return out;
}
