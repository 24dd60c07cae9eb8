import type { Config } from "@codex-ts/config";
import {
  type FoundModel,
  instructionsOf,
  type ModelInfo,
  personalityMessage,
  supportsPersonality,
} from "@codex-ts/model-provider";
import type { Personality, ReasoningEffort, ReasoningSummary } from "@codex-ts/protocol";
import type { TruncationPolicy } from "../history/truncate.ts";

/** What the agent's behaviour depends on about a model: the catalogue's facts with the configuration's corrections. */
export interface ModelProfile {
  slug: string;
  /** What to tell the client when the catalogue does not know the model and the facts are a guess. */
  warning: string | null;
  instructions(personality: Personality | null): string;
  /** How it is told to speak in a conversation that began otherwise; null: there is nothing to tell. */
  personalityMessage(personality: Personality | null): string | null;
  /** Its instructions have a place for a personality. */
  personalityInInstructions: boolean;
  contextWindow: number | null;
  effectiveContextWindowPercent: number;
  autoCompactTokenLimit: number | null;
  truncation: TruncationPolicy;
  parallelToolCalls: boolean;
  reasoningSummaries: boolean;
  defaultEffort: ReasoningEffort | null;
  /** Efforts it knows, the smallest first. */
  efforts: readonly ReasoningEffort[];
  defaultSummary: ReasoningSummary;
  verbosity: boolean;
  defaultVerbosity: "low" | "medium" | "high" | null;
  images: boolean;
  imageDetailOriginal: boolean;
  shellType: ModelInfo["shell_type"];
  applyPatchTool: ModelInfo["apply_patch_tool_type"];
  /** Tools that only models which name them are offered. */
  experimentalTools: readonly string[];
  /** It can look for tools that it is not shown. */
  searchesTools: boolean;
  /** Its web search may give images, too. */
  webSearchImages: boolean;
}

/** Settings that correct what the catalogue says about a model. */
export type ModelCorrections = Pick<
  Config,
  | "baseInstructions"
  | "features"
  | "modelContextWindow"
  | "modelAutoCompactTokenLimit"
  | "modelSupportsReasoningSummaries"
  | "toolOutputTokenLimit"
>;

export function modelProfile({ model: found, warning }: FoundModel, corrections: ModelCorrections): ModelProfile {
  const model = withOwnInstructions(found, corrections);
  const window = corrections.modelContextWindow ?? model.context_window ?? model.max_context_window;
  return {
    slug: model.slug,
    warning,
    instructions: personality => instructionsOf(model, personality),
    personalityMessage: personality => (personality === null ? null : personalityMessage(model, personality)),
    personalityInInstructions: supportsPersonality(model),
    contextWindow:
      window !== null && model.max_context_window !== null ? Math.min(window, model.max_context_window) : window,
    effectiveContextWindowPercent: model.effective_context_window_percent,
    autoCompactTokenLimit: corrections.modelAutoCompactTokenLimit ?? model.auto_compact_token_limit ?? null,
    truncation: correctedTruncation(model.truncation_policy, corrections.toolOutputTokenLimit),
    parallelToolCalls: model.supports_parallel_tool_calls,
    reasoningSummaries: corrections.modelSupportsReasoningSummaries === true || model.supports_reasoning_summaries,
    // The catalogue is data from a server; an effort it names is passed on as it is.
    defaultEffort: model.default_reasoning_level as ReasoningEffort | null,
    efforts: model.supported_reasoning_levels.map(({ effort }) => effort as ReasoningEffort),
    defaultSummary: model.default_reasoning_summary,
    verbosity: model.support_verbosity,
    defaultVerbosity: model.default_verbosity,
    images: model.input_modalities.includes("image"),
    imageDetailOriginal: model.supports_image_detail_original,
    shellType: model.shell_type,
    applyPatchTool: model.apply_patch_tool_type,
    experimentalTools: model.experimental_supported_tools,
    searchesTools: model.supports_search_tool,
    webSearchImages: model.web_search_tool_type === "text_and_image",
  };
}

/** Instructions of one's own stand in place of the model's, and leave no room for a personality; nor does the feature when it is off. */
function withOwnInstructions(model: ModelInfo, { baseInstructions, features }: ModelCorrections): ModelInfo {
  if (baseInstructions !== null) return { ...model, base_instructions: baseInstructions, model_messages: null };
  return features["personality"] === false ? { ...model, model_messages: null } : model;
}

function correctedTruncation(policy: TruncationPolicy, tokenLimit: number | null): TruncationPolicy {
  if (tokenLimit === null) return policy;
  return policy.mode === "tokens" ? { mode: "tokens", limit: tokenLimit } : { mode: "bytes", limit: tokenLimit * 4 };
}

/** Tokens a conversation may really use: the window less the share kept for the answer. */
export function usableWindow(model: ModelProfile): number | null {
  if (model.contextWindow === null) return null;
  return Math.floor((model.contextWindow * model.effectiveContextWindowPercent) / 100);
}

/** Usage from which the history is compacted; null: never. */
export function autoCompactLimit(model: ModelProfile): number | null {
  const ninety = model.contextWindow === null ? null : Math.floor(model.contextWindow * 0.9);
  if (model.autoCompactTokenLimit === null) return ninety;
  return ninety === null ? model.autoCompactTokenLimit : Math.min(model.autoCompactTokenLimit, ninety);
}
