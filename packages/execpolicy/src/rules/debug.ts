import type { PatternToken, PrefixRule, RuleMatch } from "./types.ts";

/** A text in quotes, as the reference program prints texts inside of values. */
export function debugText(text: string): string {
  let out = "";
  for (const char of text) out += debugChar(char);
  return `"${out}"`;
}

const ESCAPES = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
  ["\0", "\\0"],
]);

function debugChar(char: string): string {
  const escape = ESCAPES.get(char);
  if (escape !== undefined) return escape;
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}\p{Cs}]|(?! )\p{Zs}/u.test(char)
    ? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
    : char;
}

/** A list of texts in brackets. */
export function debugTexts(texts: readonly string[]): string {
  return `[${texts.map(debugText).join(", ")}]`;
}

function debugToken(token: PatternToken): string {
  return "single" in token ? `Single(${debugText(token.single)})` : `Alts(${debugTexts(token.alts)})`;
}

function debugDecision(decision: string): string {
  return decision.charAt(0).toUpperCase() + decision.slice(1);
}

function debugOption(text: string | undefined): string {
  return text === undefined ? "None" : `Some(${debugText(text)})`;
}

/** A rule in the messages of examples. */
export function debugRule(rule: PrefixRule): string {
  const pattern = `PrefixPattern { first: ${debugText(rule.first)}, rest: [${rule.rest.map(debugToken).join(", ")}] }`;
  const justification = debugOption(rule.justification);
  return `PrefixRule { pattern: ${pattern}, decision: ${debugDecision(rule.decision)}, justification: ${justification} }`;
}

/** A match in the messages of examples. */
export function debugMatch(match: RuleMatch): string {
  const decision = debugDecision(match.decision);
  if (match.kind === "heuristics") {
    return `HeuristicsRuleMatch { command: ${debugTexts(match.command)}, decision: ${decision} }`;
  }
  const { resolvedProgram } = match;
  const program = resolvedProgram === undefined ? "None" : `Some(AbsolutePathBuf(${debugText(resolvedProgram)}))`;
  return (
    `PrefixRuleMatch { matched_prefix: ${debugTexts(match.matchedPrefix)}, decision: ${decision}, ` +
    `resolved_program: ${program}, justification: ${debugOption(match.justification)} }`
  );
}
