/** Facts about a model, as `GET /models`, the cache and `model_catalog_json` hold them. */
export interface ModelInfo {
  slug: string;
  display_name: string;
  description: string | null;
  default_reasoning_level: string | null;
  supported_reasoning_levels: { effort: string; description: string }[];
  shell_type: "default" | "local" | "unified_exec" | "disabled" | "shell_command";
  visibility: "list" | "hide" | "none";
  supported_in_api: boolean;
  /** Smaller stands higher in the picker. */
  priority: number;
  additional_speed_tiers: string[];
  availability_nux: { message: string } | null;
  upgrade: { model: string; migration_markdown: string } | null;
  base_instructions: string;
  model_messages: ModelMessages | null;
  supports_reasoning_summaries: boolean;
  default_reasoning_summary: "auto" | "concise" | "detailed" | "none";
  support_verbosity: boolean;
  default_verbosity: "low" | "medium" | "high" | null;
  apply_patch_tool_type: "freeform" | "function" | null;
  web_search_tool_type: "text" | "text_and_image";
  truncation_policy: { mode: "bytes" | "tokens"; limit: number };
  supports_parallel_tool_calls: boolean;
  supports_image_detail_original: boolean;
  context_window: number | null;
  max_context_window: number | null;
  auto_compact_token_limit?: number | null;
  effective_context_window_percent: number;
  experimental_supported_tools: string[];
  input_modalities: ("text" | "image")[];
  supports_search_tool: boolean;
}

const PLACE = "{{ personality }}";

/** Instructions with a place for a personality. */
export interface ModelMessages {
  /** Holds `{{ personality }}`. */
  instructions_template: string | null;
  instructions_variables: {
    personality_default: string | null;
    personality_friendly: string | null;
    personality_pragmatic: string | null;
  } | null;
}

/**
 * What a model is told about itself.
 * @param personality null: personalities are switched off, the plain instructions hold
 */
export function instructionsOf(model: ModelInfo, personality: "none" | "friendly" | "pragmatic" | null): string {
  const template = model.model_messages?.instructions_template;
  const texts = model.model_messages?.instructions_variables;
  if (personality === null || typeof template !== "string") return model.base_instructions;
  const text =
    personality === "friendly"
      ? texts?.personality_friendly
      : personality === "pragmatic"
        ? texts?.personality_pragmatic
        : texts?.personality_default;
  return template.replaceAll(PLACE, () => text ?? "");
}

/** How a model is told to speak from now on, in the middle of a conversation; null: it has no words for that personality. */
export function personalityMessage(model: ModelInfo, personality: "none" | "friendly" | "pragmatic"): string | null {
  const texts = model.model_messages?.instructions_variables;
  if (!texts || personality === "none") return null;
  return (personality === "friendly" ? texts.personality_friendly : texts.personality_pragmatic) || null;
}

/** Whether a model's instructions have a place for a personality, and it has words for every one. */
export function supportsPersonality({ model_messages: messages }: ModelInfo): boolean {
  const texts = messages?.instructions_variables;
  const complete = [texts?.personality_default, texts?.personality_friendly, texts?.personality_pragmatic];
  return Boolean(messages?.instructions_template?.includes(PLACE)) && complete.every(text => typeof text === "string");
}
