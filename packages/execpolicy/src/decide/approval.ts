import type { ProgramLookup } from "../rules/paths.ts";
import type { EvaluateOptions, Evaluation, Policy } from "../rules/policy.ts";
import type { Decision, RuleMatch } from "../rules/types.ts";
import { tryJoinWords } from "../words.ts";
import { isBannedPrefix } from "./banned.ts";
import { fallbackDecision, type FallbackInput } from "./fallback.ts";
import { refusedPrompt } from "./policy-refusal.ts";
import type { ApprovalRequirement } from "./types.ts";

/** Everything that decides whether a command runs, asks or is refused. */
export interface ApprovalInput extends Omit<FallbackInput, "complex"> {
  /** The whole command line as it is going to run. */
  readonly argv: readonly string[];
  /** The commands inside of it (`commandSegments` of `@codex-ts/shell-command`). */
  readonly segments: { readonly commands: readonly (readonly string[])[]; readonly complex: boolean };
  readonly policy: Policy;
  /** The prefix that the model proposes to allow. */
  readonly prefixRule?: readonly string[];
  /** What program texts are resolved against. */
  readonly lookup: ProgramLookup;
}

type PrefixMatch = RuleMatch & { kind: "prefix" };

/**
 * Decides what has to happen before a command may run: the table of section 9, from the evaluation of its segments to
 * the amendment that a prompt may offer. The guard of section 9.1 (`refusedEscalation`) comes before it.
 */
export function approvalRequirement(input: ApprovalInput): ApprovalRequirement {
  return requirementOf(input, evaluateSegments(input));
}

/** Evaluates the segments with the fallback table and with rules for bare names. */
export function evaluateSegments(input: ApprovalInput, policy: Policy = input.policy): Evaluation {
  const fallbackInput: FallbackInput = { ...input, complex: input.segments.complex };
  const options: EvaluateOptions = {
    resolveHostExecutables: input.lookup,
    fallback: command => fallbackDecision(command, fallbackInput).decision,
  };
  return policy.evaluate(input.segments.commands, options);
}

/** From a decision to a requirement (section 9.5). */
export function requirementOf(input: ApprovalInput, evaluation: Evaluation): ApprovalRequirement {
  const amendment = proposedAmendment(input, evaluation);
  const proposed = amendment === null ? {} : { proposedAmendment: amendment };
  switch (evaluation.decision) {
    case "forbidden":
      return { kind: "forbidden", reason: forbiddenReason(input.argv, evaluation) };
    case "prompt": {
      const rules = prefixMatches(evaluation, "prompt");
      const refusal = refusedPrompt(input.approvalPolicy, rules.length > 0 ? "rule" : "fallback");
      if (refusal !== null) return { kind: "forbidden", reason: refusal };
      const reason = promptReason(input.argv, rules);
      const forPerson = rules.some(match => match.rule.reviewer === "user");
      return {
        kind: "needsApproval",
        ...(reason === null ? {} : { reason }),
        ...proposed,
        ...(forPerson ? { reviewer: "user" as const } : {}),
      };
    }
    default:
      return { kind: "skip", bypassSandbox: bypassesSandbox(evaluation), ...proposed };
  }
}

function prefixMatches(evaluation: Evaluation, decision: Decision): PrefixMatch[] {
  return evaluation.matches.filter(
    (match): match is PrefixMatch => match.kind === "prefix" && match.decision === decision,
  );
}

/** The match with the longest prefix; the last of equals. */
function longest(matches: readonly PrefixMatch[]): PrefixMatch | null {
  return matches.reduce<PrefixMatch | null>(
    (best, match) => (best !== null && best.matchedPrefix.length > match.matchedPrefix.length ? best : match),
    null,
  );
}

function shown(words: readonly string[]): string {
  return tryJoinWords(words) ?? words.join(" ");
}

function forbiddenReason(argv: readonly string[], evaluation: Evaluation): string {
  const match = longest(prefixMatches(evaluation, "forbidden"));
  const rejected = `\`${shown(argv)}\` rejected`;
  if (match === null) return `${rejected}: blocked by policy`;
  if (match.justification !== undefined) return `${rejected}: ${match.justification}`;
  return `${rejected}: policy forbids commands starting with \`${shown(match.matchedPrefix)}\``;
}

function promptReason(argv: readonly string[], rules: readonly PrefixMatch[]): string | null {
  const match = longest(rules);
  if (match === null) return null;
  const requires = `\`${shown(argv)}\` requires approval`;
  return match.justification === undefined ? `${requires} by policy` : `${requires}: ${match.justification}`;
}

function bypassesSandbox({ segments }: Evaluation): boolean {
  return segments.every(matches => matches.some(match => match.kind === "prefix" && match.decision === "allow"));
}

/** The allow prefix that an approval may save (section 9.7); null when none is offered. */
function proposedAmendment(input: ApprovalInput, evaluation: Evaluation): string[] | null {
  const { complex } = input.segments;
  const fallbackOf = (decision: Decision): string[] | null => {
    const found = evaluation.matches.find(match => match.kind === "heuristics" && match.decision === decision);
    return found?.kind === "heuristics" ? [...found.command] : null;
  };
  if (evaluation.decision === "prompt") {
    const requested = requestedAmendment(input, evaluation);
    if (requested !== null) return requested;
    return complex || prefixMatches(evaluation, "prompt").length > 0 ? null : fallbackOf("prompt");
  }
  if (evaluation.decision !== "allow" || complex) return null;
  return evaluation.matches.some(match => match.kind === "prefix") ? null : fallbackOf("allow");
}

/** The model's own proposal, when it is narrow enough and would really allow the whole command line. */
function requestedAmendment(input: ApprovalInput, evaluation: Evaluation): string[] | null {
  const { prefixRule } = input;
  if (prefixRule === undefined || prefixRule.length === 0 || isBannedPrefix(prefixRule)) return null;
  if (evaluation.matches.some(match => match.kind === "prefix")) return null;
  const allowed = evaluateSegments(input, input.policy.withAllowPrefix(prefixRule));
  return allowed.decision === "allow" ? [...prefixRule] : null;
}
