import type {
  FileSystemSandboxPolicy,
  NetworkSandboxPolicy,
  PermissionProfile,
  SandboxPolicy,
} from "@codex-ts/permissions";
import type { McpServerConfig } from "./mcp.ts";
import type { ModelProviderInfo } from "./providers.ts";
import type { NamedPermissions } from "./sandbox.ts";
import type { ShellEnvironmentPolicy } from "./shell-environment.ts";
import type { JsonValue } from "../toml/value.ts";
import type { TrustLevel } from "../layers/project.ts";

/** Which categories may ask; the others are rejected without asking. */
export interface GranularApproval {
  sandbox_approval: boolean;
  rules: boolean;
  skill_approval: boolean;
  request_permissions: boolean;
  mcp_elicitations: boolean;
}
export type AskForApproval = "untrusted" | "on-failure" | "on-request" | "never" | { granular: GranularApproval };
export type ApprovalsReviewer = "user" | "guardian_subagent";
export type SandboxMode = "read-only" | "workspace-write" | "danger-full-access";
export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh";
export type ReasoningSummary = "auto" | "concise" | "detailed" | "none";
export type Verbosity = "low" | "medium" | "high";
export type WebSearchMode = "disabled" | "cached" | "live";
export type Personality = "none" | "friendly" | "pragmatic";
export type ServiceTier = "fast" | "flex";

export interface WebSearchSettings {
  contextSize: "low" | "medium" | "high" | null;
  allowedDomains: string[] | null;
  location: { country: string | null; region: string | null; city: string | null; timezone: string | null } | null;
}

export interface MultiAgentV2Settings {
  usageHintEnabled: boolean;
  usageHintText: string | null;
  hideSpawnAgentMetadata: boolean;
}

export interface AgentRole {
  description: string | null;
  configFile: string | null;
  nicknameCandidates: string[] | null;
}

/** Settings of the proxy that a permission profile's network table describes. */
export interface NetworkProxySettings {
  enabled: boolean;
  proxyUrl: string | null;
  enableSocks5: boolean | null;
  socksUrl: string | null;
  enableSocks5Udp: boolean | null;
  allowUpstreamProxy: boolean | null;
  dangerouslyAllowNonLoopbackProxy: boolean | null;
  dangerouslyAllowAllUnixSockets: boolean | null;
  mode: "limited" | "full" | null;
  allowLocalBinding: boolean | null;
  domains: Record<string, "allow" | "deny">;
  unixSockets: Record<string, "allow" | "none">;
}

/** The settings that hold for one folder: every layer merged, profile and request overrides applied, defaults filled. */
export interface Config {
  codexHome: string;
  cwd: string;
  profile: string | null;

  model: string | null;
  reviewModel: string | null;
  modelProviderId: string;
  modelProvider: ModelProviderInfo;
  modelProviders: Record<string, ModelProviderInfo>;
  modelContextWindow: number | null;
  modelAutoCompactTokenLimit: number | null;
  modelReasoningEffort: ReasoningEffort | null;
  planModeReasoningEffort: ReasoningEffort | null;
  modelReasoningSummary: ReasoningSummary | null;
  modelVerbosity: Verbosity | null;
  modelSupportsReasoningSummaries: boolean | null;
  /** The models of `model_catalog_json`; null = the built-in catalogue. */
  modelCatalog: JsonValue[] | null;
  personality: Personality | null;
  serviceTier: ServiceTier | null;
  chatgptBaseUrl: string;
  ossProvider: string | null;
  forcedLoginMethod: "chatgpt" | "api" | null;
  forcedChatgptWorkspaceId: string | null;
  cliAuthCredentialsStore: "file" | "keyring" | "auto" | "ephemeral";
  enforceResidency: "us" | null;

  /** Replaces the built-in base instructions; null = built in. */
  baseInstructions: string | null;
  developerInstructions: string | null;
  compactPrompt: string | null;
  /** Global instructions of CODEX_HOME (AGENTS.override.md, else AGENTS.md). */
  userInstructions: string | null;
  userInstructionsPath: string | null;
  includePermissionsInstructions: boolean;
  includeAppsInstructions: boolean;
  includeEnvironmentContext: boolean;
  commitAttribution: string | null;
  hideAgentReasoning: boolean;
  showRawAgentReasoning: boolean;

