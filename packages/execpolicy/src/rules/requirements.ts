import { ExecPolicyError } from "../errors.ts";
import { trimSpace } from "./host.ts";
import { Policy } from "./policy.ts";
import { type PatternToken, type PrefixRule, toDecision } from "./types.ts";

/** One rule of `[rules]` in `requirements.toml`. */
export interface RequiredPrefixRule {
  readonly pattern: readonly { readonly token?: string; readonly any_of?: readonly string[] }[];
  readonly decision?: string;
  readonly justification?: string;
}

/** `[rules]` of `requirements.toml`. */
export interface RequiredRules {
  readonly prefix_rules: readonly RequiredPrefixRule[];
}

/**
 * The policy that managed requirements put on top of all files (section 8.1). They can only make things stricter.
 * @throws ExecPolicyError `requirements`
 */
export function requirementsPolicy(required: RequiredRules): Policy {
  if (required.prefix_rules.length === 0) fail("rules prefix_rules cannot be empty");
  return new Policy({ rules: required.prefix_rules.flatMap(readRule) });
}

function fail(message: string): never {
  throw new ExecPolicyError("requirements", message);
}

function readRule(rule: RequiredPrefixRule, index: number): PrefixRule[] {
  const { justification } = rule;
  const at = `rules prefix_rule at index ${index}`;
  if (justification !== undefined && trimSpace(justification) === "") fail(`${at} has an empty justification`);
  if (rule.pattern.length === 0) fail(`${at} has an empty pattern`);
  const tokens = rule.pattern.map((token, position) =>
    readToken(token, `${at} has an invalid pattern token at index ${position}`),
  );
  if (rule.decision === undefined) fail(`${at} is missing a decision`);
  const decision = toDecision(rule.decision);
  if (decision === null) fail(`${at} has an unknown decision '${rule.decision}' (use 'prompt' or 'forbidden')`);
  if (decision === "allow") {
    fail(
      `${at} has decision 'allow', which is not permitted in requirements.toml: Codex merges these rules with other ` +
        "config and uses the most restrictive result (use 'prompt' or 'forbidden')",
    );
  }
  const [first, ...rest] = tokens;
  if (first === undefined) return [];
  const shared = { rest, decision, ...(justification === undefined ? {} : { justification }) };
  return ("single" in first ? [first.single] : first.alts).map(program => ({ first: program, ...shared }));
}

function readToken(token: RequiredPrefixRule["pattern"][number], at: string): PatternToken {
  const { token: single, any_of: alternatives } = token;
  if (single !== undefined && alternatives !== undefined) fail(`${at}: set either token or any_of, not both`);
  if (single !== undefined) {
    if (trimSpace(single) === "") fail(`${at}: token cannot be empty`);
    return { single };
  }
  if (alternatives === undefined) fail(`${at}: set either token or any_of`);
  if (alternatives.length === 0) fail(`${at}: any_of cannot be empty`);
  if (alternatives.some(text => trimSpace(text) === "")) fail(`${at}: any_of cannot include empty tokens`);
  const [only] = alternatives;
  return alternatives.length === 1 && only !== undefined ? { single: only } : { alts: alternatives };
}

/** True when two requirement policies have the same prefix rules, in any order. */
export function samePrefixRules(left: Policy, right: Policy): boolean {
  const keys = (policy: Policy): string[] =>
    policy.rules
      .map(({ first, rest, decision, justification }) => JSON.stringify([first, rest, decision, justification ?? null]))
      .sort();
  return JSON.stringify(keys(left)) === JSON.stringify(keys(right));
}
