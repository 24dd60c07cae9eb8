import {
  addMcpServer,
  checkMcpServerName,
  ConfigError,
  findMcpServer,
  formatMcpList,
  formatMcpServer,
  mcpGetJson,
  mcpListJson,
  newMcpServer,
  removeMcpServer,
  resolveCodexHome,
} from "@codex-ts/config";
import { configCauses, configFailure, readOverrides } from "../config.ts";
import { CliError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import { mcpAuthStatuses, offerMcpLogin } from "./mcp-auth.ts";
import { loadServers, type McpLevels } from "./mcp-servers.ts";

/** `mcp list`: the servers in force here, project and requirements included. */
export async function mcpListCommand(options: { json?: boolean }, levels: McpLevels, io: CommandIo): Promise<number> {
  const loaded = await loadServers(levels, io);
  const { config } = loaded;
  const statuses = await mcpAuthStatuses(loaded, io);
  const authOf = (name: string) => statuses.get(name) ?? "unsupported";
  write(
    io.stdout,
    options.json ? prettyJson(mcpListJson(config.mcpServers, authOf)) : formatMcpList(config.mcpServers, authOf),
  );
  return 0;
}

/** `mcp get NAME`. */
export async function mcpGetCommand(
  name: string,
  options: { json?: boolean },
  levels: McpLevels,
  io: CommandIo,
): Promise<number> {
  const { config } = await loadServers(levels, io);
  const server = usable(() => findMcpServer(config.mcpServers, name));
  write(io.stdout, options.json ? prettyJson(mcpGetJson(name, server)) : formatMcpServer(name, server));
  return 0;
}

/** JSON for people and programs; times are seconds, and always written with a fraction. */
function prettyJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replaceAll(/^(\s*"(?:startup|tool)_timeout_sec": \d+)(,?)$/gm, "$1.0$2")}\n`;
}

/** What `mcp add` is told: a command to start, or a URL to call. */
export type NewMcpServer =
  | { command: readonly string[]; env: Record<string, string> }
  | { url: string; bearerTokenEnvVar: string | null };

/** `mcp add NAME`: puts a server in the user's config.toml, in place of one of that name. */
export async function mcpAddCommand(
  name: string,
  transport: NewMcpServer,
  levels: McpLevels,
  io: CommandIo,
): Promise<number> {
  const loaded = await loadServers(levels, io);
  const server = newMcpServer(transport);
  await usableAsync(async () => {
    checkMcpServerName(name);
    await addMcpServer(filesOnly(io), name, server);
  });
  write(io.stdout, `Added global MCP server '${name}'.\n`);
  await offerMcpLogin(name, server, loaded, io);
  return 0;
}

/** `mcp remove NAME`: an unknown name changes nothing and is no failure. */
export async function mcpRemoveCommand(name: string, levels: McpLevels, io: CommandIo): Promise<number> {
  readOverrides({ levels });
  const removed = await usableAsync(async () => {
    checkMcpServerName(name);
    const files = filesOnly(io);
    return removeMcpServer(files, name).catch((error: unknown) => {
      if (!(error instanceof ConfigError)) throw error;
      throw new CliError(`failed to load MCP servers from ${files.codexHome}`, { cause: configCauses(error) });
    });
  });
  write(io.stdout, removed ? `Removed global MCP server '${name}'.\n` : `No MCP server named '${name}' found.\n`);
  return 0;
}

/** Edits start from the files; the overrides of this one command are not written to them. */
function filesOnly(io: CommandIo): { codexHome: string; env: CommandIo["env"] } {
  return { codexHome: resolveCodexHome(io.env), env: io.env };
}

function usable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ConfigError ? configFailure(error, false) : error;
  }
}

async function usableAsync<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof ConfigError ? configFailure(error, false) : error;
  }
}
