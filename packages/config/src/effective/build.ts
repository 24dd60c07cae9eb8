import type { PathFs } from "@codex-ts/permissions";
import nodePath from "node:path";
import { ConfigError } from "../errors.ts";
import { resolveFeatures } from "../features/resolve.ts";
import { type ConfigFs, nodeFs } from "../fs.ts";
import { absolutePath, type Env } from "../layers/home.ts";
import type { LayerStack } from "../layers/stack.ts";
import { getOwn, isTable, type JsonValue, setOwn, type TomlTable, toJson } from "../toml/value.ts";
import type { ConfigWarning } from "../warnings.ts";
import { readAgentRoles } from "./agent-roles.ts";
import { constrainApproval, constrainReviewer, constrainWebSearch, withGranularDefaults } from "./constrain.ts";
import { readGlobalInstructions, readModelCatalog, readNamedFile } from "./files.ts";
import { readAgentLimits, readMemories, readTui } from "./limits.ts";
import { readMcpServers, restrictMcpServers } from "./mcp.ts";
import type { ConfigOverrides } from "./overrides.ts";
import { pickProvider, resolveProviders } from "./providers.ts";
import { Reader } from "./read.ts";
import { namedPermissions, resolveSandbox } from "./sandbox.ts";
import type { ShellEnvironmentPolicy } from "./shell-environment.ts";
import type { ApprovalsReviewer, AskForApproval, Config, WebSearchMode, WebSearchSettings } from "./types.ts";

export interface BuildContext {
  env: Env;
  platform: NodeJS.Platform;
  fs?: ConfigFs;
  /** What permission rules ask about paths. */
  pathFs: PathFs;
  /** Version of the program, sent to the built-in provider. */
  version: string;
  /** The `-p` profile; stronger than the `profile` key. */
  profile?: string | undefined;
  overrides?: ConfigOverrides | undefined;
  /** In-memory feature switches of this process; configured and pinned features stay as they are. */
  featureEnablement?: Readonly<Record<string, boolean>> | undefined;
  /** Folder where a process without a project works. */
  cwd: string;
}

/**
 * The effective settings of a stack: request overrides over the profile over the merged layers over the defaults, and
 * requirements over everything.
 * @throws ConfigError with the reason, and the file position where there is one
 */
