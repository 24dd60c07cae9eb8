import { compareScenarios } from "../drive/compare.ts";
import { allowed } from "./allowed.ts";
import { compareRandom } from "./random/command.ts";
import { scenarios } from "./scenarios.ts";
import { appServerView } from "./view.ts";

/** `pnpm parity app-server [words…]`: what clients of the two programs see; `--seed N`: in generated sequences of requests. */
export function compareAppServer(args: readonly string[]): Promise<boolean> {
  if (args.includes("--seed")) return compareRandom(args);
  return compareScenarios({ scenarios, view: appServerView, allowed }, args);
}
