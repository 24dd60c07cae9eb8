import path from "node:path";
import { type McpServerConfig, type McpServers, mcpServer } from "../types.ts";

const TYPES = new Set(["http", "streamable_http", "streamable-http", "stdio"]);

/**
 * The servers of a plugin's `.mcp.json`: `{"mcpServers": {...}}` or the map itself.
 * @param root the plugin's folder; a relative `cwd` is meant from there
 * @param check refuses an entry as the configuration would: gives the reason, or null
 * @param warn told of each entry that is left out, and of what has no effect
 */
export function parsePluginMcpServers(
  text: string,
  root: string,
  check: (entry: Record<string, unknown>) => string | null,
  warn: (message: string) => void,
): McpServers {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    warn(`failed to parse plugin MCP config: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
  const map = isObject(document) && isObject(document["mcpServers"]) ? document["mcpServers"] : document;
  if (!isObject(map)) {
    warn("plugin MCP config is no object");
    return {};
  }
  const servers: McpServers = {};
  for (const [name, written] of Object.entries(map)) {
    const entry = isObject(written) ? plainEntry(name, written, root, warn) : null;
    const refusal = entry === null ? "is no object" : check(entry);
    if (entry === null || refusal !== null) warn(`plugin MCP server \`${name}\` is left out: ${refusal}`);
    else servers[name] = readEntry(entry);
  }
  return servers;
}

type Entry = Record<string, unknown>;

/** An entry in the words of the configuration. */
function plainEntry(name: string, written: Entry, root: string, warn: (message: string) => void): Entry {
  const { type, oauth, ...entry } = written;
  if (typeof type === "string" && !TYPES.has(type))
    warn(`plugin MCP server \`${name}\` has an unknown type \`${type}\``);
  if (isObject(oauth) && oauth["callbackPort"] !== undefined) {
    warn(`plugin MCP server \`${name}\` sets oauth.callbackPort, which has no effect`);
  }
  if (typeof entry["cwd"] === "string") entry["cwd"] = path.resolve(root, entry["cwd"]);
  return entry;
}

function readEntry(entry: Entry): McpServerConfig {
  const text = (key: string): string | null => (typeof entry[key] === "string" ? entry[key] : null);
  const number = (key: string): number | null => (typeof entry[key] === "number" ? entry[key] : null);
  const texts = (key: string): string[] | null =>
    Array.isArray(entry[key]) ? entry[key].filter(item => typeof item === "string") : null;
  const map = (key: string): Record<string, string> | null =>
    isObject(entry[key])
      ? Object.fromEntries(
          Object.entries(entry[key]).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
        )
      : null;
  const command = text("command");
  const milliseconds = number("startup_timeout_ms");
  return mcpServer(
    command !== null
      ? {
          type: "stdio",
          command,
          args: texts("args") ?? [],
          env: map("env"),
          envVars: texts("env_vars") ?? [],
          cwd: text("cwd"),
        }
      : {
          type: "streamable_http",
          url: text("url") ?? "",
          bearerTokenEnvVar: text("bearer_token_env_var"),
          httpHeaders: map("http_headers"),
          envHttpHeaders: map("env_http_headers"),
        },
    {
      enabled: entry["enabled"] !== false,
      required: entry["required"] === true,
      supportsParallelToolCalls: entry["supports_parallel_tool_calls"] === true,
      startupTimeoutSec: number("startup_timeout_sec") ?? (milliseconds === null ? null : milliseconds / 1000),
      toolTimeoutSec: number("tool_timeout_sec"),
      enabledTools: texts("enabled_tools"),
      disabledTools: texts("disabled_tools"),
      scopes: texts("scopes"),
      oauthResource: text("oauth_resource"),
    },
  );
}

function isObject(value: unknown): value is Entry {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
