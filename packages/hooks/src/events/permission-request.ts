import type { z } from "zod/mini";
import { PermissionRequestOutput } from "../schema/outputs.ts";
import { nonBlank } from "../text.ts";
import { failed, type HandlerResult, judge, type Judgement, type Reading } from "./judgement.ts";
import { readReplacement, type ReplacementRule } from "./replacement.ts";

/** What handlers say about a request for approval. */
export type PermissionDecision =
  | { readonly behavior: "allow" }
  /** Not an approval: the call is to be judged anew with this input. */
  | { readonly behavior: "replace"; readonly input: unknown }
  | { readonly behavior: "deny"; readonly message: string };

/** What becomes of a request; null: nobody has an opinion and it is asked as usual. */
export interface PermissionRequestOutcome {
  readonly decision: PermissionDecision | null;
}

type Output = z.output<typeof PermissionRequestOutput>;

const DEFAULT_DENIAL = "PermissionRequest hook denied approval";
const unsupported = (what: string): string => `PermissionRequest hook returned unsupported ${what}`;

function reading(rule: ReplacementRule): Reading<Output, PermissionDecision> {
  return {
    event: "PermissionRequest",
    output: PermissionRequestOutput,
    judgeOutput(output, entries) {
      const verdict = decide(output, rule);
      if (verdict === null) return { status: "completed", entries };
      if ("error" in verdict) return failed(verdict.error, entries);
      if (verdict.behavior !== "deny") return { status: "completed", entries, effect: verdict };
      return denial(verdict.message, entries);
    },
    exitTwo: { what: "a denial reason", judge: denial },
  };
}

function denial(message: string, entries: Judgement<PermissionDecision>["entries"]): Judgement<PermissionDecision> {
  return {
    status: "blocked",
    entries: [...entries, { kind: "feedback", text: message }],
    effect: { behavior: "deny", message },
  };
}

function decide(output: Output, rule: ReplacementRule): PermissionDecision | { readonly error: string } | null {
  if (!output.continue) return { error: unsupported("continue:false") };
  if (typeof output.stopReason === "string") return { error: unsupported("stopReason") };
  if (output.suppressOutput) return { error: unsupported("suppressOutput") };
  const decision = output.hookSpecificOutput?.decision ?? null;
  if (decision === null) return null;
  const replacement = readReplacement("PermissionRequest", decision.updatedInput, rule);
  // Whoever may replace the input may refuse beside it, and the refusal is what counts.
  const refuses = rule.allowed && decision.behavior === "deny";
  if (replacement !== null && "error" in replacement && !refuses) return replacement;
  if (decision.updatedPermissions !== undefined && decision.updatedPermissions !== null) {
    return { error: unsupported("updatedPermissions") };
  }
  if (decision.interrupt) return { error: unsupported("interrupt:true") };
  if (decision.behavior === "deny") return { behavior: "deny", message: nonBlank(decision.message) ?? DEFAULT_DENIAL };
  return replacement === null || "error" in replacement
    ? { behavior: "allow" }
    : { behavior: "replace", input: replacement.input };
}

/** Reads what a handler of PermissionRequest said (spec: hooks §6.7). */
export function judgePermissionRequest(
  result: HandlerResult,
  rule: ReplacementRule = { allowed: false, check: undefined },
): Judgement<PermissionDecision> {
  return judge(result, reading(rule));
}

/** The first denial in configuration order; else the first replacement (it asks anew); else an approval if there is one. */
export function aggregatePermissionRequest(decisions: readonly PermissionDecision[]): PermissionRequestOutcome {
  const first = (behavior: PermissionDecision["behavior"]) =>
    decisions.find(decision => decision.behavior === behavior);
  return { decision: first("deny") ?? first("replace") ?? first("allow") ?? null };
}
