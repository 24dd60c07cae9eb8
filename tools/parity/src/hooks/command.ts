import { compareScenarios } from "../drive/compare.ts";
import type { Scenario } from "../drive/scenario.ts";
import { hooksView } from "./view.ts";
import { allowed } from "./allowed.ts";
import { generated } from "./generated.ts";
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

/** Rounds of generated outputs for every event. */
const ROUNDS = 4;

/** `pnpm parity hooks [words…] [--seed=N]`: lifecycle hooks under scripted models, in both programs. */
export function compareHooks(args: readonly string[]): Promise<boolean> {
  const seed = Number(args.find(word => word.startsWith("--seed="))?.slice("--seed=".length) ?? 1);
  return compareScenarios({ scenarios: [...scenarios, ...generated(seed, ROUNDS)], view: hooksView, allowed }, args);
}
