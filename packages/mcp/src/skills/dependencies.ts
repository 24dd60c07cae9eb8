import { type McpServerConfig, type McpServers, mcpServer } from "../types.ts";

/** What a skill says that it needs. */
export interface SkillDependencies {
  name: string;
  tools: readonly {
    type: string;
    /** Name of the server. */
    value: string;
    transport?: string | null;
    command?: string | null;
    url?: string | null;
  }[];
}

/** One name for all settings that reach the same server: by its command or URL, whatever the user calls it. */
export function canonicalMcpServerKey(name: string, { transport }: Pick<McpServerConfig, "transport">): string {
  const identity = (transport.type === "stdio" ? transport.command : transport.url).trim();
  return identity === "" ? name : `mcp__${transport.type}__${identity}`;
}

/**
 * The servers that skills need and that are not there, by the name that the skill gives each, with default settings.
 * @param warn told of each dependency that cannot be met
 */
export function collectMissingMcpDependencies(
  skills: readonly SkillDependencies[],
  installed: McpServers,
  warn: (message: string) => void = () => {},
): McpServers {
  const known = new Set(Object.entries(installed).map(([name, config]) => canonicalMcpServerKey(name, config)));
  const missing: McpServers = {};
  for (const skill of skills) {
    for (const tool of skill.tools) {
      if (tool.type.toLowerCase() !== "mcp") continue;
      const config = serverOf(tool);
      if (typeof config === "string") {
        warn(`unable to auto-install MCP dependency ${tool.value} of skill ${skill.name}: ${config}`);
        continue;
      }
      const key = canonicalMcpServerKey(tool.value, config);
      if (known.has(key)) continue;
      known.add(key);
      missing[tool.value] = config;
    }
  }
  return missing;
}

function serverOf(tool: SkillDependencies["tools"][number]): McpServerConfig | string {
  const transport = tool.transport ?? "streamable_http";
  if (transport.toLowerCase() === "streamable_http") {
    if (tool.url === undefined || tool.url === null) return "missing url for streamable_http dependency";
    const { url } = tool;
    return mcpServer({
      type: "streamable_http",
      url,
      bearerTokenEnvVar: null,
      httpHeaders: null,
      envHttpHeaders: null,
    });
  }
  if (transport.toLowerCase() === "stdio") {
    if (tool.command === undefined || tool.command === null) return "missing command for stdio dependency";
    return mcpServer({ type: "stdio", command: tool.command, args: [], env: null, envVars: [], cwd: null });
  }
  return `unsupported transport ${transport}`;
}
