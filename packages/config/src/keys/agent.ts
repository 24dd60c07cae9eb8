import { hookEvents } from "./hooks.ts";
import {
  bool,
  i64,
  type Key,
  type KeyType,
  key,
  list,
  map,
  path,
  type TableType,
  table,
  text,
  u64,
  usize,
  words,
} from "./types.ts";

const profile = true;

const multiAgentV2: KeyType = {
  kind: "union",
  name: "FeatureToml",
  options: [
    bool,
    table(
      "MultiAgentV2ConfigToml",
      {
        enabled: key(bool, "The feature is on."),
        usage_hint_enabled: key(bool, "Tell the model how to use it.", { default: "true" }),
        usage_hint_text: key(text, "That hint's text."),
        hide_spawn_agent_metadata: key(bool, "Hide the metadata of spawned agents.", { default: "false" }),
      },
      { closed: true, sparse: true },
    ),
  ],
};

/** `[features]`: feature key to boolean. The registry of features gives the names. */
export const features: TableType = table(
  "FeaturesToml",
  { multi_agent_v2: key(multiAgentV2, "The second generation of sub-agents: on, off, or a table of settings.") },
  { rest: bool, blurRest: "path", sparse: true },
);
/** The same in a profile, where mistakes are located at the table. */
export const profileFeatures: TableType = { ...features, blurRest: "position" };

const tls = table("OtelTlsConfig", {
  "ca-certificate": key(path, "CA certificate file."),
  "client-certificate": key(path, "Client certificate file."),
  "client-private-key": key(path, "Client key file."),
});
const exporterTable = (name: string, fields: Record<string, Key>): TableType =>
  table(name, fields, { said: `struct variant OtelExporterKind::${name}` });
const exporter: KeyType = {
  kind: "variants",
  words: ["none", "statsig"],
  order: ["none", "statsig", "otlp-http", "otlp-grpc"],
  tables: {
    "otlp-http": exporterTable("OtlpHttp", {
      endpoint: key(text, "Collector URL.", { required: true }),
      headers: key(map(text), "Headers of every request.", { default: "{}", filled: {} }),
      protocol: key(words("binary", "json"), "Body encoding.", { required: true }),
      tls: key(tls, "TLS files."),
    }),
    "otlp-grpc": exporterTable("OtlpGrpc", {
      endpoint: key(text, "Collector URL.", { required: true }),
      headers: key(map(text), "Metadata of every request.", { default: "{}", filled: {} }),
      tls: key(tls, "TLS files."),
    }),
  },
};

const agentRole = table("AgentRoleToml", {
  description: key(text, "What the role is for."),
  config_file: key(path, "TOML file with the role's settings."),
  nickname_candidates: key(list(text), "Names to call such agents."),
});
/** `[agents]`: limits, and the roles by name beside them. */
export const agents: TableType = table(
  "AgentsToml",
  {
    max_threads: key(usize, "Agents at the same time.", {
      default: "6",
      aliases: ["max_concurrent_threads_per_session"],
    }),
    max_depth: key({ kind: "integer", width: "i32" }, "Depth of agents that start agents.", { default: "1" }),
    job_max_runtime_seconds: key(u64, "Longest run of a job."),
    interrupt_message: key(bool, "Tell the model when an agent was interrupted.", { default: "true", unseen: true }),
  },
  { rest: agentRole, blurRest: "position" },
);

