import { compareKeys } from "./keys.ts";
import { compareMistakes } from "./mistakes.ts";
import { compareOverrides } from "./overrides.ts";
import { compareRequirements } from "./requirements.ts";
import { compareSets } from "./sets.ts";
import { hasNamespaces, Stage } from "./stage.ts";
import { Verdicts } from "./verdicts.ts";
import { compareWrites } from "./writes.ts";

/** What a part of the comparison is given. */
export interface Run {
  readonly stage: Stage;
  readonly verdicts: Verdicts;
  readonly seed: number;
  readonly count: number;
  /** Whether the case of that number is wanted. */
  wanted(n: number): boolean;
}

interface Part {
  readonly what: string;
  readonly count: number;
  compare(run: Run): Promise<void>;
}

const parts: Readonly<Record<string, Part>> = {
  keys: { what: "values of keys", count: 0, compare: compareKeys },
  sets: { what: "layer sets", count: 300, compare: compareSets },
  requirements: { what: "sets of requirements", count: 120, compare: compareRequirements },
  overrides: { what: "command lines", count: 60, compare: compareOverrides },
  mistakes: { what: "broken files", count: 400, compare: compareMistakes },
  writes: { what: "sequences of writes", count: 300, compare: compareWrites },
};

/**
 * `pnpm parity config [keys|sets|requirements|overrides|mistakes|writes] [--seed N] [--count N] [--case N] [--show]`: generated files
 * and command lines, given to both app-servers, whose answers are compared. Without a part, all of them.
 */
export async function compareConfigs(args: readonly string[]): Promise<boolean> {
  const option = (name: string, fallback: number): number => {
    const at = args.indexOf(name);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  if (!hasNamespaces()) throw new Error("bubblewrap does not work here; it is needed to put files into /etc/codex");
  const only = option("--case", -1);
  const named = Object.keys(parts).filter(name => args.includes(name));
  let equal = true;
  for (const name of named.length === 0 ? Object.keys(parts) : named) {
    const part = parts[name] as Part;
    const stage = new Stage();
    const verdicts = new Verdicts(args.includes("--show"));
    const wanted = (n: number): boolean => only < 0 || n === only;
    try {
      await part.compare({ stage, verdicts, seed: option("--seed", 1), count: option("--count", part.count), wanted });
    } finally {
      if (!args.includes("--keep")) stage.remove();
    }
    equal = verdicts.end(part.what) && equal;
  }
  return equal;
}
