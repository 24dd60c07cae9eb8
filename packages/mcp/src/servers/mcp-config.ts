import type { McpServers } from "../types.ts";
import { mcpServer } from "../types.ts";
import type { McpApprovalPolicy } from "../connection/elicitation.ts";
import type { PluginCapabilitySummary } from "./provenance.ts";

/** What of the configuration concerns MCP servers. Who is logged in is never part of it; it is passed to what needs it. */
export interface McpConfig {
  chatgptBaseUrl: string;
  codexHome: string;
  oauthCredentialsStoreMode: "auto" | "file" | "keyring";
  oauthCallbackPort: number | null;
  oauthCallbackUrl: string | null;
  skillMcpDependencyInstallEnabled: boolean;
  approvalPolicy: McpApprovalPolicy;
  codexLinuxSandboxExe: string | null;
  useLegacyLandlock: boolean;
  appsEnabled: boolean;
  /** The user's servers and, under other names, those of plugins. */
  configuredMcpServers: McpServers;
  pluginCapabilitySummaries: readonly PluginCapabilitySummary[];
}

/** Who is logged in, as far as servers depend on it. */
export interface McpAuth {
  /** Model requests go to the ChatGPT backend. */
  usesChatgptBackend: boolean;
  accountId: string | null;
  chatgptUserId: string | null;
  isWorkspaceAccount: boolean;
}

export const CODEX_APPS_SERVER = "codex_apps";
const CONNECTORS_TOKEN = "CODEX_CONNECTORS_TOKEN";

/** The servers of the configuration, in a map of their own. */
export function configuredMcpServers(config: Pick<McpConfig, "configuredMcpServers">): McpServers {
  return { ...config.configuredMcpServers };
}

/** Adds the server of apps for who may use it; takes any other of that name away. */
export function withCodexAppsMcp(
  servers: McpServers,
  auth: Pick<McpAuth, "usesChatgptBackend"> | null,
  config: Pick<McpConfig, "appsEnabled" | "chatgptBaseUrl">,
  env: Readonly<Record<string, string | undefined>> = {},
): McpServers {
  const { [CODEX_APPS_SERVER]: _, ...others } = servers;
  if (!config.appsEnabled || auth?.usesChatgptBackend !== true) return others;
  const token = env[CONNECTORS_TOKEN];
  const apps = mcpServer(
    {
      type: "streamable_http",
      url: codexAppsUrl(config.chatgptBaseUrl),
      bearerTokenEnvVar: token !== undefined && token.trim() !== "" ? CONNECTORS_TOKEN : null,
      httpHeaders: null,
      envHttpHeaders: null,
    },
    { startupTimeoutSec: 30 },
  );
  return { ...others, [CODEX_APPS_SERVER]: apps };
}

/** Every server that a session starts with: those of the configuration, and that of apps. */
export function effectiveMcpServers(
  config: Pick<McpConfig, "configuredMcpServers" | "appsEnabled" | "chatgptBaseUrl">,
  auth: McpAuth | null,
  env: Readonly<Record<string, string | undefined>> = {},
): McpServers {
  return withCodexAppsMcp(configuredMcpServers(config), auth, config, env);
}

/** Plugin servers fill the names that the user has not taken. */
export function mergePluginServers(user: McpServers, ...plugins: readonly McpServers[]): McpServers {
  const merged = { ...user };
  for (const servers of plugins) {
    for (const [name, server] of Object.entries(servers)) if (!Object.hasOwn(merged, name)) merged[name] = server;
  }
  return merged;
}

/** Where the server of apps is, by the address of the backend. */
export function codexAppsUrl(baseUrl: string): string {
  let base = baseUrl.replace(/\/+$/, "");
  const chatgpt = /^https:\/\/chat(?:gpt|\.openai)\.com/.test(base);
  if (chatgpt && !base.includes("/backend-api")) base = `${base}/backend-api`;
  if (base.includes("/backend-api")) return `${base}/wham/apps`;
  return base.includes("/api/codex") ? `${base}/apps` : `${base}/api/codex/apps`;
}
