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
  /** How people are told of it while it is tried out. */
  shown?: FeatureWords;
}

export interface FeatureWords {
  name: string;
  description: string;
  /** News about it; empty when there are none. */
  announcement: string;
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
const WORDS: Readonly<Record<string, FeatureWords>> = {
  js_repl: {
    name: "JavaScript REPL",
    description: "Lets the agent run JavaScript in a Node process that stays alive between calls.",
    announcement: "The JavaScript REPL can be tried out: switch it on and start a new thread.",
  },
  memories: {
    name: "Memories",
    description: "Lets the agent keep notes from one thread to the next, and read them where they help.",
    announcement: "Memories can be tried out: switch them on and start a new thread.",
  },
  external_migration: {
    name: "External migration",
    description: "Offers to take over the settings of other agents when a session starts.",
    announcement: "",
  },
  prevent_idle_sleep: {
    name: "Prevent sleep while running",
    description: "Keeps the computer awake while a turn is running.",
    announcement: "The computer can be kept awake while a turn is running: switch it on to try it out.",
  },
};
const FROZEN = ["tui_app_server", "image_detail_original"];

/** Every feature switch, in the order in which lists and refusals show them. The removed ones parse and list, and change nothing. */
export const FEATURES: readonly Feature[] = [
  ...all("stable", false, "undo"),
  ...all("stable", true, "shell_tool", "unified_exec"),
  ...all("under development", false, "shell_zsh_fork"),
  ...all("stable", true, "shell_snapshot"),
  ...all("experimental", false, "js_repl"),
  ...all("under development", false, "code_mode", "code_mode_only", "js_repl_tools_only"),
  ...all("deprecated", false, "web_search_request", "web_search_cached"),
  ...all("removed", false, "search_tool"),
  ...all("under development", false, "codex_git_commit", "runtime_metrics"),
  ...all("stable", true, "general_analytics"),
  ...all("removed", true, "sqlite"),
  ...all("experimental", false, "memories"),
  ...all("under development", false, "chronicle", "child_agents_md", "apply_patch_freeform"),
  ...all("under development", false, "apply_patch_streaming_events", "exec_permission_approvals"),
  ...all("stable", true, "codex_hooks"),
  ...all("under development", false, "request_permissions_tool"),
  ...all("removed", false, "use_linux_sandbox_bwrap"),
  ...all("deprecated", false, "use_legacy_landlock"),
  ...all("removed", false, "request_rule", "experimental_windows_sandbox", "elevated_windows_sandbox", "remote_models"),
  ...all("stable", true, "enable_request_compression", "multi_agent"),
  ...all("under development", false, "multi_agent_v2", "enable_fanout"),
  ...all("stable", true, "apps", "tool_search"),
  ...all("under development", false, "tool_search_always_defer_mcp_tools", "unavailable_dummy_tools"),
  ...all("stable", true, "tool_suggest", "plugins", "in_app_browser", "browser_use", "computer_use"),
  ...all("under development", false, "remote_plugin"),
  ...all("experimental", false, "external_migration"),
  ...all("stable", true, "image_generation", "skill_mcp_dependency_install"),
  ...all("under development", false, "skill_env_var_dependency_prompt"),
  ...all("removed", true, "steer"),
  ...all("under development", false, "default_mode_request_user_input"),
  ...all("stable", true, "guardian_approval"),
  ...all("removed", true, "collaboration_modes"),
  ...all("stable", true, "tool_call_mcp_elicitation", "personality"),
  ...all("under development", false, "artifact"),
  ...all("stable", true, "fast_mode"),
  ...all("under development", false, "realtime_conversation", "remote_control"),
  ...all("removed", false, "image_detail_original"),
  ...all("removed", true, "tui_app_server"),
  ...all("experimental", false, "prevent_idle_sleep"),
  ...all("under development", false, "workspace_owner_usage_nudge"),
  ...all("removed", false, "responses_websockets", "responses_websockets_v2"),
  ...all("stable", true, "workspace_dependencies"),
].map(feature => ({
  ...feature,
  ...(ALIASES[feature.key] === undefined ? {} : { aliases: ALIASES[feature.key] as readonly string[] }),
  ...(FROZEN.includes(feature.key) ? { frozen: true } : {}),
  ...(feature.key === "artifact" ? { unlisted: true } : {}),
  ...(WORDS[feature.key] === undefined ? {} : { shown: WORDS[feature.key] as FeatureWords }),
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
