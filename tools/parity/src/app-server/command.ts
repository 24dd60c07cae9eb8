import { compareScenarios } from "../drive/compare.ts";
import { allowed } from "./allowed.ts";
import { scenarios } from "./scenarios.ts";
import { appServerView } from "./view.ts";

/** `pnpm parity app-server [words…]`: what clients of the two programs see. */
export function compareAppServer(args: readonly string[]): Promise<boolean> {
  return compareScenarios({ scenarios, view: appServerView, allowed }, args);
}
