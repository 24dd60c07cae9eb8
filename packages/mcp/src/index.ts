export { type CallbackOptions } from "./auth/callback-server.ts";
export { discoverOauth, discoveryPaths, normalizeScopes, type OauthDiscovery } from "./auth/discovery.ts";
export { type OauthLogin, type OauthLoginOptions, startOauthLogin } from "./auth/login.ts";
export {
  discoverSupportedScopes,
  type OauthLoginSupport,
  oauthLoginSupport,
  type ResolvedScopes,
  resolveOauthScopes,
  type ScopesSource,
  shouldRetryWithoutScopes,
} from "./auth/scopes.ts";
export { type AuthStatusOptions, computeAuthStatuses, type McpAuthStatus } from "./auth/status.ts";
export {
  credentialKey,
  type CredentialStore,
  credentialStore,
  type CredentialStoreMode,
  fileCredentialStore,
  type Keyring,
  type StoredLogin,
  systemKeyring,
} from "./auth/store.ts";
export { type OauthOptions } from "./auth/tokens.ts";
export { type McpClock } from "./clock.ts";
export {
  answerWithoutAsking,
  type AskPerson,
  type ElicitationAnswer,
  type ElicitationPolicy,
  type ElicitationRequest,
  elicitationResult,
  type McpApprovalPolicy,
  mcpPermissionPromptIsAutoApproved,
  type McpSandbox,
  readElicitationReply,
} from "./connection/elicitation.ts";
export { diagnoseServer, type DoctorOptions, type DoctorReport, fixFor } from "./doctor/doctor.ts";
export { startupFailureText } from "./connection/failure-text.ts";
export { type Fetch } from "./connection/http-fetch.ts";
export { McpConnectionManager } from "./connection/manager.ts";
export type {
  AppsToolsCache,
  ConnectionReport,
  McpManagerOptions,
  RuntimeAuth,
  StartupSummary,
  StartupUpdate,
  TokenRecovery,
} from "./connection/manager-options.ts";
export type { ServerFacts } from "./connection/sdk-client.ts";
export type { ServerOutput, ServerProcess, SpawnServer, StdioLaunch } from "./connection/server-process.ts";
export { errorChain, errorReport, McpError, type McpErrorCode, McpRpcError, OauthProviderError } from "./errors.ts";
export { groupToolsByServer, qualifiedMcpToolNamePrefix, splitQualifiedToolName } from "./names/qualified.ts";
export { qualifyTools } from "./names/qualify.ts";
export { sanitizeName, slug } from "./names/sanitize.ts";
export { childEnv } from "./servers/child-env.ts";
export { bearerToken, configuredHeaders } from "./servers/http-headers.ts";
export {
  CODEX_APPS_SERVER,
  codexAppsUrl,
  configuredMcpServers,
  effectiveMcpServers,
  type McpAuth,
  type McpConfig,
  mergePluginServers,
  withCodexAppsMcp,
} from "./servers/mcp-config.ts";
export { parsePluginMcpServers } from "./servers/plugin-servers.ts";
export { type PluginCapabilitySummary, ToolPluginProvenance, toolPluginProvenance } from "./servers/provenance.ts";
export { canonicalMcpServerKey, collectMissingMcpDependencies, type SkillDependencies } from "./skills/dependencies.ts";
export {
  collectMcpServerStatusSnapshot,
  collectMcpSnapshot,
  collectMcpSnapshotFromManager,
  filterNonCodexAppsMcpToolsOnly,
  type McpServerStatusSnapshot,
  type McpSnapshot,
  readMcpResource,
  type SnapshotDetail,
  type SnapshotOptions,
} from "./snapshot/snapshot.ts";
export {
  type CodexAppsToolsCacheKey,
  codexAppsToolsCache,
  codexAppsToolsCacheKey,
  codexAppsToolsCachePath,
  formatToolsCache,
  loadToolsCache,
  parseToolsCache,
} from "./snapshot/tools-cache.ts";
export { declaredOpenaiFileInputParamNames } from "./tools/file-params.ts";
export { isToolAllowed, type ToolFilter } from "./tools/filter.ts";
export { type ModelSchema, modelInputSchema, resultSchema } from "./tools/input-schema.ts";
export { type NamespaceFunction, type ToolNamespace, toolNamespaces } from "./tools/namespaces.ts";
export { describeWithPlugins } from "./tools/plugin-note.ts";
export { toolSearchText } from "./tools/search-text.ts";
export { canonicalToolName, type ToolInfo, toolInfoFromJson, toolInfoToJson } from "./tools/tool-info.ts";
export {
  type McpCallToolResult,
  type McpResource,
  type McpResourceContent,
  type McpResourceTemplate,
  mcpServer,
  type McpServerConfig,
  type McpServerEnvVar,
  type McpServers,
  type McpServerTransportConfig,
  type McpTool,
  type McpToolApproval,
} from "./types.ts";
