import { CODEX_APPS_SERVER } from "../servers/mcp-config.ts";
import type { ToolInfo } from "../tools/tool-info.ts";
import type { McpTool } from "../types.ts";
import { rawNamespace } from "./qualified.ts";
import { slug } from "./sanitize.ts";

type Names = Pick<
  ToolInfo,
  "callableName" | "callableNamespace" | "tool" | "connectorId" | "connectorName" | "connectorDescription"
>;

/** What a server's tool is called before names are made unique. Those of apps are called after their app. */
export function toolNames(server: string, tool: McpTool): Names {
  const plain = {
    callableName: tool.name,
    callableNamespace: rawNamespace(server),
    tool,
    connectorId: null,
    connectorName: null,
    connectorDescription: null,
  };
  return server === CODEX_APPS_SERVER ? { ...plain, ...appNames(plain, tool) } : plain;
}

function appNames(plain: Names, tool: McpTool): Partial<Names> {
  const connectorId = metaText(tool._meta, "connector_id");
  const connectorName = metaText(tool._meta, "connector_name", "connector_display_name");
  const connectorDescription = metaText(tool._meta, "connector_description");
  const { title } = tool;
  const prefix = `${connectorName}_`;
  return {
    callableName: appToolName(tool.name, connectorName, connectorId),
    // An app's tools are told apart from its name by the underscore that theirs begin with.
    callableNamespace:
      connectorName === null ? plain.callableNamespace : `mcp__${CODEX_APPS_SERVER}__${slug(connectorName)}`,
    tool: connectorName !== null && title?.startsWith(prefix) ? { ...tool, title: title.slice(prefix.length) } : tool,
    connectorId,
    connectorName,
    connectorDescription,
  };
}

/** The slug of a tool of an app, without the name or the id of the app in front, if something is left then. */
export function appToolName(tool: string, connectorName: string | null, connectorId: string | null): string {
  const name = slug(tool);
  for (const connector of [connectorName, connectorId]) {
    if (connector === null) continue;
    const front = slug(connector);
    if (name.startsWith(front) && name.length > front.length) return name.slice(front.length);
  }
  return name;
}

function metaText(meta: unknown, ...names: string[]): string | null {
  if (typeof meta !== "object" || meta === null) return null;
  const found = names.map(name => Reflect.get(meta, name) as unknown).find(value => typeof value === "string");
  return typeof found === "string" && found.trim() !== "" ? found.trim() : null;
}
