import { compareScenarios } from "../drive/compare.ts";
import { allowed } from "./allowed.ts";
import { lines } from "./lines.ts";
import { compareRandom } from "./random/command.ts";
import { scenarios } from "./scenarios.ts";
import { coreView } from "./view.ts";

/**
 * `pnpm parity core [words…]`: the agent under scripted models, in both programs; `--seed N`: in generated sessions. Session files
 * with broken lines, of which there are two thousand, are played when they are named: `pnpm parity core lines:`.
 */
export function compareCore(args: readonly string[]): Promise<boolean> {
  if (args.includes("--seed")) return compareRandom(args);
  const named = args.some(arg => arg.startsWith("lines:")) ? [...scenarios, ...lines] : scenarios;
  return compareScenarios({ scenarios: named, view: coreView, allowed }, args);
}
