import { absoluteProgram, baseName, executableKey, type ProgramLookup } from "./paths.ts";
import {
  type Decision,
  type NetworkRule,
  type PatternToken,
  type PrefixRule,
  type RuleMatch,
  stricter,
} from "./types.ts";

/** Decides about a command that no rule covers. */
export type Fallback = (command: readonly string[]) => Decision;

/** Options of an evaluation. */
export interface EvaluateOptions {
  /** With it every command gets a decision: exactly one heuristics match where no rule applies. */
  readonly fallback?: Fallback;
  /** With it rules for a bare name also apply to paths of a program with that name. */
  readonly resolveHostExecutables?: ProgramLookup;
}

/** What the rules say about one or more commands. */
export interface Evaluation {
  /** The strictest of all matches; null when nothing matched and there is no fallback. */
  readonly decision: Decision | null;
  /** All matches in order. */
  readonly matches: readonly RuleMatch[];
  /** The matches of each command, in the order of the commands. */
  readonly segments: readonly (readonly RuleMatch[])[];
}

/** What a policy is made of. */
export interface PolicyContents {
  readonly rules?: readonly PrefixRule[];
  readonly networkRules?: readonly NetworkRule[];
  /** Absolute normalised paths by bare name. */
  readonly hostExecutables?: ReadonlyMap<string, readonly string[]>;
}

/** A set of rules. Never changes: the methods that add rules give a new policy. */
export class Policy {
  /** A policy without rules. */
  static readonly empty: Policy = new Policy({});

  readonly networkRules: readonly NetworkRule[];
  readonly hostExecutables: ReadonlyMap<string, readonly string[]>;
  readonly #byProgram: ReadonlyMap<string, readonly PrefixRule[]>;

  constructor(contents: PolicyContents) {
    const byProgram = new Map<string, PrefixRule[]>();
    for (const rule of contents.rules ?? []) {
      const same = byProgram.get(rule.first);
      if (same) same.push(rule);
      else byProgram.set(rule.first, [rule]);
    }
    this.#byProgram = byProgram;
    this.networkRules = contents.networkRules ?? [];
    this.hostExecutables = contents.hostExecutables ?? new Map();
  }

  /** All prefix rules: the programs in the order of their first rule, the rules of a program in order. */
  get rules(): PrefixRule[] {
    return [...this.#byProgram.values()].flat();
  }

  /** The rules for one program text. */
  rulesFor(program: string): readonly PrefixRule[] {
    return this.#byProgram.get(program) ?? [];
  }

  /** The matches of one command, without fallback (section 5). */
  match(command: readonly string[], options: EvaluateOptions = {}): RuleMatch[] {
    const [program] = command;
    if (program === undefined) return [];
    const exact = matchAll(this.#byProgram.get(program), command);
    if (exact.length > 0 || options.resolveHostExecutables === undefined) return exact;
    return this.#matchByName(program, command, options.resolveHostExecutables);
  }

  #matchByName(program: string, command: readonly string[], lookup: ProgramLookup): RuleMatch[] {
    const style = lookup.style ?? "posix";
    const path = absoluteProgram(program, lookup);
    const name = executableKey(baseName(path, style), style);
    if (name === "") return [];
    const rules = this.#byProgram.get(name);
    if (rules === undefined) return [];
    const listed = this.hostExecutables.get(name);
    if (listed !== undefined && !listed.includes(path)) return [];
    return matchAll(rules, [name, ...command.slice(1)], path);
  }

  /** Decides about the commands of one command line; the strictest match wins. */
  evaluate(commands: readonly (readonly string[])[], options: EvaluateOptions = {}): Evaluation {
    const segments = commands.map((command): readonly RuleMatch[] => {
      const matches = this.match(command, options);
      if (matches.length > 0 || options.fallback === undefined) return matches;
      return [{ kind: "heuristics", command, decision: options.fallback(command) }];
    });
    const matches = segments.length === 1 ? (segments[0] ?? []) : segments.flat();
    const decision = matches.reduce<Decision | null>((strictest, match) => stricter(strictest, match.decision), null);
    return { decision, matches, segments };
  }

  /** This policy with another one on top: rules are appended, host executables replaced by name. */
  merge(overlay: Policy): Policy {
    return new Policy({
      rules: [...this.rules, ...overlay.rules],
      networkRules: [...this.networkRules, ...overlay.networkRules],
      hostExecutables: new Map([...this.hostExecutables, ...overlay.hostExecutables]),
    });
  }

  /** This policy with one more rule that allows commands beginning with these words. */
  withAllowPrefix(prefix: readonly string[]): Policy {
    const [first, ...rest] = prefix;
    if (first === undefined) return this;
    const rule: PrefixRule = { first, rest: rest.map(single => ({ single })), decision: "allow" };
    return this.merge(new Policy({ rules: [rule] }));
  }

  /** This policy with one more network rule. */
  withNetworkRule(rule: NetworkRule): Policy {
    return this.merge(new Policy({ networkRules: [rule] }));
  }
}

function matchAll(
  rules: readonly PrefixRule[] | undefined,
  command: readonly string[],
  resolvedProgram?: string,
): RuleMatch[] {
  const matches: RuleMatch[] = [];
  for (const rule of rules ?? []) {
    if (!covers(rule, command)) continue;
    matches.push({
      kind: "prefix",
      matchedPrefix: command.slice(0, rule.rest.length + 1),
      decision: rule.decision,
      ...(resolvedProgram === undefined ? {} : { resolvedProgram }),
      ...(rule.justification === undefined ? {} : { justification: rule.justification }),
      rule,
    });
  }
  return matches;
}

function covers(rule: PrefixRule, command: readonly string[]): boolean {
  const { rest } = rule;
  if (command.length <= rest.length) return false;
  for (let index = 0; index < rest.length; index += 1) {
    const token = rest[index];
    if (token !== undefined && !tokenCovers(token, command[index + 1] ?? "")) return false;
  }
  return true;
}

function tokenCovers(token: PatternToken, word: string): boolean {
  return "single" in token ? token.single === word : token.alts.includes(word);
}