  approvalPolicy: AskForApproval;
  approvalsReviewer: ApprovalsReviewer;
  autoReviewPolicy: string | null;
  /** The mode in force; null when a `[permissions]` profile is active. */
  sandboxMode: SandboxMode | null;
  sandboxPolicy: SandboxPolicy;
  permissionProfile: PermissionProfile;
  fileSystemPolicy: FileSystemSandboxPolicy;
  networkPolicy: NetworkSandboxPolicy;
  /** The `[permissions.<name>]` profile in force. */
  permissionsName: string | null;
  networkProxy: NetworkProxySettings | null;
  /** Whether a decision about the project is on record. */
  trustLevel: TrustLevel | null;
  projectRoot: string;
  gitRoot: string | null;
  allowLoginShell: boolean;
  shellEnvironmentPolicy: ShellEnvironmentPolicy;
  zshPath: string | null;

  webSearchMode: WebSearchMode;
  webSearch: WebSearchSettings | null;
  toolsViewImage: boolean;
  features: Record<string, boolean>;
  multiAgentV2: MultiAgentV2Settings;
  mcpServers: Record<string, McpServerConfig>;
  /** The permission profiles that MCP servers name, by name. */
  mcpPermissions: Record<string, NamedPermissions>;
  mcpOauthCredentialsStore: "auto" | "file" | "keyring";
  mcpOauthCallbackPort: number | null;
  mcpOauthCallbackUrl: string | null;
  toolOutputTokenLimit: number | null;
  backgroundTerminalMaxTimeoutMs: number;
  agents: {
    maxThreads: number | null;
    maxDepth: number;
    jobMaxRuntimeSeconds: number | null;
    interruptMessage: boolean;
  };
  agentRoles: Record<string, AgentRole>;
  memories: {
    disableOnExternalContext: boolean;
    generateMemories: boolean;
    useMemories: boolean;
    maxRawMemoriesForConsolidation: number;
    maxUnusedDays: number;
    maxRolloutAgeDays: number;
    maxRolloutsPerStartup: number;
    minRolloutIdleHours: number;
    extractModel: string | null;
    consolidationModel: string | null;
  };
  jsReplNodePath: string | null;
  jsReplNodeModuleDirs: string[];

  projectDocMaxBytes: number;
  projectDocFallbackFilenames: string[];
  projectRootMarkers: string[];

  notify: string[] | null;
  history: { persistence: "save-all" | "none"; maxBytes: number | null };
  sqliteHome: string;
  logDir: string;
  fileOpener: "vscode" | "vscode-insiders" | "windsurf" | "cursor" | "none";
  checkForUpdateOnStartup: boolean;
  disablePasteBurst: boolean;
  analyticsEnabled: boolean | null;
  feedbackEnabled: boolean;
  suppressUnstableFeaturesWarning: boolean;
  windows: { sandbox: "elevated" | "unelevated" | null; sandboxPrivateDesktop: boolean };
  realtime: {
    version: "v1" | "v2" | null;
    type: "conversational" | "transcription";
    transport: "webrtc" | "websocket";
    voice: string | null;
    wsBaseUrl: string | null;
    wsModel: string | null;
    wsBackendPrompt: string | null;
    wsStartupContext: string | null;
    startInstructions: string | null;
  };
  audio: { microphone: string | null; speaker: string | null };
  ghostSnapshot: {
    /** Untracked files of more bytes stay out of snapshots (default 10 MiB); null: none do. */
    ignoreLargeUntrackedFiles: number | null;
    /** Untracked folders of this many files stay out (default 200); null: none do. */
    ignoreLargeUntrackedDirs: number | null;
    disableWarnings: boolean;
  };
  tui: {
    notifications: boolean | string[];
    notificationMethod: "auto" | "osc9" | "bel";
    notificationCondition: "unfocused" | "always";
    animations: boolean;
    showTooltips: boolean;
    alternateScreen: "auto" | "always" | "never";
    statusLine: string[] | null;
    terminalTitle: string[] | null;
    theme: string | null;
  };
  otel: {
    logUserPrompt: boolean;
    environment: string;
    exporter: JsonValue;
    traceExporter: JsonValue;
    metricsExporter: JsonValue;
  };
  experimentalThreadStoreEndpoint: string | null;
  experimentalThreadConfigEndpoint: string | null;
  /** Tables that other packages read themselves, as merged JSON. */
  hooks: JsonValue;
  apps: JsonValue;
  skills: JsonValue;
  plugins: JsonValue;
  marketplaces: JsonValue;
  toolSuggest: JsonValue;
  notice: JsonValue;
}
