import type { TurnScope } from "../turn/turn-scope.ts";
import type { ModelProfile } from "../thread/model-profile.ts";
import { applyPatchTool } from "./apply-patch.ts";
import { execCommandTool } from "./exec-command.ts";
import { ToolRegistry } from "./registry.ts";
import { requestUserInputTool } from "./request-user-input.ts";
import { localShellListing, shellTool } from "./shell.ts";
import { shellCommandTool } from "./shell-command.ts";
import type { Tool, ToolSpec } from "./tool.ts";
import { updatePlanTool } from "./update-plan.ts";
import { viewImageTool } from "./view-image.ts";
import { writeStdinTool } from "./write-stdin.ts";

type ShellType = ModelProfile["shellType"];

/** The tools of a turn, in the order in which the model is shown them. */
export function buildTools(turn: TurnScope): ToolRegistry {
  const { session, context } = turn;
  const { features, allowLoginShell, webSearch } = session.config;
  const shell = shellType(context.model, features, session.services.platform);
  const patch = context.model.applyPatchTool ?? (features["apply_patch_freeform"] === true ? "freeform" : null);
  const viewImage = viewImageTool(context.model.imageDetailOriginal);
  const tools: Tool[] = [
    ...shellFamily(shell, allowLoginShell),
    updatePlanTool(),
    requestUserInputTool(),
    ...(patch === null ? [] : [applyPatchTool(patch)]),
    viewImage,
    ...session.customTools,
  ];
  const search: ToolSpec = { type: "web_search", external_web_access: webSearch === "live" };
  return new ToolRegistry(tools, webSearch === "disabled" ? [] : [{ before: viewImage.names[0], spec: search }]);
}

/** Which kind of shell tool a turn has: first the features decide, then the model. */
export function shellType(
  model: Pick<ModelProfile, "shellType">,
  features: Readonly<Record<string, boolean>>,
  platform: NodeJS.Platform,
): ShellType {
  if (features["shell_tool"] === false) return "disabled";
  if (features["unified_exec"] ?? platform !== "win32") return "unified_exec";
  return model.shellType === "unified_exec" ? "shell_command" : model.shellType;
}

/** The listed tool of the family, and those that answer old names without being offered. */
function shellFamily(type: ShellType, allowLogin: boolean): Tool[] {
  switch (type) {
    case "disabled":
      return [];
    case "unified_exec":
      return [execCommandTool(), writeStdinTool(), shellTool(false), shellCommandTool(false, allowLogin)];
    case "shell_command":
      return [shellCommandTool(true, allowLogin), shellTool(false)];
    case "local":
      return [localShellListing(), shellTool(false), shellCommandTool(false, allowLogin)];
    case "default":
      return [shellTool(true), shellCommandTool(false, allowLogin)];
  }
}
