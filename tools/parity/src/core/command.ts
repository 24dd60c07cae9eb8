import { compareScenarios } from "../drive/compare.ts";
import { allowed } from "./allowed.ts";
import { scenarios } from "./scenarios.ts";
import { coreView } from "./view.ts";

/** `pnpm parity core [words…]`: the agent under scripted models, in both programs. */
export function compareCore(args: readonly string[]): Promise<boolean> {
  return compareScenarios({ scenarios, view: coreView, allowed }, args);
}
