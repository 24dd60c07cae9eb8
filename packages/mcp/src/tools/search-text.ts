import { canonicalToolName, type ToolInfo } from "./tool-info.ts";

/** Everything that a search for tools looks at, as one text. */
export function toolSearchText(info: ToolInfo): string {
  const schema: unknown = info.tool.inputSchema;
  const properties: unknown = typeof schema === "object" && schema !== null ? Reflect.get(schema, "properties") : null;
  return [
    canonicalToolName(info),
    info.callableName,
    info.tool.name,
    info.serverName,
    info.tool.title,
    info.tool.description,
    info.connectorName,
    info.connectorDescription,
    ...info.pluginDisplayNames,
    ...(typeof properties === "object" && properties !== null ? Object.keys(properties) : []),
  ]
    .filter(part => part !== null && part !== undefined && part.trim() !== "")
    .join(" ");
}
