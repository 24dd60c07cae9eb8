import { compareScenarios } from "../drive/compare.ts";
import type { Scenario } from "../drive/scenario.ts";
import { hooksView } from "./view.ts";
import { allowed } from "./allowed.ts";
import { permission } from "./permission.ts";
import { userPrompt } from "./prompt.ts";
import { sessionStart } from "./session-start.ts";
import { sources } from "./sources.ts";
import { stop } from "./stop.ts";
import { toolHooks } from "./tools.ts";

const scenarios: readonly Scenario[] = [
  ...sessionStart,
  ...userPrompt,
  ...toolHooks,
  ...permission,
  ...stop,
  ...sources,
];

/** `pnpm parity hooks [words…]`: lifecycle hooks under scripted models, in both programs. */
export function compareHooks(args: readonly string[]): Promise<boolean> {
  return compareScenarios({ scenarios, view: hooksView, allowed }, args);
}
