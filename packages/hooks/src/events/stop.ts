import type { z } from "zod/mini";
import { StopOutput } from "../schema/outputs.ts";
import { nonBlank } from "../text.ts";
import { failed, type HandlerResult, judge, type Judgement, type Reading } from "./judgement.ts";

/** What one handler of Stop contributes. */
export type StopEffect = { readonly stop: { readonly reason: string | null } } | { readonly block: string };

/** A text for the model that makes the turn go on, and the run that it comes from. */
export interface HookPromptFragment {
  readonly text: string;
  readonly hookRunId: string;
}

/** What becomes of a turn that is about to end. */
export interface StopOutcome {
  /** The turn ends, whatever others say. */
  readonly stop: { readonly reason: string | null } | null;
  /** What the model is told so that it goes on, one fragment a blocking handler; empty: the turn may end. */
  readonly fragments: readonly HookPromptFragment[];
}

const reading: Reading<z.output<typeof StopOutput>, StopEffect> = {
  event: "Stop",
  output: StopOutput,
  judgeOutput(output, entries) {
    if (!output.continue) {
      const reason = output.stopReason ?? null;
      if (reason !== null) entries.push({ kind: "stop", text: reason });
      return { status: "stopped", entries, effect: { stop: { reason } } };
    }
    if (output.decision !== "block") return { status: "completed", entries };
    const text = nonBlank(output.reason);
    return text === null
      ? failed("Stop hook returned decision:block without a non-empty reason", entries)
      : blocked(text, entries);
  },
  exitTwo: { what: "a continuation prompt", judge: blocked },
};

function blocked(text: string, entries: Judgement<StopEffect>["entries"]): Judgement<StopEffect> {
  return { status: "blocked", entries: [...entries, { kind: "feedback", text }], effect: { block: text } };
}

/** Reads what a handler of Stop said (spec: hooks §6.9). */
export function judgeStop(result: HandlerResult): Judgement<StopEffect> {
  return judge(result, reading);
}

/** One stop wins over every block; otherwise each block gives a fragment, in configuration order. */
export function aggregateStop(
  effects: readonly { readonly effect: StopEffect; readonly runId: string }[],
): StopOutcome {
  const fragments: HookPromptFragment[] = [];
  for (const { effect, runId } of effects) {
    if ("stop" in effect) return { stop: effect.stop, fragments: [] };
    fragments.push({ text: effect.block, hookRunId: runId });
  }
  return { stop: null, fragments };
}
