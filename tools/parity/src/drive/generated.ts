import process from "node:process";
import { compareScenarios, type Comparing } from "./compare.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Plays generated scenarios: `--seed N [--count N] [--case N]`, 100 of seed 1 when nothing is said. `--once`, `--show` and `--out=` are as for
 * others.
 * @param make the scenario that belongs to a name and a number
 */
export function compareGenerated(
  args: readonly string[],
  make: (name: string, seed: number) => Scenario,
  how: Pick<Comparing, "view" | "allowed">,
): Promise<boolean> {
  const option = (name: string, fallback: number): number => {
    const at = args.indexOf(name);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  const [seed, count, only] = [option("--seed", 1), option("--count", 100), option("--case", -1)];
  const cases = only < 0 ? Array.from({ length: count }, (_, n) => n) : [only];
  const scenarios = cases.map(n => make(`random ${seed}.${n}`, seed * 100_003 + n));
  if (args.includes("--show")) for (const { name } of scenarios) process.stdout.write(`${name}\n`);
  const flags = args.filter(word => word === "--once" || word === "--show" || word.startsWith("--out="));
  return compareScenarios({ ...how, scenarios, partial: true }, flags);
}