export function buildConfig(stack: LayerStack, context: BuildContext): { config: Config; warnings: ConfigWarning[] } {
  const table = stack.checked();
  const base = new Reader(table);
  const { env, platform } = context;
  const overrides = context.overrides ?? {};
  const { requirements, codexHome, project } = stack;
  const fs = context.fs ?? nodeFs;
  const warnings: ConfigWarning[] = [...stack.warnings];

  const profileName = context.profile ?? base.string("profile");
  const profile = profileName === null ? null : profileReader(base, profileName);
  /** Profile over base. */
  const string = (name: string): string | null => profile?.string(name) ?? base.string(name);
  const word = <T extends string>(name: string): T | null => string(name) as T | null;
  const bool = (name: string): boolean | null => profile?.bool(name) ?? base.bool(name);

  const enablement = configuredOver(context.featureEnablement, table, profile?.table);
  const features = resolveFeatures({
    base: table,
    profile: profile?.table,
    overrides: { ...enablement, ...overrides.features },
    pins: requirements.features,
    platform,
  });
  warnings.push(...features.warnings);

  const cwd = project?.cwd ?? context.cwd;
  const policyAsked = overrides.approvalPolicy ?? policyOf(profile) ?? policyOf(base);
  const approvalPolicy = constrainApproval(
    {
      value: withGranularDefaults(policyAsked ?? (project?.trust?.level === "untrusted" ? "untrusted" : "on-request")),
      explicit: policyAsked !== null,
    },
    requirements,
    warnings,
  );
  const reviewerAsked = overrides.approvalsReviewer ?? word<ApprovalsReviewer>("approvals_reviewer");
  const approvalsReviewer = constrainReviewer(
    { value: reviewerAsked ?? "user", explicit: reviewerAsked !== null },
    requirements,
    warnings,
  );
  const tmpdir = env["TMPDIR"] ?? null;
  const permissionContext = {
    cwd,
    home: stack.home,
    platform,
    permissions: { cwd, tmpdir, fs: context.pathFs },
  };
  const sandbox = resolveSandbox({
    stack,
    base,
    profile,
    overrides,
    requirements,
    context: permissionContext,
    memoriesFolder: nodePath.join(codexHome, "memories"),
    warnings,
  });
  const { providers, warnings: providerWarnings } = resolveProviders(base, { env, version: context.version, cwd });
  warnings.push(...providerWarnings);
  const modelProviderId = overrides.modelProvider ?? string("model_provider") ?? "openai";
  const modelProvider = pickProvider(modelProviderId, providers);
  const searchAsked = overrides.webSearchMode ?? word<WebSearchMode>("web_search");
  const searchFeature = features.values["web_search_cached"]
    ? "cached"
    : features.values["web_search_request"]
      ? "live"
      : null;
  const webSearchMode = constrainWebSearch(searchAsked ?? searchFeature ?? "cached", requirements, warnings);
  const agents = readAgentLimits(base.sub("agents"), features.values["multi_agent_v2"] === true);
  const agentRoles = readAgentRoles(stack, fs, warnings);
  const instructionsFile = string("model_instructions_file");
  const compactFile = string("experimental_compact_prompt_file");
  // A file that is named must be good, also where something stronger gives the text.
  const instructionsText =
    instructionsFile === null ? null : readNamedFile(fs, instructionsFile, "model instructions file");
  const compactText = compactFile === null ? null : readNamedFile(fs, compactFile, "experimental compact prompt file");
  const catalogFile = string("model_catalog_json");
  const global = readGlobalInstructions(fs, codexHome);
  const sqliteFromEnv = env["CODEX_SQLITE_HOME"]?.trim();
  const windows = base.sub("windows");
  const profileWindows = profile?.sub("windows") ?? null;
  const mcpServers = restrictMcpServers(readMcpServers(base.sub("mcp_servers")), requirements.mcpServers);
  const mcpPermissions: Config["mcpPermissions"] = {};
  for (const { permissions } of Object.values(mcpServers)) {
    if (permissions === undefined || Object.hasOwn(mcpPermissions, permissions)) continue;
    const inputs = { context: permissionContext, requirements, warnings };
    setOwn(mcpPermissions, permissions, namedPermissions(permissions, table, inputs));
  }
  const json = (name: string): JsonValue => toJson(getOwn(table, name) ?? {});

  const config: Config = {
    codexHome,
    cwd,
    profile: profileName,
    model: overrides.model ?? string("model"),
    reviewModel: overrides.reviewModel ?? base.string("review_model"),
    modelProviderId,
    modelProvider,
    modelProviders: providers,
    modelContextWindow: base.number("model_context_window"),
    modelAutoCompactTokenLimit: base.number("model_auto_compact_token_limit"),
    modelReasoningEffort: overrides.modelReasoningEffort ?? word("model_reasoning_effort"),
    planModeReasoningEffort: word("plan_mode_reasoning_effort"),
    modelReasoningSummary: overrides.modelReasoningSummary ?? word("model_reasoning_summary"),
    modelVerbosity: word("model_verbosity"),
    modelSupportsReasoningSummaries: base.bool("model_supports_reasoning_summaries"),
    modelCatalog: catalogFile === null ? null : readModelCatalog(fs, catalogFile),
    personality: overrides.personality ?? word("personality") ?? (features.values["personality"] ? "pragmatic" : null),
    serviceTier: serviceTier(overrides, word("service_tier"), features.values["fast_mode"] === true),
    chatgptBaseUrl: string("chatgpt_base_url") ?? "https://chatgpt.com/backend-api/",
    ossProvider: string("oss_provider"),
    forcedLoginMethod: base.word("forced_login_method"),
    forcedChatgptWorkspaceId: base.words("forced_chatgpt_workspace_id"),
    cliAuthCredentialsStore: base.word("cli_auth_credentials_store") ?? "file",
    enforceResidency: requirements.enforceResidency?.value ?? null,

    baseInstructions: overrides.baseInstructions ?? instructionsText,
    developerInstructions: overrides.developerInstructions ?? base.string("developer_instructions"),
    compactPrompt: overrides.compactPrompt ?? base.words("compact_prompt") ?? compactText,
    userInstructions: global?.text ?? null,
    userInstructionsPath: global?.path ?? null,
    includePermissionsInstructions: bool("include_permissions_instructions") ?? true,
    includeAppsInstructions: bool("include_apps_instructions") ?? true,
    includeEnvironmentContext: bool("include_environment_context") ?? true,
    commitAttribution: base.string("commit_attribution"),
    hideAgentReasoning: base.bool("hide_agent_reasoning") ?? false,
    showRawAgentReasoning: overrides.showRawAgentReasoning ?? base.bool("show_raw_agent_reasoning") ?? false,

    approvalPolicy,
    approvalsReviewer,
    autoReviewPolicy: requirements.guardianPolicy?.value ?? base.sub("auto_review").words("policy"),
    ...sandbox,
    trustLevel: project?.trust?.level ?? null,
    projectRoot: project?.root ?? cwd,
    gitRoot: project?.gitRoot ?? null,
    allowLoginShell: base.bool("allow_login_shell") ?? true,
    shellEnvironmentPolicy: shellEnvironment(base.sub("shell_environment_policy")),
    zshPath: string("zsh_path"),

    webSearchMode,
    webSearch: webSearch(base, profile),
    toolsViewImage:
      profile?.bool("tools_view_image") ??
      profile?.sub("tools").bool("view_image") ??
      base.sub("tools").bool("view_image") ??
      true,
    features: features.values,
    multiAgentV2: features.multiAgentV2,
    mcpServers,
    mcpPermissions,
    mcpOauthCredentialsStore: base.word("mcp_oauth_credentials_store") ?? "auto",
    mcpOauthCallbackPort: base.number("mcp_oauth_callback_port"),
    mcpOauthCallbackUrl: base.string("mcp_oauth_callback_url"),
    toolOutputTokenLimit: base.number("tool_output_token_limit"),
    backgroundTerminalMaxTimeoutMs: Math.max(5000, base.number("background_terminal_max_timeout") ?? 300_000),
    agents,
    agentRoles,
    memories: readMemories(base.sub("memories")),
    jsReplNodePath: string("js_repl_node_path"),
    jsReplNodeModuleDirs:
      profile?.strings("js_repl_node_module_dirs") ?? base.strings("js_repl_node_module_dirs") ?? [],

    projectDocMaxBytes: base.number("project_doc_max_bytes") ?? 32_768,
    projectDocFallbackFilenames: (base.strings("project_doc_fallback_filenames") ?? [])
      .map(name => name.trim())
      .filter(Boolean),
    projectRootMarkers: base.strings("project_root_markers") ?? [".git"],

    notify: base.strings("notify"),
    history: {
      persistence: base.sub("history").word("persistence") ?? "save-all",
      maxBytes: base.sub("history").number("max_bytes"),
    },
    sqliteHome: base.string("sqlite_home") ?? (sqliteFromEnv ? absolutePath(sqliteFromEnv, cwd, undefined) : codexHome),
    logDir: base.string("log_dir") ?? nodePath.join(codexHome, "log"),
    fileOpener: base.word("file_opener") ?? "vscode",
    checkForUpdateOnStartup: base.bool("check_for_update_on_startup") ?? true,
    disablePasteBurst: base.bool("disable_paste_burst") ?? false,
    analyticsEnabled: profile?.sub("analytics").bool("enabled") ?? base.sub("analytics").bool("enabled"),
    feedbackEnabled: base.sub("feedback").bool("enabled") ?? true,
    suppressUnstableFeaturesWarning: base.bool("suppress_unstable_features_warning") ?? false,
    windows: {
      sandbox: profileWindows?.word("sandbox") ?? windows.word("sandbox"),
      sandboxPrivateDesktop:
        profileWindows?.bool("sandbox_private_desktop") ?? windows.bool("sandbox_private_desktop") ?? true,
    },
    realtime: realtime(base),
    audio: { microphone: base.sub("audio").string("microphone"), speaker: base.sub("audio").string("speaker") },
    ghostSnapshot: ghostSnapshot(base.sub("ghost_snapshot")),
    tui: readTui(base.sub("tui")),
    otel: otel(base.sub("otel")),
    experimentalThreadStoreEndpoint: base.string("experimental_thread_store_endpoint"),
    experimentalThreadConfigEndpoint: base.string("experimental_thread_config_endpoint"),
    hooks: json("hooks"),
    apps: json("apps"),
    skills: json("skills"),
    plugins: json("plugins"),
    marketplaces: json("marketplaces"),
    toolSuggest: json("tool_suggest"),
    notice: json("notice"),
  };
  return { config, warnings };
}

