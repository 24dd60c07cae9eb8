import type { SourceRange } from "../errors.ts";

/** From the mildest to the strictest. */
export type Decision = "allow" | "prompt" | "forbidden";

const STRICTNESS: Readonly<Record<Decision, number>> = { allow: 0, prompt: 1, forbidden: 2 };

/** The stricter of two decisions; null is no decision. */
export function stricter(left: Decision | null, right: Decision): Decision {
  return left !== null && STRICTNESS[left] >= STRICTNESS[right] ? left : right;
}

/** Reads a decision as rules write it (not `deny`). */
export function toDecision(text: string): Decision | null {
  return text === "allow" || text === "prompt" || text === "forbidden" ? text : null;
}

/** One position of a pattern: a word, or any of at least two words. */
export type PatternToken = { readonly single: string } | { readonly alts: readonly string[] };

/** A rule about commands that begin with certain words. */
export interface PrefixRule {
  readonly first: string;
  readonly rest: readonly PatternToken[];
  readonly decision: Decision;
  readonly justification?: string;
  /** `user`: a prompt goes to a person, also where prompts are reviewed automatically. */
  readonly reviewer?: "user";
  /** The call that made it; absent for rules that do not come from a file. */
  readonly origin?: SourceRange;
}

export type NetworkProtocol = "http" | "https" | "socks5_tcp" | "socks5_udp";

/** A rule about a host. `deny` is stored as `forbidden`. */
export interface NetworkRule {
  readonly host: string;
  readonly protocol: NetworkProtocol;
  readonly decision: Decision;
  readonly justification?: string;
  readonly origin?: SourceRange;
}

/** One reason for a decision. */
export type RuleMatch =
  | {
      readonly kind: "prefix";
      /** The words of the command that the pattern covers. */
      readonly matchedPrefix: readonly string[];
      readonly decision: Decision;
      /** The absolute path, when a rule for a bare name applied to it. */
      readonly resolvedProgram?: string;
      readonly justification?: string;
      readonly rule: PrefixRule;
    }
  | { readonly kind: "heuristics"; readonly command: readonly string[]; readonly decision: Decision };

/** A match in the JSON form of `execpolicy check`; the order of keys counts. */
export function matchToJson(match: RuleMatch): Record<string, unknown> {
  if (match.kind === "heuristics") {
    return { heuristicsRuleMatch: { command: match.command, decision: match.decision } };
  }
  return {
    prefixRuleMatch: {
      matchedPrefix: match.matchedPrefix,
      decision: match.decision,
      ...(match.resolvedProgram === undefined ? {} : { resolvedProgram: match.resolvedProgram }),
      ...(match.justification === undefined ? {} : { justification: match.justification }),
    },
  };
}
