import type { z } from "zod/mini";
import { UserPromptSubmitOutput } from "../schema/outputs.ts";
import { nonBlank } from "../text.ts";
import { failed, type HandlerResult, judge, type Judgement, type Reading } from "./judgement.ts";

/** What one handler of UserPromptSubmit contributes. */
export interface UserPromptSubmitEffect {
  readonly context: string | null;
  /** It stopped or blocked the prompt. */
  readonly stop: { readonly reason: string | null } | null;
}

/** What becomes of a prompt. */
export interface UserPromptSubmitOutcome {
  /** For the model, one developer message each, whether or not the prompt is dropped. */
  readonly contexts: readonly string[];
  /** The prompt is dropped. */
  readonly stop: { readonly reason: string | null } | null;
}

const reading: Reading<z.output<typeof UserPromptSubmitOutput>, UserPromptSubmitEffect> = {
  event: "UserPromptSubmit",
  output: UserPromptSubmitOutput,
  judgeOutput(output, entries) {
    const blocks = output.decision === "block";
    const reason = output.reason ?? null;
    const badBlock = blocks && nonBlank(reason) === null;
    const context = badBlock ? null : (output.hookSpecificOutput?.additionalContext ?? null);
    if (context !== null) entries.push({ kind: "context", text: context });
    if (!output.continue) {
      const stopReason = output.stopReason ?? null;
      if (stopReason !== null) entries.push({ kind: "stop", text: stopReason });
      return { status: "stopped", entries, effect: { context, stop: { reason: stopReason } } };
    }
    if (badBlock) return failed("UserPromptSubmit hook returned decision:block without a non-empty reason", entries);
    if (blocks && reason !== null) {
      entries.push({ kind: "feedback", text: reason });
      return { status: "blocked", entries, effect: { context, stop: { reason } } };
    }
    return { status: "completed", entries, effect: { context, stop: null } };
  },
  judgeText: (text, entries) => ({
    status: "completed",
    entries: [...entries, { kind: "context", text }],
    effect: { context: text, stop: null },
  }),
  exitTwo: {
    what: "a blocking reason",
    judge: (reason, entries) => ({
      status: "blocked",
      entries: [...entries, { kind: "feedback", text: reason }],
      effect: { context: null, stop: { reason } },
    }),
  },
};

/** Reads what a handler of UserPromptSubmit said (spec: hooks §6.5). */
export function judgeUserPromptSubmit(result: HandlerResult): Judgement<UserPromptSubmitEffect> {
  return judge(result, reading);
}

/** The contexts of all handlers, in configuration order; one that stops or blocks is enough. */
export function aggregateUserPromptSubmit(effects: readonly UserPromptSubmitEffect[]): UserPromptSubmitOutcome {
  return {
    contexts: effects.flatMap(({ context }) => (context === null ? [] : [context])),
    stop: effects.find(({ stop }) => stop !== null)?.stop ?? null,
  };
}
