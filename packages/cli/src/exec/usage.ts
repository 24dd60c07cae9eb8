import type { ThreadTokenUsage } from "@codex-ts/protocol";

/** The usage object of `turn.completed`: totals of the thread so far. */
export interface ExecUsage {
  input_tokens: number;
  cached_input_tokens: number;
  output_tokens: number;
  reasoning_output_tokens: number;
}

export const noUsage: ExecUsage = {
  input_tokens: 0,
  cached_input_tokens: 0,
  output_tokens: 0,
  reasoning_output_tokens: 0,
};

/** The thread's totals in the vocabulary of the exec events. */
export function execUsage(usage: ThreadTokenUsage | undefined): ExecUsage {
  if (usage === undefined) return noUsage;
  const { total } = usage;
  return {
    input_tokens: total.inputTokens,
    cached_input_tokens: total.cachedInputTokens,
    output_tokens: total.outputTokens,
    reasoning_output_tokens: total.reasoningOutputTokens,
  };
}

/** What the human output calls "tokens used": input that was not cached, plus output. */
export function blendedTokens(usage: ThreadTokenUsage): number {
  return Math.max(0, usage.total.inputTokens - usage.total.cachedInputTokens) + Math.max(0, usage.total.outputTokens);
}

/** A whole number with a comma between groups of three digits. */
export function withSeparators(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}
