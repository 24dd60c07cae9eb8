import { sanitizeName } from "./sanitize.ts";

const DELIMITER = "__";
const PREFIX = "mcp";

/** The namespace of a server as it writes it itself, before sanitising. */
export function rawNamespace(server: string): string {
  return `${PREFIX}${DELIMITER}${server}${DELIMITER}`;
}

/** What the names of a server's tools begin with, for the model: `mcp__server__`. */
export function qualifiedMcpToolNamePrefix(server: string): string {
  return sanitizeName(rawNamespace(server));
}

/** `mcp__server__tool` taken apart; null when it is no such name or names no tool. */
export function splitQualifiedToolName(qualified: string): { server: string; tool: string } | null {
  const [prefix, server, ...rest] = qualified.split(DELIMITER);
  const tool = rest.join(DELIMITER);
  if (prefix !== PREFIX || server === undefined || tool === "") return null;
  return { server, tool };
}

/** Tools by their qualified names, regrouped by server. What has no such name is left out. */
export function groupToolsByServer<Tool>(tools: Readonly<Record<string, Tool>>): Record<string, Record<string, Tool>> {
  const groups = new Map<string, Map<string, Tool>>();
  for (const [qualified, tool] of Object.entries(tools)) {
    const name = splitQualifiedToolName(qualified);
    if (name === null) continue;
    const group = groups.get(name.server) ?? new Map<string, Tool>();
    groups.set(name.server, group.set(name.tool, tool));
  }
  return Object.fromEntries([...groups].map(([server, group]) => [server, Object.fromEntries(group)]));
}
