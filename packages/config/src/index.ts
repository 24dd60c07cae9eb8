export { readConfig, type ReadConfigOptions, readRequirements } from "./api/answer.ts";
export { type ConfigLayerView, configReadResponse, type ConfigReadResponse } from "./api/read.ts";
export {
  type ConfigEdit,
  ConfigWriteError,
  type ConfigWriteErrorCode,
  type ConfigWriteRequest,
  type ConfigWriteResponse,
  writeConfig,
} from "./api/write.ts";
export {
  ConfigEdits,
  /** The name that the founding documents use. */
  ConfigEdits as ConfigEditsBuilder,
  type EditResult,
  type KeyPath,
  withConfigLock,
} from "./edits/config-edits.ts";
export type { LockOptions } from "./edits/lock.ts";
export { addMcpServer, loadGlobalMcpServers, removeMcpServer } from "./edits/mcp-servers.ts";
export type {
  AppToolApproval,
  McpServerConfig,
  McpServerEnvVar,
  McpServerToolConfig,
  McpServerTransport,
} from "./effective/mcp.ts";
export { restrictMcpServers } from "./effective/mcp.ts";
export type { ConfigOverrides } from "./effective/overrides.ts";
export type { NamedPermissions } from "./effective/sandbox.ts";
export {
  type ModelProviderInfo,
  ossBaseUrl,
  type ProviderAuthCommand,
  resolveOpenAiBaseUrl,
} from "./effective/providers.ts";
export {
  buildShellEnvironment,
  DEFAULT_SHELL_ENVIRONMENT_POLICY,
  type ShellEnvironmentPolicy,
} from "./effective/shell-environment.ts";
export type {
  AgentRole,
  ApprovalsReviewer,
  AskForApproval,
  Config,
  GranularApproval,
  MultiAgentV2Settings,
  NetworkProxySettings,
  Personality,
  ReasoningEffort,
  ReasoningSummary,
  SandboxMode,
  ServiceTier,
  Verbosity,
  WebSearchMode,
  WebSearchSettings,
} from "./effective/types.ts";
export {
  ConfigError,
  type ConfigErrorCode,
  type ConfigErrorDetails,
  formatConfigError,
  type SourceRange,
  tomlErrorText,
} from "./errors.ts";
export { type ExplainedSetting, type Explanation, explainKey, formatExplanation } from "./explain.ts";
export { type Feature, FEATURES, type FeatureStage, type FeatureWords, findFeature } from "./features/registry.ts";
export { checkFeatureEnablement } from "./features/enablement.ts";
export { type ConfigFs, type FileStat, nodeFs } from "./fs.ts";
export { type Env, resolveCodexHome, type SystemPaths } from "./layers/home.ts";
export { loadLayers, type LoadLayersOptions, type ManagedPreferences } from "./layers/load.ts";
export { migrateGuardianAlias } from "./layers/modernize.ts";
export { type CliOverride, jsonOverrides, parseCliOverrides, UnparsedValue } from "./layers/overrides.ts";
export { type ProjectFacts, projectFolders, type TrustLevel } from "./layers/project.ts";
export { LayerStack } from "./layers/stack.ts";
export { type ConfigLayer, describeSource, type LayerMetadata, type LayerSource } from "./layers/types.ts";
export { configFromStack, loadConfig, type LoadConfigOptions, type LoadedConfig } from "./load-config.ts";
export { ConfigLoader } from "./loader.ts";
export {
  type DeprecationNotice,
  deprecationNotices,
  disabledProjectsWarning,
  ON_FAILURE_DEPRECATED,
  type ThreadNotices,
  threadNotices,
} from "./notices.ts";
export { composeRequirements } from "./requirements/compose.ts";
export { networkFromView, type NetworkRequirementsView, viewNetwork } from "./requirements/network.ts";
export {
  describeRequirementSource,
  type ManagedHooks,
  type NetworkRequirements,
  type PrefixRule,
  type RequirementSource,
  type Requirements,
  type Sourced,
} from "./requirements/types.ts";
export { configRequirementsResponse, type ConfigRequirementsView } from "./requirements/view.ts";
export { featureFlagOverrides, formatFeatureChange, formatFeatureList } from "./text/features.ts";
export {
  checkMcpServerName,
  findMcpServer,
  formatMcpList,
  formatMcpServer,
  type McpAuthStatus,
  mcpGetJson,
  mcpListJson,
  newMcpServer,
  parseMcpEnv,
} from "./text/mcp.ts";
export { type JsonValue, TomlDateTime, TomlFloat, type TomlTable, type TomlValue } from "./toml/value.ts";
export { folderToTrust, setProjectTrust } from "./trust.ts";
export type { ConfigWarning, ConfigWarningCode } from "./warnings.ts";
export { approvalRefusal, sandboxRefusal } from "./effective/constrain.ts";
