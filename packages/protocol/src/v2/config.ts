import { AbsolutePathBuf } from "../shared/ids.ts";
import {
  ForcedLoginMethod,
  ReasoningEffort,
  ReasoningSummary,
  ServiceTier,
  Verbosity,
  WebSearchMode,
  WebSearchToolConfig,
} from "../shared/settings.ts";
import {
  experimental,
  array,
  bigInt64,
  boolean,
  JsonValue,
  newtype,
  nullable,
  open,
  optional,
  type Out,
  record,
  string,
  stringEnum,
  struct,
  tagged,
  withDefault,
} from "../wire/index.ts";
import { ApprovalsReviewer, AskForApproval, SandboxMode } from "./policies.ts";

export const AnalyticsConfig = open(
  "AnalyticsConfig",
  () => ({ enabled: nullable(boolean) }),
  () => JsonValue,
);
export interface AnalyticsConfig extends Out<typeof AnalyticsConfig> {}

export const AppToolApproval = stringEnum("AppToolApproval", ["auto", "prompt", "approve"]);
export type AppToolApproval = Out<typeof AppToolApproval>;

export const AppsDefaultConfig = struct("AppsDefaultConfig", () => ({
  enabled: withDefault(boolean, true),
  destructive_enabled: withDefault(boolean, true),
  open_world_enabled: withDefault(boolean, true),
}));
export interface AppsDefaultConfig extends Out<typeof AppsDefaultConfig> {}

export const Config = open(
  "Config",
  () => ({
    model: nullable(string),
    review_model: nullable(string),
    model_context_window: nullable(bigInt64),
    model_auto_compact_token_limit: nullable(bigInt64),
    model_provider: nullable(string),
    approval_policy: nullable(AskForApproval),
    approvals_reviewer: nullable(ApprovalsReviewer),
    sandbox_mode: nullable(SandboxMode),
    sandbox_workspace_write: nullable(SandboxWorkspaceWrite),
    forced_chatgpt_workspace_id: nullable(string),
    forced_login_method: nullable(ForcedLoginMethod),
    web_search: nullable(WebSearchMode),
    tools: nullable(ToolsV2),
    profile: nullable(string),
    profiles: withDefault(record(ProfileV2), {}),
    instructions: nullable(string),
    developer_instructions: nullable(string),
    compact_prompt: nullable(string),
    model_reasoning_effort: nullable(ReasoningEffort),
    model_reasoning_summary: nullable(ReasoningSummary),
    model_verbosity: nullable(Verbosity),
    service_tier: nullable(ServiceTier),
    analytics: nullable(AnalyticsConfig),
    apps: experimental("config/read.apps", nullable(AppsConfig)),
  }),
  () => JsonValue,
);
export interface Config extends Out<typeof Config> {}

export const ConfigLayer = struct("ConfigLayer", () => ({
  name: ConfigLayerSource,
  version: string,
  config: JsonValue,
  disabledReason: nullable(string),
}));
export interface ConfigLayer extends Out<typeof ConfigLayer> {}

export const ConfigLayerMetadata = struct("ConfigLayerMetadata", () => ({ name: ConfigLayerSource, version: string }));
export interface ConfigLayerMetadata extends Out<typeof ConfigLayerMetadata> {}

export const ConfigLayerSource = tagged("ConfigLayerSource", "type", () => ({
  mdm: { domain: string, key: string },
  system: { file: AbsolutePathBuf },
  user: { file: AbsolutePathBuf },
  project: { dotCodexFolder: AbsolutePathBuf },
  sessionFlags: {},
  legacyManagedConfigTomlFromFile: { file: AbsolutePathBuf },
  legacyManagedConfigTomlFromMdm: {},
}));
export type ConfigLayerSource = Out<typeof ConfigLayerSource>;

export const ConfigReadParams = struct("ConfigReadParams", () => ({
  includeLayers: withDefault(boolean, false),
  cwd: optional(string),
}));
export interface ConfigReadParams extends Out<typeof ConfigReadParams> {}

export const ConfigReadResponse = struct("ConfigReadResponse", () => ({
  config: Config,
  origins: record(ConfigLayerMetadata),
  layers: nullable(array(ConfigLayer)),
}));
export interface ConfigReadResponse extends Out<typeof ConfigReadResponse> {}

export const OverriddenMetadata = struct("OverriddenMetadata", () => ({
  message: string,
  overridingLayer: ConfigLayerMetadata,
  effectiveValue: JsonValue,
}));
export interface OverriddenMetadata extends Out<typeof OverriddenMetadata> {}

export const ProfileV2 = open(
  "ProfileV2",
  () => ({
    model: nullable(string),
    model_provider: nullable(string),
    approval_policy: nullable(AskForApproval),
    approvals_reviewer: nullable(ApprovalsReviewer),
    service_tier: nullable(ServiceTier),
    model_reasoning_effort: nullable(ReasoningEffort),
    model_reasoning_summary: nullable(ReasoningSummary),
    model_verbosity: nullable(Verbosity),
    web_search: nullable(WebSearchMode),
    tools: nullable(ToolsV2),
    chatgpt_base_url: nullable(string),
  }),
  () => JsonValue,
);
export interface ProfileV2 extends Out<typeof ProfileV2> {}

export const SandboxWorkspaceWrite = struct("SandboxWorkspaceWrite", () => ({
  writable_roots: withDefault(array(string), []),
  network_access: withDefault(boolean, false),
  exclude_tmpdir_env_var: withDefault(boolean, false),
  exclude_slash_tmp: withDefault(boolean, false),
}));
export interface SandboxWorkspaceWrite extends Out<typeof SandboxWorkspaceWrite> {}

export const ToolsV2 = struct("ToolsV2", () => ({
  web_search: nullable(WebSearchToolConfig),
  view_image: nullable(boolean),
}));
export interface ToolsV2 extends Out<typeof ToolsV2> {}

export const AppToolConfig = struct("AppToolConfig", () => ({
  enabled: nullable(boolean),
  approval_mode: nullable(AppToolApproval),
}));
export interface AppToolConfig extends Out<typeof AppToolConfig> {}

export const AppToolsConfig = newtype("AppToolsConfig", () => record(AppToolConfig));
export type AppToolsConfig = Out<typeof AppToolsConfig>;

export const AppConfig = struct("AppConfig", () => ({
  enabled: withDefault(boolean, true),
  destructive_enabled: nullable(boolean),
  open_world_enabled: nullable(boolean),
  default_tools_approval_mode: nullable(AppToolApproval),
  default_tools_enabled: nullable(boolean),
  tools: nullable(AppToolsConfig),
}));
export interface AppConfig extends Out<typeof AppConfig> {}

/** Settings of apps: those of one app by its name, and `_default` for all others. */
export const AppsConfig = open(
  "AppsConfig",
  () => ({ _default: nullable(AppsDefaultConfig) }),
  () => AppConfig,
);
export type AppsConfig = Out<typeof AppsConfig>;
