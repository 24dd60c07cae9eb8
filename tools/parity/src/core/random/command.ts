import process from "node:process";
import { compareScenarios } from "../../drive/compare.ts";
import type { Scenario } from "../../drive/scenario.ts";
import { allowed } from "../allowed.ts";
import { png } from "../png.ts";
import { scenario } from "../stage.ts";
import { PlannedModel } from "./model.ts";

import { type Plan, planOf } from "./plan.ts";
import { playPlan } from "./play.ts";
import { randomView } from "./view.ts";

/**
 * `pnpm parity core --seed N [--count N] [--case N]`: generated sessions of calls at once, interrupts, steers, rollbacks,
 * forks, compactions, resumes and changes of settings, on the same generated model in both programs.
 */
export async function compareRandom(args: readonly string[]): Promise<boolean> {
  const option = (name: string, fallback: number): number => {
    const at = args.indexOf(name);
    return at < 0 ? fallback : Number(args[at + 1]);
  };
  const [seed, count, only] = [option("--seed", 1), option("--count", 100), option("--case", -1)];
  const cases = only < 0 ? Array.from({ length: count }, (_, n) => n) : [only];
  const scenarios = cases.map(n => generated(`random ${seed}.${n}`, planOf(seed * 100_003 + n)));
  if (args.includes("--show")) for (const { name } of scenarios) process.stdout.write(`${name}\n`);
  const flags = args.filter(word => word === "--once" || word === "--show" || word.startsWith("--out="));
  return compareScenarios({ scenarios, view: randomView, allowed, partial: true }, flags);
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
