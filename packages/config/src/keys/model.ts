import { bool, i64, type Key, key, list, map, path, type TableType, table, text, u64, usize, words } from "./types.ts";
import { type TomlTable, getOwn, isTable } from "../toml/value.ts";

export const REASONING_EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh"] as const;
export const REASONING_SUMMARIES = ["auto", "concise", "detailed", "none"] as const;
const profile = true;

/** Which model, how it thinks, and what it is told. */
export const modelKeys: Record<string, Key> = {
  model: key(text, "Model slug to use.", { profile, default: "the provider's default model" }),
  review_model: key(text, "Model used for reviews.", { default: "the session's model" }),
  model_provider: key(text, "Which entry of the model providers to talk to.", { profile, default: '"openai"' }),
  model_context_window: key(i64, "Context window in tokens, capped by the model's own maximum.", {
    default: "from the model's metadata",
  }),
  model_auto_compact_token_limit: key(i64, "Token count at which the history is compacted automatically."),
  model_reasoning_effort: key(words(...REASONING_EFFORTS), "How hard the model thinks.", {
    profile,
    default: "the model's default",
  }),
  plan_mode_reasoning_effort: key(
    words(...REASONING_EFFORTS),
    "Reasoning effort in plan mode; `none` is a value too.",
    {
      profile,
      default: "medium",
    },
  ),
  model_reasoning_summary: key(words(...REASONING_SUMMARIES), "Which reasoning summaries to ask for.", {
    profile,
    default: "the model's default",
  }),
  model_verbosity: key(words("low", "medium", "high"), "How long answers are, for models that support it.", {
    profile,
  }),
  model_supports_reasoning_summaries: key(
    bool,
    "Force reasoning summaries on for a model that is not known to have them.",
  ),
  model_catalog_json: key(path, "JSON file `{models: [...]}` that replaces the model catalogue at start.", { profile }),
  personality: key(words("none", "friendly", "pragmatic"), "Tone of the agent.", { profile, default: '"pragmatic"' }),
  service_tier: key(words("fast", "flex"), "Service tier to ask for; `fast` needs the feature `fast_mode`.", {
    profile,
  }),
  model_instructions_file: key(path, "File that replaces the built-in base instructions.", { profile }),
  instructions: key(text, "Legacy: read and shown, without effect.", { stage: "deprecated" }),
  developer_instructions: key(text, "Extra developer message at the start of every thread."),
  compact_prompt: key(text, "Prompt for compacting the history; blank means unset.", { default: "built in" }),
  experimental_compact_prompt_file: key(path, "File with the compact prompt, used when `compact_prompt` is unset.", {
    profile,
    stage: "experimental",
  }),
  experimental_instructions_file: key(path, "Ignored; use `model_instructions_file`.", {
    profile,
    stage: "deprecated",
    hidden: true,
  }),
  include_permissions_instructions: key(bool, "Tell the model what the permissions are.", { profile, default: "true" }),
  include_apps_instructions: key(bool, "Tell the model about connected apps.", { profile, default: "true" }),
  include_environment_context: key(bool, "Tell the model about folder, shell and date.", { profile, default: "true" }),
  commit_attribution: key(text, "Trailer for commits; the empty string turns it off.", { default: "built in" }),
  chatgpt_base_url: key(text, "Base URL of the ChatGPT backend.", {
    profile,
    default: '"https://chatgpt.com/backend-api/"',
  }),
  openai_base_url: key(text, "Base URL of the built-in provider `openai`; empty means unset."),
  oss_provider: key(text, "Local provider that `--oss` uses: `ollama` or `lmstudio`.", { profile }),
  forced_login_method: key(words("chatgpt", "api"), "Only this kind of login is allowed."),
  forced_chatgpt_workspace_id: key(text, "Only this ChatGPT workspace is allowed."),
  cli_auth_credentials_store: key(words("file", "keyring", "auto", "ephemeral"), "Where credentials are kept.", {
    default: '"file"',
  }),
  hide_agent_reasoning: key(bool, "Do not show reasoning.", { default: "false" }),
  show_raw_agent_reasoning: key(bool, "Show raw reasoning where the model gives it.", { default: "false" }),
};

const providerAuth: TableType = table("ModelProviderAuthInfo", {
  command: key(text, "Program that prints a token on stdout.", { required: true }),
  args: key(list(text), "Its arguments.", { default: "[]", filled: [] }),
  timeout_ms: key({ kind: "integer", width: "nonzero u64", schemaMin: 1 }, "Time it may take.", {
    default: "5000",
    filled: 5000,
  }),
  refresh_interval_ms: key(
    { kind: "integer", width: "u64", schemaMin: 0 },
    "Age at which it runs again; 0 = only after a 401.",
    {
      default: "300000",
      filled: 300000,
    },
  ),
  cwd: key(path, "Folder it runs in.", { default: "the folder of the defining file" }),
});

