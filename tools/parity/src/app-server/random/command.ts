import { functionCall, type RecordedRequest, type Reply, type ScriptContext } from "@codex-ts-tools/model-server";
import { compareGenerated } from "../../drive/generated.ts";
import type { Scenario } from "../../drive/scenario.ts";
import { allowed } from "../allowed.ts";
import { scenario } from "../stage.ts";
import { type Plan, planOf } from "./plan.ts";
import { playPlan } from "./play.ts";
import { randomView } from "./view.ts";

/**
 * `pnpm parity app-server --seed N [--count N] [--case N]`: generated sequences of requests of every domain, right and wrong
 * ones, to both programs.
 */
export function compareRandom(args: readonly string[]): Promise<boolean> {
  return compareGenerated(args, (name, seed) => generated(name, planOf(seed)), { view: randomView, allowed });
}

function generated(name: string, plan: Plan): Scenario {
  return scenario(
    name,
    {
      config: plan.config,
      provider: plan.provider,
      git: true,
      script: { respond: reply },
      files: {
        "work/a.txt": "a\n",
        "work/sub/s.txt": "s\n",
        "more/x": "",
        "work/.codex/skills/greet/SKILL.md": "---\nname: greet\ndescription: Says hello.\n---\nSay hello.\n",
      },
      tables: "[feedback]\nenabled = false\n",
      timeoutMs: 20_000,
    },
    drive => playPlan(plan, drive),
  );
}

/** A model that goes by the last thing it is told, so that it says the same to both programs. */
function reply(request: RecordedRequest, { n }: ScriptContext): Reply | string {
  if (request.body["generate"] === false) return { id: "warm", items: [] };
  const last = request.input.at(-1)?.["type"];
  if (typeof last === "string" && last.endsWith("_output")) return { id: `r${n}`, text: `done ${n}` };
  switch (request.userTexts().at(-1)) {
    case "hold":
      return { items: [functionCall("weather", { city: "held" }, `c${n}`)] };
    case "call":
      return { items: [functionCall("weather", { city: "fair" }, `c${n}`)] };
    case "run":
      return { items: [functionCall("shell_command", { command: "echo run" }, `c${n}`)] };
    case "plan":
      return { items: [functionCall("update_plan", { plan: [{ step: "one", status: "pending" }] }, `c${n}`)] };
    case "fail":
      return { id: `r${n}`, failed: { code: "context_length_exceeded" } };
    case "refuse":
      return { status: 400, body: { error: { message: "refused" } } };
    case "reason":
      return { items: [{ type: "reasoning", id: `rs${n}`, summary: [{ type: "summary_text", text: "Hm." }] }, "so"] };
    default:
      return { id: `r${n}`, text: `said ${n}` };
  }
}