/** Tools, agents, memory, telemetry, everything around the turn. */
export const agentKeys: Record<string, Key> = {
  agents: key(agents, "Limits of sub-agents, and their roles by name."),
  project_doc_max_bytes: key(usize, "How much of AGENTS.md is read, in bytes; 0 turns it off.", { default: "32768" }),
  project_doc_fallback_filenames: key(list(text), "Names to try where AGENTS.md is missing.", { default: "[]" }),
  tool_output_token_limit: key(usize, "Tokens of a tool's output that the model sees.", {
    default: "the model's policy",
  }),
  background_terminal_max_timeout: key(u64, "Longest wait for a background terminal in ms, at least 5000.", {
    default: "300000",
  }),
  js_repl_node_path: key(path, "Node binary of the JavaScript REPL.", { profile }),
  js_repl_node_module_dirs: key(list(path), "Folders where the JavaScript REPL finds modules.", { profile }),
  notify: key(list(text), "Program to start after each turn; it gets one JSON argument."),
  history: key(
    table("History", {
      persistence: key(words("save-all", "none"), "Keep the message history or not.", {
        required: true,
        default: '"save-all"',
      }),
      max_bytes: key(usize, "Size at which the oldest entries go."),
    }),
    "The message history file.",
  ),
  sqlite_home: key(path, "Folder of the state database.", { default: "`$CODEX_SQLITE_HOME`, else CODEX_HOME" }),
  log_dir: key(path, "Folder of log files.", { default: "CODEX_HOME/log" }),
  file_opener: key(words("vscode", "vscode-insiders", "windsurf", "cursor", "none"), "Editor that file links open.", {
    default: '"vscode"',
  }),
  audio: key(
    table("RealtimeAudioToml", { microphone: key(text, "Input device."), speaker: key(text, "Output device.") }),
    "Audio devices.",
  ),
  realtime: key(
    table("RealtimeToml", {
      version: key(words("v1", "v2"), "Protocol version."),
      type: key(words("conversational", "transcription"), "Conversation or transcription.", {
        default: '"conversational"',
      }),
      transport: key(words("webrtc", "websocket"), "Transport.", { default: '"webrtc"' }),
      voice: key(
        words(
          ..."alloy arbor ash ballad breeze cedar coral cove echo ember juniper maple marin sage shimmer sol".split(
            " ",
          ),
          ..."spruce vale verse".split(" "),
        ),
        "Voice.",
      ),
    }),
    "Voice sessions.",
  ),
  experimental_realtime_ws_base_url: key(text, "Realtime server.", { stage: "experimental" }),
  experimental_realtime_ws_model: key(text, "Realtime model.", { stage: "experimental" }),
  experimental_realtime_ws_backend_prompt: key(text, "Realtime backend prompt.", { stage: "experimental" }),
  experimental_realtime_ws_startup_context: key(text, "Realtime start context.", { stage: "experimental" }),
  experimental_realtime_start_instructions: key(text, "Realtime start instructions.", { stage: "experimental" }),
  experimental_thread_store_endpoint: key(text, "Remote thread store.", { stage: "experimental" }),
  experimental_thread_config_endpoint: key(text, "Remote thread configuration.", { stage: "experimental" }),
  tool_suggest: key(
    table("ToolSuggestConfig", {
      discoverables: key(
        list(
          table("ToolSuggestDiscoverable", {
            type: key(words("connector", "plugin"), "Kind.", { required: true }),
            id: key(text, "Identifier.", { required: true }),
          }),
        ),
        "What may be suggested.",
        { default: "[]", filled: [] },
      ),
    }),
    "Tool suggestions.",
  ),
  skills: key(
    table(
      "SkillsConfig",
      {
        bundled: key(
          table("BundledSkillsConfig", {
            enabled: key(bool, "Bundled skills are on.", { default: "true", filled: true }),
          }),
          "Bundled skills.",
        ),
        include_instructions: key(bool, "Tell the model about skills."),
        config: key(
          list(
            table(
              "SkillConfig",
              {
                path: key(path, "The skill's file."),
                name: key(text, "The skill's name."),
                enabled: key(bool, "On or off.", { required: true }),
              },
              { sparse: true },
            ),
          ),
          "Single skills.",
          { default: "[]", droppedWhenEmpty: true },
        ),
      },
      { sparse: true },
    ),
    "Skills.",
  ),
  hooks: key(hookEvents, "Commands to run on events."),
  plugins: key(
    map(table("PluginConfig", { enabled: key(bool, "This plugin is on.", { default: "true", filled: true }) })),
    "Plugins by id.",
    { default: "{}" },
  ),
  marketplaces: key(
    map(
      table("MarketplaceConfig", {
        last_updated: key(text, "When it was read last."),
        last_revision: key(text, "Revision read last."),
        source_type: key(words("git", "local"), "Kind of source."),
        source: key(text, "Where it comes from."),
        ref: key(text, "Git reference."),
        sparse_paths: key(list(text), "Only these paths."),
      }),
    ),
    "Plugin marketplaces by name.",
    { default: "{}" },
  ),
  features: key(features, "Feature switches.", { profile }),
  suppress_unstable_features_warning: key(bool, "Do not warn about features under development.", { default: "false" }),
  ghost_snapshot: key(
    table("GhostSnapshotToml", {
      ignore_large_untracked_files: key(i64, "Size of untracked files to skip, in bytes; 0 or less: no limit.", {
        aliases: ["ignore_untracked_files_over_bytes"],
      }),
      ignore_large_untracked_dirs: key(i64, "Entries of untracked folders to skip; 0 or less: no limit.", {
        aliases: ["large_untracked_dir_warning_threshold"],
      }),
      disable_warnings: key(bool, "No warnings."),
    }),
    "Undo snapshots.",
  ),
  check_for_update_on_startup: key(bool, "Look for updates at start.", { default: "true" }),
  disable_paste_burst: key(bool, "No detection of pasted text.", { default: "false" }),
  analytics: key(table("AnalyticsConfigToml", { enabled: key(bool, "Product analytics.") }), "Analytics.", { profile }),
  feedback: key(
    table("FeedbackConfigToml", { enabled: key(bool, "Feedback can be sent.", { default: "true" }) }),
    "Feedback.",
  ),
  otel: key(
    table("OtelConfigToml", {
      log_user_prompt: key(bool, "Log what users write.", { default: "false" }),
      environment: key(text, "Environment name.", { default: '"dev"' }),
      exporter: key(exporter, "Where logs go.", { default: '"none"' }),
      trace_exporter: key(exporter, "Where traces go.", { default: "as `exporter`" }),
      metrics_exporter: key(exporter, "Where metrics go.", { default: '"statsig"' }),
    }),
    "OpenTelemetry.",
  ),
  experimental_use_unified_exec_tool: key(bool, "Older switch of the feature `unified_exec`.", {
    profile,
    stage: "deprecated",
  }),
  experimental_use_freeform_apply_patch: key(bool, "Older switch of the feature `apply_patch_freeform`.", {
    profile,
    stage: "deprecated",
  }),
};
