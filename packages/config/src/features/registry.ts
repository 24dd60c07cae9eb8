export type FeatureStage = "stable" | "experimental" | "under development" | "deprecated" | "removed";

export interface Feature {
  key: string;
  stage: FeatureStage;
  default: boolean;
  /** Older keys that still switch it. */
  aliases?: readonly string[];
  /** Accepted everywhere, but its listed value never changes. */
  frozen?: boolean;
  /** Not advertised in the JSON schema. */
  unlisted?: boolean;
}

function all(stage: FeatureStage, on: boolean, ...keys: string[]): Feature[] {
  return keys.map(key => ({ key, stage, default: on }));
}

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  apps: ["connectors"],
  multi_agent: ["collab"],
  memories: ["memory_tool"],
  chronicle: ["telepathy"],
  exec_permission_approvals: ["request_permissions"],
  web_search_request: ["web_search"],
  experimental_windows_sandbox: ["enable_experimental_windows_sandbox"],
  unified_exec: ["experimental_use_unified_exec_tool"],
  apply_patch_freeform: ["experimental_use_freeform_apply_patch", "include_apply_patch_tool"],
};
const FROZEN = ["tui_app_server", "image_detail_original"];

/** Every feature switch, by stage. The removed ones parse and list, and change nothing. */
export const FEATURES: readonly Feature[] = [
  ...all("stable", true, "shell_tool", "unified_exec", "shell_snapshot", "general_analytics", "codex_hooks"),
  ...all("stable", true, "enable_request_compression", "multi_agent", "apps", "tool_search", "tool_suggest", "plugins"),
  ...all("stable", true, "in_app_browser", "browser_use", "computer_use", "image_generation"),
  ...all("stable", true, "skill_mcp_dependency_install", "guardian_approval", "tool_call_mcp_elicitation"),
  ...all("stable", true, "personality", "fast_mode", "workspace_dependencies"),
  ...all("stable", false, "undo"),
  ...all("experimental", false, "js_repl", "memories", "external_migration", "prevent_idle_sleep"),
  ...all("deprecated", false, "web_search_request", "web_search_cached", "use_legacy_landlock"),
  ...all("removed", false, "search_tool", "use_linux_sandbox_bwrap", "request_rule", "experimental_windows_sandbox"),
  ...all("removed", false, "elevated_windows_sandbox", "remote_models", "image_detail_original"),
  ...all("removed", false, "responses_websockets", "responses_websockets_v2"),
  ...all("removed", true, "sqlite", "steer", "collaboration_modes", "tui_app_server"),
  ...all("under development", false, "shell_zsh_fork", "code_mode", "code_mode_only", "js_repl_tools_only"),
  ...all("under development", false, "codex_git_commit", "runtime_metrics", "chronicle", "child_agents_md"),
  ...all("under development", false, "apply_patch_freeform", "apply_patch_streaming_events"),
  ...all("under development", false, "exec_permission_approvals", "request_permissions_tool", "multi_agent_v2"),
  ...all("under development", false, "enable_fanout", "tool_search_always_defer_mcp_tools"),
  ...all("under development", false, "unavailable_dummy_tools", "remote_plugin", "skill_env_var_dependency_prompt"),
  ...all("under development", false, "default_mode_request_user_input", "artifact", "realtime_conversation"),
  ...all("under development", false, "remote_control", "workspace_owner_usage_nudge"),
].map(feature => ({
  ...feature,
  ...(ALIASES[feature.key] === undefined ? {} : { aliases: ALIASES[feature.key] as readonly string[] }),
  ...(FROZEN.includes(feature.key) ? { frozen: true } : {}),
  ...(feature.key === "artifact" ? { unlisted: true } : {}),
}));

const BY_KEY = new Map<string, Feature>();
for (const feature of FEATURES) {
  BY_KEY.set(feature.key, feature);
  for (const alias of feature.aliases ?? []) BY_KEY.set(alias, feature);
}

/** The feature of a key or alias. */
export function findFeature(keyOrAlias: string): Feature | undefined {
  return BY_KEY.get(keyOrAlias);
}

/** The listed default; a shell without a PTY layer (Windows) starts without unified exec. */
export function featureDefault(feature: Feature, platform: NodeJS.Platform): boolean {
  return feature.key === "unified_exec" && platform === "win32" ? false : feature.default;
}
