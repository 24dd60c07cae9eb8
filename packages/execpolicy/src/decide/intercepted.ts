import type { ProgramLookup } from "../rules/paths.ts";
import type { Policy } from "../rules/policy.ts";
import { fallbackDecision, type FallbackInput } from "./fallback.ts";
import { refusedPrompt } from "./policy-refusal.ts";

/** What happens to a program that a shell starts while the shell itself runs (section 9.6). */
export type InterceptedDecision =
  /** Run it outside the sandbox: a rule allows it. */
  | { kind: "run"; sandboxed: boolean }
  /** Ask; an approval runs it in or outside the sandbox. */
  | { kind: "prompt"; sandboxed: boolean }
  | { kind: "denied"; reason: string };

/** The text with which an intercepted program is denied without a question. */
export const EXECUTION_FORBIDDEN = "Execution forbidden by policy";

/**
 * Decides about one intercepted program. Its first word is the absolute path of the program; shell wrappers are not
 * looked into, because what they run is intercepted, too.
 */
export function interceptedDecision(
  input: Omit<FallbackInput, "complex"> & {
    readonly argv: readonly string[];
    readonly policy: Policy;
    readonly lookup: ProgramLookup;
    /** The program is a script of a skill; its prompts have a flag of their own. */
    readonly skillScript?: boolean;
  },
): InterceptedDecision {
  const matches = input.policy.match(input.argv, { resolveHostExecutables: input.lookup });
  const byRule = matches.length > 0;
  const decision = byRule
    ? input.policy.evaluate([input.argv], { resolveHostExecutables: input.lookup }).decision
    : fallbackDecision(input.argv, { ...input, complex: false }).decision;
  if (decision === "forbidden") return { kind: "denied", reason: EXECUTION_FORBIDDEN };
  const sandboxed = !byRule;
  if (decision === "allow") return { kind: "run", sandboxed };
  const source = input.skillScript === true ? "skill" : byRule ? "rule" : "fallback";
  if (refusedPrompt(input.approvalPolicy, source) !== null) return { kind: "denied", reason: EXECUTION_FORBIDDEN };
  return { kind: "prompt", sandboxed };
}
