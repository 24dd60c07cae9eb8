import { describeValue, type JsonValue, type TomlValue } from "../toml/value.ts";

/** What is wrong with a value; null: nothing. */
type Check = (value: JsonValue) => string | null;

/**
 * What keeps a catalogue file from being used: the first mistake in the order of the file, or a member that is missing. Members
 * of other names are ignored. Texts are those of the format's usual reader (serde), without the place.
 */
export function catalogMistake(catalog: JsonValue): string | null {
  return CATALOG(catalog);
}

const wrongType = (value: JsonValue, expected: string): string =>
  `invalid type: ${value === null ? "null" : describeValue(value as TomlValue)}, expected ${expected}`;

const text: Check = value => (typeof value === "string" ? null : wrongType(value, "a string"));
const flag: Check = value => (typeof value === "boolean" ? null : wrongType(value, "a boolean"));

const integer =
  (type: "i32" | "i64"): Check =>
  value => {
    if (typeof value !== "number" || !Number.isInteger(value)) return wrongType(value, type);
    const most = type === "i32" ? 2 ** 31 : 2 ** 63;
    return value < -most || value >= most ? `invalid value: integer \`${value}\`, expected ${type}` : null;
  };

const oneOf =
  (...values: readonly string[]): Check =>
  value => {
    if (typeof value !== "string") return "expected value";
    if (values.includes(value)) return null;
    const quoted = values.map(name => `\`${name}\``);
    const expected = quoted.length === 2 ? quoted.join(" or ") : `one of ${quoted.join(", ")}`;
    return `unknown variant \`${value}\`, expected ${expected}`;
  };

const orNull =
  (check: Check): Check =>
  value =>
    value === null ? null : check(value);

const listOf =
  (check: Check): Check =>
  value => {
    if (!Array.isArray(value)) return wrongType(value, "a sequence");
    for (const entry of value) {
      const mistake = check(entry);
      if (mistake !== null) return mistake;
    }
    return null;
  };

/** @param needed members that must be there; @param more those that may be left out */
const struct =
  (name: string, needed: Readonly<Record<string, Check>>, more: Readonly<Record<string, Check>> = {}): Check =>
  value => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return wrongType(value, `struct ${name}`);
    for (const [member, given] of Object.entries(value)) {
      const check = Object.hasOwn(needed, member) ? needed[member] : Object.hasOwn(more, member) ? more[member] : null;
      const mistake = check?.(given!) ?? null;
      if (mistake !== null) return mistake;
    }
    const missing = Object.keys(needed).find(member => !Object.hasOwn(value, member));
    return missing === undefined ? null : `missing field \`${missing}\``;
  };

const EFFORT = oneOf("none", "minimal", "low", "medium", "high", "xhigh");

const PERSONALITIES = struct(
  "ModelInstructionsVariables",
  {},
  { personality_default: orNull(text), personality_friendly: orNull(text), personality_pragmatic: orNull(text) },
);

const MODEL = struct(
  "ModelInfo",
  {
    slug: text,
    display_name: text,
    supported_reasoning_levels: listOf(struct("ReasoningEffortPreset", { effort: EFFORT, description: text })),
    shell_type: oneOf("default", "local", "unified_exec", "disabled", "shell_command"),
    visibility: oneOf("list", "hide", "none"),
    supported_in_api: flag,
    priority: integer("i32"),
    base_instructions: text,
    supports_reasoning_summaries: flag,
    support_verbosity: flag,
    truncation_policy: struct("TruncationPolicyConfig", { mode: oneOf("bytes", "tokens"), limit: integer("i64") }),
    supports_parallel_tool_calls: flag,
    experimental_supported_tools: listOf(text),
  },
  {
    description: orNull(text),
    default_reasoning_level: orNull(EFFORT),
    additional_speed_tiers: listOf(text),
    availability_nux: orNull(struct("ModelAvailabilityNux", { message: text })),
    upgrade: orNull(struct("ModelInfoUpgrade", { model: text, migration_markdown: text })),
    model_messages: orNull(
      struct(
        "ModelMessages",
        {},
        { instructions_template: orNull(text), instructions_variables: orNull(PERSONALITIES) },
      ),
    ),
    default_reasoning_summary: oneOf("auto", "concise", "detailed", "none"),
    default_verbosity: orNull(oneOf("low", "medium", "high")),
    apply_patch_tool_type: orNull(oneOf("freeform", "function")),
    web_search_tool_type: oneOf("text", "text_and_image"),
    supports_image_detail_original: flag,
    context_window: orNull(integer("i64")),
    max_context_window: orNull(integer("i64")),
    auto_compact_token_limit: orNull(integer("i64")),
    effective_context_window_percent: integer("i64"),
    input_modalities: listOf(oneOf("text", "image")),
    supports_search_tool: flag,
  },
);

const CATALOG = struct("ModelsResponse", { models: listOf(MODEL) });