function profileReader(base: Reader, name: string): Reader {
  const profiles = base.sub("profiles");
  if (!profiles.has(name)) throw new ConfigError("unknown_profile", `config profile \`${name}\` not found`);
  return profiles.sub(name);
}

function policyOf(reader: Reader | null): AskForApproval | null {
  const value = reader === null ? undefined : getOwn(reader.table, "approval_policy");
  if (value === undefined) return null;
  return (typeof value === "string" ? value : toJson(value)) as AskForApproval;
}

/** In-memory switches count only for features that nobody configured. */
function configuredOver(
  enablement: Readonly<Record<string, boolean>> | undefined,
  base: TomlTable,
  profile: TomlTable | undefined,
): Record<string, boolean> {
  const written = (scope: TomlTable | undefined, key: string): boolean => {
    const features = scope === undefined ? undefined : getOwn(scope, "features");
    return isTable(features) && Object.hasOwn(features, key);
  };
  return Object.fromEntries(
    Object.entries(enablement ?? {}).filter(([key]) => !written(base, key) && !written(profile, key)),
  );
}

function serviceTier(overrides: ConfigOverrides, configured: string | null, fastMode: boolean): Config["serviceTier"] {
  const tier = overrides.serviceTier === undefined ? (configured as Config["serviceTier"]) : overrides.serviceTier;
  return tier === "fast" && !fastMode ? null : tier;
}

