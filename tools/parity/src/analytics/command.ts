import { compareScenarios } from "../drive/compare.ts";
import { allowed } from "./allowed.ts";
import { scenarios } from "./scenarios.ts";
import { analyticsView } from "./view.ts";

/** `pnpm parity analytics [words…]`: what both programs tell the backend of ChatGPT and a collector. */
export function compareAnalytics(args: readonly string[]): Promise<boolean> {
  return compareScenarios({ scenarios, view: analyticsView, allowed }, args);
}