/** One entry of `[model_providers.<id>]`. */
export const modelProvider: TableType = table("ModelProviderInfo", {
  name: key(text, "Display name.", { filled: "" }),
  base_url: key(text, "Base URL of the API."),
  env_key: key(text, "Environment variable that holds the API key."),
  env_key_instructions: key(text, "What to tell people when that variable is missing."),
  experimental_bearer_token: key(text, "A literal token. Prefer `env_key` or `auth`.", { stage: "experimental" }),
  auth: key(providerAuth, "Command that yields a token."),
  aws: key(
    table("ModelProviderAwsAuthInfo", {
      profile: key(text, "AWS profile."),
      region: key(text, "AWS region."),
    }),
    "AWS settings, for `amazon-bedrock` only.",
  ),
  wire_api: key(
    {
      kind: "enum",
      values: ["responses"],
      plain: true,
      removed: {
        chat: '`wire_api = "chat"` is no longer supported.\nHow to fix: set `wire_api = "responses"` in your provider config.\nMore info: https://github.com/openai/codex/discussions/7782',
      },
    },
    "Which API the provider speaks.",
    { default: '"responses"', filled: "responses" },
  ),
  query_params: key(map(text), "Query parameters of every request."),
  http_headers: key(map(text), "Headers of every request."),
  env_http_headers: key(map(text), "Headers whose values come from environment variables."),
  request_max_retries: key(u64, "Retries of one HTTP request, at most 100.", { default: "4" }),
  stream_max_retries: key(u64, "Retries of a cut stream, at most 100.", { default: "5" }),
  stream_idle_timeout_ms: key(u64, "Longest silence within a stream.", { default: "300000" }),
  websocket_connect_timeout_ms: key(u64, "Time a WebSocket may take to connect.", { default: "15000" }),
  requires_openai_auth: key(bool, "Uses the OpenAI login.", { default: "false", filled: false }),
  supports_websockets: key(bool, "Responses over WebSocket.", { default: "false", filled: false }),
});

export const RESERVED_PROVIDER_IDS = ["lmstudio", "ollama", "openai"] as const;

/** The rules for the whole map of providers; the first broken one is the answer. */
export function refuseProviders(providers: TomlTable): string | null {
  const reserved = Object.keys(providers)
    .filter(id => (RESERVED_PROVIDER_IDS as readonly string[]).includes(id))
    .sort();
  if (reserved.length > 0) {
    const ids = reserved.map(id => `\`${id}\``).join(", ");
    return `model_providers contains reserved built-in provider IDs: ${ids}. Built-in providers cannot be overridden. Rename your custom provider (for example, \`openai-custom\`).`;
  }
  for (const id of Object.keys(providers).sort()) {
    const provider = providers[id];
    if (!isTable(provider) || id === "amazon-bedrock") continue;
    const reason = refuseProvider(provider);
    if (reason !== null) return `model_providers.${id}: ${reason}`;
  }
  return null;
}

function refuseProvider(provider: TomlTable): string | null {
  if (getOwn(provider, "aws") !== undefined) return "provider aws is only supported for `amazon-bedrock`";
  const name = getOwn(provider, "name") ?? "";
  if (typeof name !== "string" || name.trim() === "") return "provider name must not be empty";
  const auth = getOwn(provider, "auth");
  if (!isTable(auth)) return null;
  if (typeof auth["command"] === "string" && auth["command"].trim() === "") {
    return "provider auth.command must not be empty";
  }
  const clashes = ["env_key", "experimental_bearer_token"].filter(name => getOwn(provider, name) !== undefined);
  if (getOwn(provider, "requires_openai_auth") === true) clashes.push("requires_openai_auth");
  return clashes.length > 0 ? `provider auth cannot be combined with ${clashes.join(", ")}` : null;
}

export const memoryKeys: TableType = table("MemoriesToml", {
  disable_on_external_context: key(bool, "No memories from threads that used MCP or web search.", {
    default: "false",
    aliases: ["no_memories_if_mcp_or_web_search"],
  }),
  generate_memories: key(bool, "Write memories.", { default: "true" }),
  use_memories: key(bool, "Read memories.", { default: "true" }),
  max_raw_memories_for_consolidation: key(usize, "1 to 4096; clamped.", { default: "256" }),
  max_unused_days: key(i64, "0 to 365; clamped.", { default: "30" }),
  max_rollout_age_days: key(i64, "0 to 90; clamped.", { default: "30" }),
  max_rollouts_per_startup: key(usize, "1 to 128; clamped.", { default: "16" }),
  min_rollout_idle_hours: key(i64, "1 to 48; clamped.", { default: "6" }),
  extract_model: key(text, "Model that extracts memories."),
  consolidation_model: key(text, "Model that consolidates memories."),
});
