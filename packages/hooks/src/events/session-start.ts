import { SessionStartOutput } from "../schema/outputs.ts";
import { judge, type HandlerResult, type Judgement, type Reading } from "./judgement.ts";
import type { z } from "zod/mini";

/** What one handler of SessionStart contributes. */
export interface SessionStartEffect {
  readonly context: string | null;
  /** It asked to stop. */
  readonly stop: { readonly reason: string | null } | null;
}

/** What becomes of the session's first turn. */
export interface SessionStartOutcome {
  /** For the model, one developer message each. */
  readonly contexts: readonly string[];
  /** The turn ends without a word to the model. */
  readonly stop: { readonly reason: string | null } | null;
}

const reading: Reading<z.output<typeof SessionStartOutput>, SessionStartEffect> = {
  event: "SessionStart",
  output: SessionStartOutput,
  judgeOutput(output, entries) {
    const context = output.hookSpecificOutput?.additionalContext ?? null;
    if (context !== null) entries.push({ kind: "context", text: context });
    if (output.continue) return { status: "completed", entries, effect: { context, stop: null } };
    const reason = output.stopReason ?? null;
    if (reason !== null) entries.push({ kind: "stop", text: reason });
    return { status: "stopped", entries, effect: { context, stop: { reason } } };
  },
  judgeText: (text, entries) => ({
    status: "completed",
    entries: [...entries, { kind: "context", text }],
    effect: { context: text, stop: null },
  }),
};

/** Reads what a handler of SessionStart said (spec: hooks §6.4). */
export function judgeSessionStart(result: HandlerResult): Judgement<SessionStartEffect> {
  return judge(result, reading);
}

/** All contexts, in configuration order; one handler that stops is enough. */
export function aggregateSessionStart(effects: readonly SessionStartEffect[]): SessionStartOutcome {
  return {
    contexts: effects.flatMap(({ context }) => (context === null ? [] : [context])),
    stop: effects.find(({ stop }) => stop !== null)?.stop ?? null,
  };
}
