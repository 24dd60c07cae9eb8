export {
  ConfigError,
  type ConfigErrorCode,
  type ConfigErrorDetails,
  formatConfigError,
  type SourceRange,
} from "./errors.ts";
export { type ConfigFs, type FileStat, nodeFs } from "./fs.ts";
export { configFromStack, type LoadConfigOptions, loadConfig, type LoadedConfig } from "./load-config.ts";
export type { ConfigOverrides } from "./effective/overrides.ts";
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
export type {
  AppToolApproval,
  McpServerConfig,
  McpServerEnvVar,
  McpServerToolConfig,
  McpServerTransport,
} from "./effective/mcp.ts";
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
export { type Feature, type FeatureStage, FEATURES, findFeature } from "./features/registry.ts";
export { type Env, resolveCodexHome, type SystemPaths } from "./layers/home.ts";
export { loadLayers, type LoadLayersOptions, type ManagedPreferences } from "./layers/load.ts";
export { migrateGuardianAlias } from "./layers/modernize.ts";
export { type CliOverride, jsonOverrides, parseCliOverrides, UnparsedValue } from "./layers/overrides.ts";
export type { ProjectFacts, TrustLevel } from "./layers/project.ts";
export { LayerStack } from "./layers/stack.ts";
export { type ConfigLayer, describeSource, type LayerMetadata, type LayerSource } from "./layers/types.ts";
export { composeRequirements } from "./requirements/compose.ts";
export {
  describeRequirementSource,
  type ManagedHooks,
  type NetworkRequirements,
  type PrefixRule,
  type RequirementSource,
  type Requirements,
  type Sourced,
} from "./requirements/types.ts";
export { type JsonValue, TomlDateTime, TomlFloat, type TomlTable, type TomlValue } from "./toml/value.ts";
export type { ConfigWarning, ConfigWarningCode } from "./warnings.ts";
