import type { z } from "zod/mini";
import { PostToolUseOutput } from "../schema/outputs.ts";
import { nonBlank } from "../text.ts";
import { failed, type HandlerResult, judge, type Judgement, type Reading } from "./judgement.ts";

/** What one handler of PostToolUse contributes. */
export interface PostToolUseEffect {
  readonly context: string | null;
  /** What the model reads instead of the tool's output. */
  readonly feedback: string | null;
  readonly stopped: boolean;
}

/** What becomes of a tool's output. */
export interface PostToolUseOutcome {
  /** For the model, one developer message each, ahead of the output. */
  readonly contexts: readonly string[];
  /** Replaces the output for the model; null: the output stands. */
  readonly feedback: string | null;
}

type Output = z.output<typeof PostToolUseOutput>;

const DEFAULT_STOP = "PostToolUse hook stopped execution";

const reading: Reading<Output, PostToolUseEffect> = {
  event: "PostToolUse",
  output: PostToolUseOutput,
  judgeOutput(output, entries) {
    const wrong = whatIsWrong(output);
    const context = wrong === null ? (output.hookSpecificOutput?.additionalContext ?? null) : null;
    if (context !== null) entries.push({ kind: "context", text: context });
    if (!output.continue) {
      const text = output.stopReason ?? DEFAULT_STOP;
      return {
        status: "stopped",
        entries: [...entries, { kind: "stop", text }],
        effect: { context, feedback: nonBlank(output.reason) ?? text, stopped: true },
      };
    }
    if (wrong !== null) return failed(wrong, entries);
    if (output.decision !== "block") {
      return { status: "completed", entries, effect: { context, feedback: null, stopped: false } };
    }
    const text = output.reason ?? "";
    return {
      status: "blocked",
      entries: [...entries, { kind: "feedback", text }],
      effect: { context, feedback: text, stopped: false },
    };
  },
  exitTwo: {
    what: "feedback",
    judge: (reason, entries) => ({
      status: "completed",
      entries: [...entries, { kind: "feedback", text: reason }],
      effect: { context: null, feedback: reason, stopped: false },
    }),
  },
};

function whatIsWrong(output: Output): string | null {
  const updated = output.hookSpecificOutput?.updatedMCPToolOutput;
  if (output.suppressOutput) return "PostToolUse hook returned unsupported suppressOutput";
  if (updated !== undefined && updated !== null) return "PostToolUse hook returned unsupported updatedMCPToolOutput";
  if (output.decision === "block") {
    return nonBlank(output.reason) === null
      ? "PostToolUse hook returned decision:block without a non-empty reason"
      : null;
  }
  return output.continue && typeof output.reason === "string"
    ? "PostToolUse hook returned reason without decision"
    : null;
}

/** Reads what a handler of PostToolUse said (spec: hooks §6.8). */
export function judgePostToolUse(result: HandlerResult): Judgement<PostToolUseEffect> {
  return judge(result, reading);
}

/** Contexts in configuration order; feedback texts joined with a blank line. */
export function aggregatePostToolUse(effects: readonly PostToolUseEffect[]): PostToolUseOutcome {
  const feedback = effects.flatMap(effect => (effect.feedback === null ? [] : [effect.feedback]));
  return {
    contexts: effects.flatMap(({ context }) => (context === null ? [] : [context])),
    feedback: feedback.length === 0 ? null : feedback.join("\n\n"),
  };
}
