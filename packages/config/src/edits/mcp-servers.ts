import nodePath from "node:path";
import { type McpServerConfig, readMcpServers } from "../effective/mcp.ts";
import { Reader } from "../effective/read.ts";
import { ConfigError } from "../errors.ts";
import { type ConfigFs, nodeFs } from "../fs.ts";
import { decode, TypeMismatch } from "../keys/decode.ts";
import { configKeys } from "../keys/root.ts";
import { loadLayers, type LoadLayersOptions } from "../layers/load.ts";
import { readText } from "../layers/read.ts";
import { LayerStack, mismatchError } from "../layers/stack.ts";
import { loadTomlReader, parseToml } from "../toml/parse.ts";
import { getOwn, isTable, type TomlTable } from "../toml/value.ts";
import { ConfigEdits, withConfigLock } from "./config-edits.ts";

/**
 * The MCP servers of the user's config.toml alone, for editing them.
 * @throws ConfigError for a server that is not valid, and for one with a token in the file
 */
export async function loadGlobalMcpServers(
  codexHome: string,
  fs: ConfigFs = nodeFs,
): Promise<Record<string, McpServerConfig>> {
  const file = nodePath.join(codexHome, "config.toml");
  const text = readText(fs, file, "config");
  if (text === null) return {};
  await loadTomlReader();
  return checkedServers(getOwn(parseToml(text, file), "mcp_servers"), file, text);
}

function checkedServers(servers: unknown, file: string, text: string): Record<string, McpServerConfig> {
  if (!isTable(servers as TomlTable)) return {};
  const table = servers as TomlTable;
  for (const [name, server] of Object.entries(table)) {
    if (isTable(server) && Object.hasOwn(server, "bearer_token")) {
      throw new ConfigError(
        "invalid_value",
        `mcp_servers.${name} uses unsupported \`bearer_token\`; set \`bearer_token_env_var\`.`,
        { file, keyPath: `mcp_servers.${name}.bearer_token` },
      );
    }
  }
  try {
    const decoded = decode(configKeys, { mcp_servers: table }, [], { resolvePath: path => path }) as TomlTable;
    return readMcpServers(new Reader(decoded).sub("mcp_servers"));
  } catch (error) {
    throw error instanceof TypeMismatch ? mismatchError(error, file, text) : error;
  }
}

/**
 * The servers that `mcp add` and `mcp remove` start from: merged, without any project. What else is wrong in the files does
 * not count: a server can be removed although a setting is mistaken.
 */
async function startingServers(load: LoadLayersOptions): Promise<Record<string, McpServerConfig>> {
  const stack = await loadLayers({ ...load, cwd: null });
  const layers = stack.layers.map(layer => ({ ...layer, config: onlyServers(layer.config) }));
  const { requirements, project, codexHome, home, warnings } = stack;
  const servers = new LayerStack({ layers, requirements, project, codexHome, home, warnings });
  return readMcpServers(new Reader(servers.checked()).sub("mcp_servers"));
}

function onlyServers(table: TomlTable): TomlTable {
  const servers = getOwn(table, "mcp_servers");
  return servers === undefined ? {} : { mcp_servers: servers };
}

/** Adds or replaces a server in the user's file. */
export async function addMcpServer(load: LoadLayersOptions, name: string, server: McpServerConfig): Promise<void> {
  await withConfigLock(nodePath.join(load.codexHome, "config.toml"), async () => {
    const servers = await startingServers(load);
    await loadTomlReader();
    new ConfigEdits(load.codexHome).replaceMcpServers({ ...servers, [name]: server }).applyNow();
  });
}

/** Removes a server from the user's file; false when there is none, and then the file stays untouched. */
export async function removeMcpServer(load: LoadLayersOptions, name: string): Promise<boolean> {
  return withConfigLock(nodePath.join(load.codexHome, "config.toml"), async () => {
    const servers = await startingServers(load);
    if (!Object.hasOwn(servers, name)) return false;
    const { [name]: _, ...rest } = servers;
    await loadTomlReader();
    new ConfigEdits(load.codexHome).replaceMcpServers(rest).applyNow();
    return true;
  });
}
