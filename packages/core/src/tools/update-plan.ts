import { array, object, oneOf, optional, parseArguments, string } from "./parameters.ts";
import {
  functionArguments,
  functionSpec,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

const parameters = object(
  {
    explanation: optional(string()),
    plan: array(
      object(
        {
          step: string(),
          status: oneOf(["pending", "in_progress", "completed"], "pending, in_progress or completed"),
        },
        "refused",
      ),
      "The steps, in order; at most one in progress.",
    ),
  },
  "refused",
);

const V2_STATUS = { pending: "pending", in_progress: "inProgress", completed: "completed" } as const;

/** Shows the user the steps of the work. It has no other effect. */
export function updatePlanTool(): Tool {
  return {
    names: ["update_plan"],
    group: "update_plan",
    accepts: ["function"],
    parallel: false,
    readOnly: true,
    spec: functionSpec(
      "update_plan",
      "Shows the user a short plan of the work and how far it is. Call it again whenever a step is done or the plan changes.",
      parameters.schema,
    ),
    run: runUpdatePlan,
  };
}

async function runUpdatePlan(call: ToolCall, { turn }: ToolContext): Promise<ToolResult> {
  if (turn.context.settings.collaborationMode === "plan") {
    throw new RespondToModel("update_plan is a TODO/checklist tool and is not allowed in Plan mode");
  }
  const args = parseArguments(parameters, functionArguments(call));
  turn.emit("turn/plan/updated", {
    explanation: args.explanation ?? null,
    plan: args.plan.map(({ step, status }) => ({ step, status: V2_STATUS[status] })),
  });
  return { body: "Plan updated" };
}
