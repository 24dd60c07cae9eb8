import { type ApprovalInput, evaluateSegments, requirementOf } from "./decide/approval.ts";
import { fallbackDecision, type FallbackRow } from "./decide/fallback.ts";
import { refusedEscalation } from "./decide/policy-refusal.ts";
import type { ApprovalRequirement } from "./decide/types.ts";
import type { Decision, RuleMatch } from "./rules/types.ts";

/** Why a rule applied. */
export interface ExplainedRule {
  readonly matchedPrefix: readonly string[];
  readonly decision: Decision;
  readonly justification?: string;
  readonly resolvedProgram?: string;
  readonly reviewer?: "user";
  /** Where the rule stands (`path:line`); absent for rules of managed requirements and of this session. */
  readonly source?: string;
}

/** What happened to one command of a command line. */
export interface ExplainedSegment {
  readonly command: readonly string[];
  readonly rules: readonly ExplainedRule[];
  /** Present where no rule matched. */
  readonly fallback?: { readonly decision: Decision; readonly row: FallbackRow };
  readonly decision: Decision;
}

/** Every step from a command line to its requirement, in order. Plain data: this is the JSON form. */
export interface Explanation {
  readonly argv: readonly string[];
  /** How the command line was taken apart. */
  readonly form: "plain commands" | "heredoc" | "whole command";
  readonly segments: readonly ExplainedSegment[];
  /** The strictest decision of all segments. */
  readonly decision: Decision;
  readonly approvalPolicy: ApprovalInput["approvalPolicy"];
  readonly sandbox: ApprovalInput["sandbox"];
  readonly fileSystem: ApprovalInput["fileSystem"];
  readonly sandboxPermissions: ApprovalInput["sandboxPermissions"];
  /** Set when the call is refused before anything is evaluated. */
  readonly refusedEscalation?: string;
  /**
   * A program that may be another one than its name says (a file of the workspace, say), so that an allowed name does not
   * open the sandbox for it. Set by callers that look at where programs are.
   */
  readonly unconfirmedProgram?: string;
  readonly result: ApprovalRequirement;
}

/** Explains the decision about a command line step by step. Decides exactly as `approvalRequirement` does. */
export function explainCommand(input: ApprovalInput): Explanation {
  const evaluation = evaluateSegments(input);
  const segments = input.segments.commands.map((command, index) =>
    explainSegment(command, evaluation.segments[index] ?? [], input),
  );
  const refused = refusedEscalation(input.approvalPolicy, input.sandboxPermissions);
  return {
    argv: input.argv,
    form: formOf(input),
    segments,
    decision: evaluation.decision ?? "prompt",
    approvalPolicy: input.approvalPolicy,
    sandbox: input.sandbox,
    fileSystem: input.fileSystem,
    sandboxPermissions: input.sandboxPermissions,
    ...(refused === null ? {} : { refusedEscalation: refused }),
    result: refused === null ? requirementOf(input, evaluation) : { kind: "forbidden", reason: refused },
  };
}

function formOf({ argv, segments }: ApprovalInput): Explanation["form"] {
  if (segments.complex) return "heredoc";
  const [only] = segments.commands;
  const whole = segments.commands.length === 1 && JSON.stringify(only) === JSON.stringify(argv);
  return whole ? "whole command" : "plain commands";
}

function explainSegment(
  command: readonly string[],
  matches: readonly RuleMatch[],
  input: ApprovalInput,
): ExplainedSegment {
  const rules = matches.flatMap((match): ExplainedRule[] => {
    if (match.kind === "heuristics") return [];
    const { rule, matchedPrefix, decision, justification, resolvedProgram } = match;
    const { reviewer, origin } = rule;
    return [
      {
        matchedPrefix,
        decision,
        ...(justification === undefined ? {} : { justification }),
        ...(resolvedProgram === undefined ? {} : { resolvedProgram }),
        ...(reviewer === undefined ? {} : { reviewer }),
        ...(origin === undefined ? {} : { source: `${origin.path}:${origin.start.line}` }),
      },
    ];
  });
  const order: Decision[] = ["allow", "prompt", "forbidden"];
  const decision = order.findLast(level => matches.some(match => match.decision === level)) ?? "prompt";
  if (rules.length > 0) return { command, rules, decision };
  const fallback = fallbackDecision(command, { ...input, complex: input.segments.complex });
  return { command, rules, fallback, decision };
}
