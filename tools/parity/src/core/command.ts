import { compareScenarios } from "../drive/compare.ts";
import { allowed } from "./allowed.ts";
import { compareRandom } from "./random/command.ts";
import { scenarios } from "./scenarios.ts";
import { coreView } from "./view.ts";

/** `pnpm parity core [words…]`: the agent under scripted models, in both programs; `--seed N`: in generated sessions. */
export function compareCore(args: readonly string[]): Promise<boolean> {
  if (args.includes("--seed")) return compareRandom(args);
  return compareScenarios({ scenarios, view: coreView, allowed }, args);
}
