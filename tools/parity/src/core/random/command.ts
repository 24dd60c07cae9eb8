import { compareGenerated } from "../../drive/generated.ts";
import type { Scenario } from "../../drive/scenario.ts";
import { allowed } from "../allowed.ts";
import { png } from "../png.ts";
import { scenario } from "../stage.ts";
import { PlannedModel } from "./model.ts";
import { fillsWindow, type Plan, planOf, rollsBackBehindCompaction } from "./plan.ts";
import { playPlan } from "./play.ts";
import { randomView } from "./view.ts";

/**
 * `pnpm parity core --seed N [--count N] [--case N]`: generated sessions of calls at once, interrupts, steers, rollbacks,
 * forks, compactions, resumes and changes of settings, on the same generated model in both programs.
 */
export function compareRandom(args: readonly string[]): Promise<boolean> {
  const make = (name: string, seed: number) => {
    const plan = planOf(seed);
    const full = fillsWindow(plan) ? " with a full window" : "";
    return generated(`${name}${full}${rollsBackBehindCompaction(plan) ? " behind a compaction" : ""}`, plan);
  };
  return compareGenerated(args, make, { view: randomView, allowed });
}

function generated(name: string, plan: Plan): Scenario {
  const models = new Map<string, PlannedModel>();
  return scenario(
    name,
    {
      model: plan.model,
      config: plan.config,
      features: plan.features,
      git: plan.git,
      provider: plan.websocket ? "supports_websockets = true" : "",
      files: { "work/a.txt": "a\n", "work/d.txt": "d\n", "work/sub/s.txt": "s\n", "work/p.png": png(20, 10) },
      script: {
        of: ({ root }) => {
          const model = new PlannedModel(plan);
          models.set(root, model);
          return model.script;
        },
      },
    },
    drive => playPlan(plan, models.get(drive.place.root)!, drive),
  );
}
