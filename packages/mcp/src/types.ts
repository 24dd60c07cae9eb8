import type { Resource, ResourceContent, ResourceTemplate, Tool } from "@codex-ts/protocol";

/** A tool as its server lists it; nested parts are JSON as it came. */
export type McpTool = Tool;
export type McpResource = Resource;
export type McpResourceTemplate = ResourceTemplate;
export type McpResourceContent = ResourceContent;

/** What a call gives back. `content` holds the blocks as they came; fields that the server did not set are absent. */
export interface McpCallToolResult {
  content: unknown[];
  structuredContent?: unknown;
  isError?: boolean;
  _meta?: unknown;
}

export type McpToolApproval = "auto" | "prompt" | "approve";

export type McpServerEnvVar = string | { name: string; source: "local" | "remote" | null };

export type McpServerTransportConfig =
  | {
      type: "stdio";
      command: string;
      args: string[];
      env: Record<string, string> | null;
      envVars: McpServerEnvVar[];
      cwd: string | null;
    }
  | {
      type: "streamable_http";
      url: string;
      bearerTokenEnvVar: string | null;
      httpHeaders: Record<string, string> | null;
      envHttpHeaders: Record<string, string> | null;
    };

/** One server as the configuration gives it (the shape of `@codex-ts/config`). Times are seconds; null = the default. */
export interface McpServerConfig {
  transport: McpServerTransportConfig;
  enabled: boolean;
  disabledReason: string | null;
  required: boolean;
  supportsParallelToolCalls: boolean;
  startupTimeoutSec: number | null;
  toolTimeoutSec: number | null;
  defaultToolsApprovalMode: McpToolApproval | null;
  enabledTools: string[] | null;
  disabledTools: string[] | null;
  scopes: string[] | null;
  oauthResource: string | null;
  experimentalEnvironment: string | null;
  /** The permission profile that a stdio server runs with; absent: the rights of the person. */
  permissions?: string;
  tools: Record<string, { approvalMode: McpToolApproval | null }>;
}

export type McpServers = Record<string, McpServerConfig>;

export const DEFAULT_STARTUP_TIMEOUT_SEC = 30;
export const DEFAULT_TOOL_TIMEOUT_SEC = 120;

/** A server's settings that nobody set, around a transport. */
export function mcpServer(
  transport: McpServerTransportConfig,
  more: Partial<Omit<McpServerConfig, "transport">> = {},
): McpServerConfig {
  return {
    transport,
    enabled: true,
    disabledReason: null,
    required: false,
    supportsParallelToolCalls: false,
    startupTimeoutSec: null,
    toolTimeoutSec: null,
    defaultToolsApprovalMode: null,
    enabledTools: null,
    disabledTools: null,
    scopes: null,
    oauthResource: null,
    experimentalEnvironment: null,
    tools: {},
    ...more,
  };
}
