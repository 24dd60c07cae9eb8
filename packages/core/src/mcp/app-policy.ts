import { CODEX_APPS_SERVER, type McpToolApproval, type ToolInfo } from "@codex-ts/mcp";
import { readAnnotations } from "./approval-needed.ts";

/** What the settings say about one tool of an app. */
export interface AppToolPolicy {
  enabled: boolean;
  approval: McpToolApproval;
}

/** Apps that administrators switched off, by id. */
export type AppsRequirements = Readonly<Record<string, { enabled?: boolean }>>;

type Table = Record<string, unknown>;
type AppTool = Pick<ToolInfo, "connectorId" | "tool">;

/**
 * Whether a tool of an app may be used, and how its calls are approved. The narrower setting wins: the app is off, the tool's own switch, the
 * app's switch for its tools, and last what the tool says that it does.
 * @param apps the table `[apps]`
 */
export function appToolPolicy(
  apps: unknown,
  requirements: AppsRequirements,
  { connectorId, tool }: AppTool,
): AppToolPolicy {
  const all = table(apps);
  const defaults = table(own(all, "_default"));
  const entry = connectorId === null ? undefined : own(all, connectorId);
  const app = table(entry);
  const tools = table(own(app, "tools"));
  const named = table(own(tools, tool.name) ?? (tool.title === undefined ? undefined : own(tools, tool.title)));
  const approval = mode(own(named, "approval_mode")) ?? mode(own(app, "default_tools_approval_mode")) ?? "auto";
  return { approval, enabled: isEnabled() };

  function isEnabled(): boolean {
    if (connectorId !== null && own(requirements, connectorId)?.enabled === false) return false;
    // An app that has settings is on unless they say otherwise.
    if (!(flag(own(entry === undefined ? defaults : app, "enabled")) ?? true)) return false;
    const said = flag(own(named, "enabled")) ?? flag(own(app, "default_tools_enabled"));
    if (said !== null) return said;
    const allows = (key: string): boolean => flag(own(app, key)) ?? flag(own(defaults, key)) ?? true;
    const { destructiveHint = true, openWorldHint = true } = readAnnotations(tool.annotations);
    return (allows("destructive_enabled") || !destructiveHint) && (allows("open_world_enabled") || !openWorldHint);
  }
}

/** The tools that a session may use: all of other servers, and those of apps that are known by name and switched on. */
export function usableTools(
  infos: readonly ToolInfo[],
  apps: unknown,
  requirements: AppsRequirements,
): readonly ToolInfo[] {
  if (!infos.some(isAppTool)) return infos;
  return infos.filter(
    info => !isAppTool(info) || (info.connectorId !== null && appToolPolicy(apps, requirements, info).enabled),
  );
}

export function isAppTool({ serverName }: Pick<ToolInfo, "serverName">): boolean {
  return serverName === CODEX_APPS_SERVER;
}

function own<T>(of: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(of, key) ? of[key] : undefined;
}

function table(value: unknown): Table {
  return typeof value === "object" && value !== null ? (value as Table) : {};
}

function flag(value: unknown): boolean | null {
  return typeof value === "boolean" ? value : null;
}

function mode(value: unknown): McpToolApproval | null {
  return value === "auto" || value === "prompt" || value === "approve" ? value : null;
}
