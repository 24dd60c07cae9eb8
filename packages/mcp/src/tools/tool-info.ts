import type { McpTool } from "../types.ts";

/** A server's tool with everything that is known about where it comes from. */
export interface ToolInfo {
  serverName: string;
  /** The name to call it by; unique within its namespace once qualified. */
  callableName: string;
  callableNamespace: string;
  /** What the server says about itself. */
  serverInstructions: string | null;
  /** As the server lists it. */
  tool: McpTool;
  connectorId: string | null;
  connectorName: string | null;
  connectorDescription: string | null;
  pluginDisplayNames: string[];
}

/** Namespace and name in one: what hooks and messages call the tool. */
export function canonicalToolName(info: Pick<ToolInfo, "callableName" | "callableNamespace">): string {
  return `${info.callableNamespace}${info.callableName}`;
}

/** A tool as cache files keep it: unset fields are left out. */
export function toolInfoToJson(info: ToolInfo): Record<string, unknown> {
  return {
    server_name: info.serverName,
    tool_name: info.callableName,
    tool_namespace: info.callableNamespace,
    server_instructions: info.serverInstructions,
    tool: info.tool,
    connector_id: info.connectorId,
    connector_name: info.connectorName,
    plugin_display_names: info.pluginDisplayNames,
    connector_description: info.connectorDescription,
  };
}

/** The inverse of `toolInfoToJson`, which also takes the names of the fields themselves. Null: not a tool. */
export function toolInfoFromJson(value: unknown): ToolInfo | null {
  if (typeof value !== "object" || value === null) return null;
  const field = (...names: string[]): unknown =>
    names.map(name => Reflect.get(value, name)).find(it => it !== undefined);
  const text = (...names: string[]): string | null => {
    const found = field(...names);
    return typeof found === "string" ? found : null;
  };
  const serverName = text("server_name");
  const callableName = text("tool_name", "callable_name");
  const callableNamespace = text("tool_namespace", "callable_namespace");
  const tool = field("tool");
  if (serverName === null || callableName === null || callableNamespace === null) return null;
  if (typeof tool !== "object" || tool === null || typeof Reflect.get(tool, "name") !== "string") return null;
  const plugins = field("plugin_display_names");
  return {
    serverName,
    callableName,
    callableNamespace,
    serverInstructions: text("server_instructions"),
    tool: tool as McpTool,
    connectorId: text("connector_id"),
    connectorName: text("connector_name"),
    connectorDescription: text("connector_description"),
    pluginDisplayNames: Array.isArray(plugins) ? plugins.filter(name => typeof name === "string") : [],
  };
}
