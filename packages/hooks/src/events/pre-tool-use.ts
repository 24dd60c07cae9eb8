import type { z } from "zod/mini";
import { PreToolUseOutput } from "../schema/outputs.ts";
import { nonBlank } from "../text.ts";
import { failed, type HandlerResult, judge, type Judgement, type Reading } from "./judgement.ts";
import { readReplacement, type ReplacementRule } from "./replacement.ts";

/** What one handler of PreToolUse contributes. */
export type PreToolUseEffect = { readonly block: string } | { readonly updatedInput: unknown };

/** What becomes of a tool call. */
export interface PreToolUseOutcome {
  /** Why the tool must not run; null when it may. */
  readonly block: string | null;
  /** What to run it with instead, boxed. */
  readonly replacement: { readonly input: unknown } | null;
}

type Output = z.output<typeof PreToolUseOutput>;
type Specific = NonNullable<Output["hookSpecificOutput"]>;

const unsupported = (what: string): string => `PreToolUse hook returned unsupported ${what}`;

function reading(rule: ReplacementRule): Reading<Output, PreToolUseEffect> {
  return {
    event: "PreToolUse",
    output: PreToolUseOutput,
    judgeOutput(output, entries) {
      const verdict = decide(output, rule);
      if (verdict === null) return { status: "completed", entries };
      if ("error" in verdict) return failed(verdict.error, entries);
      if ("updatedInput" in verdict) return { status: "completed", entries, effect: verdict };
      return {
        status: "blocked",
        entries: [...entries, { kind: "feedback", text: verdict.block }],
        effect: verdict,
      };
    },
    exitTwo: {
      what: "a blocking reason",
      judge: (reason, entries) => ({
        status: "blocked",
        entries: [...entries, { kind: "feedback", text: reason }],
        effect: { block: reason },
      }),
    },
  };
}

type Verdict = PreToolUseEffect | { readonly error: string } | null;

/** The first rule that fits, from top to bottom. */
function decide(output: Output, rule: ReplacementRule): Verdict {
  if (!output.continue) return { error: unsupported("continue:false") };
  if (typeof output.stopReason === "string") return { error: unsupported("stopReason") };
  if (output.suppressOutput) return { error: unsupported("suppressOutput") };
  const specific = output.hookSpecificOutput ?? null;
  return specific !== null && saysAnything(specific) ? decideBySpecific(specific, rule) : decideByLegacy(output);
}

function saysAnything(specific: Specific): boolean {
  const { permissionDecision, permissionDecisionReason, updatedInput, additionalContext } = specific;
  return [permissionDecision, permissionDecisionReason, updatedInput, additionalContext].some(
    field => field !== undefined && field !== null,
  );
}

function decideBySpecific(specific: Specific, rule: ReplacementRule): Verdict {
  const decision = specific.permissionDecision ?? null;
  const reason = nonBlank(specific.permissionDecisionReason);
  const replacement = readReplacement("PreToolUse", specific.updatedInput, rule);
  // Whoever may replace the input may refuse beside it, and the refusal is what counts.
  const refuses = rule.allowed && decision === "deny";
  if (replacement !== null && "error" in replacement && !refuses) return replacement;
  if (nonBlank(specific.additionalContext) !== null) return { error: unsupported("additionalContext") };
  // Beside a replacement "allow" says no more than that the tool shall run with it; it approves nothing.
  if (decision === "allow" && replacement === null) return { error: unsupported("permissionDecision:allow") };
  if (decision === "ask") return { error: unsupported("permissionDecision:ask") };
  if (decision === "deny") {
    if (reason !== null) return { block: reason };
    return {
      error: "PreToolUse hook returned permissionDecision:deny without a non-empty permissionDecisionReason",
    };
  }
  if (replacement !== null && "input" in replacement) return { updatedInput: replacement.input };
  if (typeof specific.permissionDecisionReason === "string") {
    return { error: "PreToolUse hook returned permissionDecisionReason without permissionDecision" };
  }
  return null;
}

function decideByLegacy({ decision, reason }: Output): Verdict {
  if (decision === "approve") return { error: unsupported("decision:approve") };
  if (decision === "block") {
    const text = nonBlank(reason);
    if (text === null) return { error: "PreToolUse hook returned decision:block without a non-empty reason" };
    return { block: text };
  }
  return typeof reason === "string" ? { error: "PreToolUse hook returned reason without decision" } : null;
}

/** Reads what a handler of PreToolUse said (spec: hooks §6.6). */
export function judgePreToolUse(
  result: HandlerResult,
  rule: ReplacementRule = { allowed: false, check: undefined },
): Judgement<PreToolUseEffect> {
  return judge(result, reading(rule));
}

/** The first block in configuration order counts, and before every replacement; of replacements the first. */
export function aggregatePreToolUse(effects: readonly PreToolUseEffect[]): PreToolUseOutcome {
  let replacement: { input: unknown } | null = null;
  for (const effect of effects) {
    if ("block" in effect) return { block: effect.block, replacement: null };
    replacement ??= { input: effect.updatedInput };
  }
  return { block: null, replacement };
}
