import type { ModelInfo } from "./info.ts";
import { BASE_INSTRUCTIONS, PERSONALITIES } from "./instructions.ts";

const LEVELS = [
  { effort: "low", description: "Answers soonest; little reasoning" },
  { effort: "medium", description: "Enough reasoning for everyday work" },
  { effort: "high", description: "More reasoning for difficult problems" },
  { effort: "xhigh", description: "As much reasoning as the model can do" },
];

const WITH_PERSONALITY: ModelInfo["model_messages"] = {
  instructions_template: `${BASE_INSTRUCTIONS}\n{{ personality }}`,
  instructions_variables: {
    personality_default: "",
    personality_friendly: PERSONALITIES.friendly,
    personality_pragmatic: PERSONALITIES.pragmatic,
  },
};

/** What most of the bundled models have in common. */
const COMMON: Omit<ModelInfo, "slug" | "display_name" | "description" | "priority"> = {
  default_reasoning_level: "medium",
  supported_reasoning_levels: LEVELS,
  shell_type: "shell_command",
  visibility: "list",
  supported_in_api: true,
  additional_speed_tiers: [],
  availability_nux: null,
  upgrade: null,
  base_instructions: BASE_INSTRUCTIONS,
  model_messages: WITH_PERSONALITY,
  supports_reasoning_summaries: true,
  default_reasoning_summary: "none",
  support_verbosity: true,
  default_verbosity: "low",
  apply_patch_tool_type: "freeform",
  web_search_tool_type: "text_and_image",
  truncation_policy: { mode: "tokens", limit: 10_000 },
  supports_parallel_tool_calls: true,
  supports_image_detail_original: true,
  context_window: 272_000,
  max_context_window: 272_000,
  effective_context_window_percent: 95,
  experimental_supported_tools: [],
  input_modalities: ["text", "image"],
  supports_search_tool: true,
};

const UPGRADE = {
  model: "gpt-5.4",
  migration_markdown: "A newer model, gpt-5.4, is available. Choose it with `-m gpt-5.4` or `model` in config.toml.\n",
};

/** The models that are known without asking anybody. */
export const BUNDLED_MODELS: readonly ModelInfo[] = [
  {
    ...COMMON,
    slug: "gpt-5.5",
    display_name: "GPT-5.5",
    description: "Newest model; for demanding work.",
    priority: 0,
    additional_speed_tiers: ["fast"],
  },
  {
    ...COMMON,
    slug: "gpt-5.4",
    display_name: "gpt-5.4",
    description: "For everyday programming.",
    default_reasoning_level: "xhigh",
    priority: 2,
    additional_speed_tiers: ["fast"],
    max_context_window: 1_000_000,
  },
  {
    ...COMMON,
    slug: "gpt-5.4-mini",
    display_name: "GPT-5.4-Mini",
    description: "Small, quick and cheap; for simple tasks.",
    priority: 4,
    default_verbosity: "medium",
  },
  {
    ...COMMON,
    slug: "gpt-5.3-codex",
    display_name: "gpt-5.3-codex",
    description: "Trained for programming.",
    priority: 6,
    upgrade: UPGRADE,
    web_search_tool_type: "text",
  },
  {
    ...COMMON,
    slug: "gpt-5.2",
    display_name: "gpt-5.2",
    description: "An older general model for long tasks.",
    priority: 10,
    upgrade: UPGRADE,
    model_messages: null,
    default_reasoning_summary: "auto",
    web_search_tool_type: "text",
    truncation_policy: { mode: "bytes", limit: 10_000 },
    supports_image_detail_original: false,
  },
  {
    ...COMMON,
    slug: "codex-auto-review",
    display_name: "Codex Auto Review",
    description: "Reviews requests for approval.",
    visibility: "hide",
    priority: 29,
    max_context_window: 1_000_000,
  },
];

/** Facts for a model that nobody knows: small promises only. */
export function fallbackModel(slug: string): ModelInfo {
  return {
    ...COMMON,
    slug,
    display_name: slug,
    description: null,
    default_reasoning_level: null,
    supported_reasoning_levels: [],
    shell_type: "default",
    visibility: "none",
    priority: 99,
    model_messages: WITH_PERSONALITY,
    supports_reasoning_summaries: false,
    default_reasoning_summary: "auto",
    support_verbosity: false,
    default_verbosity: null,
    apply_patch_tool_type: null,
    web_search_tool_type: "text",
    truncation_policy: { mode: "bytes", limit: 10_000 },
    supports_parallel_tool_calls: false,
    supports_image_detail_original: false,
    supports_search_tool: false,
  };
}
