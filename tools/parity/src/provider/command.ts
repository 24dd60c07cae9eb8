import { compareScenarios } from "../drive/compare.ts";
import { allowed } from "./allowed.ts";
import { randomFailures } from "./random-failures.ts";
import { scenarios } from "./scenarios.ts";
import { gathered } from "./stage.ts";
import { providerView } from "./view.ts";

/**
 * `pnpm parity provider [words…] [--seed N] [--count N]`: what both programs send to a model server of every shape and make of
 * its answers, in scenarios written by hand and in `count` generated ones (default 60).
 */
export function compareProviders(args: readonly string[]): Promise<boolean> {
  const numbers = { "--seed": 1, "--count": 60 };
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === "--seed" || arg === "--count") numbers[arg] = Number(args[++at]);
    else rest.push(arg);
  }
  const { "--seed": seed, "--count": count } = numbers;
  const generated = gathered(randomFailures(seed, count));
  return compareScenarios({ scenarios: [...scenarios, ...generated], view: providerView, allowed }, rest);
}