function shellEnvironment(policy: Reader): ShellEnvironmentPolicy {
  return {
    inherit: policy.word("inherit") ?? "all",
    ignoreDefaultExcludes: policy.bool("ignore_default_excludes") ?? true,
    exclude: policy.strings("exclude") ?? [],
    set: policy.stringMap("set") ?? {},
    includeOnly: policy.strings("include_only") ?? [],
    useProfile: policy.bool("experimental_use_profile") ?? false,
  };
}

/** The web search tool's settings: the profile's fields over the base's. */
function webSearch(base: Reader, profile: Reader | null): WebSearchSettings | null {
  const lower = base.sub("tools").sub("web_search");
  const upper = profile?.sub("tools").sub("web_search") ?? new Reader({});
  if (Object.keys(lower.table).length === 0 && Object.keys(upper.table).length === 0) return null;
  const place = (name: string): string | null =>
    upper.sub("location").string(name) ?? lower.sub("location").string(name);
  const hasPlace = upper.has("location") || lower.has("location");
  return {
    contextSize: upper.word("context_size") ?? lower.word("context_size"),
    allowedDomains: upper.strings("allowed_domains") ?? lower.strings("allowed_domains"),
    location: hasPlace
      ? { country: place("country"), region: place("region"), city: place("city"), timezone: place("timezone") }
      : null,
  };
}

function realtime(base: Reader): Config["realtime"] {
  const table = base.sub("realtime");
  return {
    version: table.word("version"),
    type: table.word("type") ?? "conversational",
    transport: table.word("transport") ?? "webrtc",
    voice: table.string("voice"),
    wsBaseUrl: base.string("experimental_realtime_ws_base_url"),
    wsModel: base.string("experimental_realtime_ws_model"),
    wsBackendPrompt: base.string("experimental_realtime_ws_backend_prompt"),
    wsStartupContext: base.string("experimental_realtime_ws_startup_context"),
    startInstructions: base.string("experimental_realtime_start_instructions"),
  };
}

function ghostSnapshot(table: Reader): Config["ghostSnapshot"] {
  const limit = (value: number | null, otherwise: number): number | null => {
    const chosen = value ?? otherwise;
    return chosen <= 0 ? null : chosen;
  };
  const files = table.number("ignore_large_untracked_files") ?? table.number("ignore_untracked_files_over_bytes");
  const dirs = table.number("ignore_large_untracked_dirs") ?? table.number("large_untracked_dir_warning_threshold");
  return {
    ignoreLargeUntrackedFiles: limit(files, 10 << 20),
    ignoreLargeUntrackedDirs: limit(dirs, 200),
    disableWarnings: table.bool("disable_warnings") ?? false,
  };
}

function otel(table: Reader): Config["otel"] {
  const exporter = (name: string): JsonValue | null => {
    const value = getOwn(table.table, name);
    return value === undefined ? null : toJson(value);
  };
  const logs = exporter("exporter") ?? "none";
  return {
    logUserPrompt: table.bool("log_user_prompt") ?? false,
    environment: table.string("environment") ?? "dev",
    exporter: logs,
    traceExporter: exporter("trace_exporter") ?? logs,
    metricsExporter: exporter("metrics_exporter") ?? "statsig",
  };
}
