import { ExecPolicyError } from "../errors.ts";
import { runProgram } from "../starlark/run.ts";
import { SourceFile } from "../starlark/source.ts";
import { joinWords } from "../words.ts";
import { debugMatch, debugRule, debugTexts } from "./debug.ts";
import { type ExampleSet, RuleCollector, ruleFunctions } from "./functions.ts";
import type { ProgramLookup } from "./paths.ts";
import { Policy } from "./policy.ts";

/** A rules file: its path as messages show it, and its text. */
export interface RulesText {
  readonly path: string;
  readonly text: string;
}

/** Options of `parsePolicy`. */
export interface ParseOptions {
  /** What relative program texts of examples are resolved against. Default: the root folder. */
  readonly lookup?: ProgramLookup;
  /** Steps that one file may take. Default: by its length, enough for every file that ends soon. */
  readonly steps?: number;
}

/**
 * Runs rules files in order and makes one policy of them. Each file is a program of its own; what it adds stays.
 * @throws ExecPolicyError `language` or `example`, with the place; nothing of any file is kept then
 */
export function parsePolicy(files: readonly RulesText[], options: ParseOptions = {}): Policy {
  const parser = new PolicyParser(options);
  for (const file of files) parser.add(file);
  return parser.policy();
}

/** Parses rules files one after the other, where a caller wants to know which file failed. */
export class PolicyParser {
  readonly #collector = new RuleCollector();
  readonly #lookup: ProgramLookup;
  readonly #steps: number | undefined;

  constructor(options: ParseOptions = {}) {
    this.#lookup = options.lookup ?? { cwd: "/" };
    this.#steps = options.steps;
  }

  /** @throws ExecPolicyError `language` or `example` */
  add(file: RulesText): void {
    const source = new SourceFile(file.path, file.text);
    const firstExample = this.#collector.examples.length;
    runProgram(source, ruleFunctions(source, this.#collector, this.#lookup.style ?? "posix"), this.#steps);
    for (const examples of this.#collector.examples.slice(firstExample)) this.#checkExamples(examples);
  }

  /** The rules so far. */
  policy(): Policy {
    const { rules, networkRules, hostExecutables } = this.#collector;
    return new Policy({ rules, networkRules: [...networkRules], hostExecutables: new Map(hostExecutables) });
  }

  /** Holds the examples of one call against the rules of that call alone (section 4). */
  #checkExamples({ rules, match, notMatch, origin }: ExampleSet): void {
    const policy = new Policy({ rules, hostExecutables: this.#collector.hostExecutables });
    const options = { resolveHostExecutables: this.#lookup };
    for (const example of notMatch) {
      const [found] = policy.match(example, options);
      if (found) {
        const message = `expected example to not match rule \`${debugMatch(found)}\`: ${joinWords(example)}`;
        throw new ExecPolicyError("example", message, { location: origin });
      }
    }
    const unmatched = match.filter(example => policy.match(example, options).length === 0);
    if (unmatched.length === 0) return;
    const shown = debugTexts(rules.map(debugRule));
    const message =
      `expected every example to match at least one rule. rules: ${shown}; ` +
      `unmatched examples: ${debugTexts(unmatched.map(joinWords))}`;
    throw new ExecPolicyError("example", message, { location: origin });
  }
}
