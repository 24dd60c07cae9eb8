import type { ModelProfile } from "../thread/model-profile.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { applyPatchTool } from "./apply-patch.ts";
import { execCommandTool } from "./exec-command.ts";
import { hostedTools } from "./hosted-tools.ts";
import { listDirTool } from "./list-dir.ts";
import { ToolRegistry } from "./registry.ts";
import { requestPermissionsTool } from "./request-permissions.ts";
import { requestUserInputTool } from "./request-user-input.ts";
import { localShell, shellTool } from "./shell.ts";
import { shellCommandTool } from "./shell-command.ts";
import { testSyncTool } from "./test-sync-tool.ts";
import type { HostedTool, Tool } from "./tool.ts";
import { toolSearchTool } from "./tool-search.ts";
import { updatePlanTool } from "./update-plan.ts";
import { viewImageTool } from "./view-image.ts";
import { writeStdinTool } from "./write-stdin.ts";

type ShellType = ModelProfile["shellType"];

/** The tools of a turn. The order in which the model is shown them is the registry's business. */
export function buildTools(turn: TurnScope): ToolRegistry {
  const { session, context } = turn;
  const { features } = session.config;
  const named = (name: string) => context.model.experimentalTools.includes(name);
  const own: (Tool | HostedTool)[] = [
    ...shellFamily(turn),
    updatePlanTool(),
    requestUserInputTool(),
    ...(features["request_permissions_tool"] === true ? [requestPermissionsTool()] : []),
    ...patchTool(turn),
    ...(named("list_dir") ? [listDirTool()] : []),
    ...(named("test_sync_tool") ? [testSyncTool()] : []),
    ...hostedTools(turn),
    viewImageTool(context.model.imageDetailOriginal),
  ];
  const others = [...session.toolProviders.flatMap(provider => provider.tools(turn)), ...session.customTools];
  const deferred = others.filter(tool => tool.deferred !== undefined);
  const search = deferred.length > 0 && searchesTools(turn) ? [toolSearchTool(deferred)] : [];
  return new ToolRegistry([...own, ...search, ...others]);
}

/** Whether the model can look for tools that it is not shown. */
export function searchesTools({ session, context }: TurnScope): boolean {
  return context.model.searchesTools && session.config.features["tool_search"] === true;
}

function patchTool({ session, context }: TurnScope): Tool[] {
  const asked = session.config.features["apply_patch_freeform"] === true ? "freeform" : null;
  const kind = context.model.applyPatchTool ?? asked;
  return kind === null ? [] : [applyPatchTool(kind)];
}

/** Which kind of shell tool a turn has: first the features decide, then the model (spec tools.md 1.3). */
export function shellType(
  model: Pick<ModelProfile, "shellType">,
  features: Readonly<Record<string, boolean>>,
  platform: NodeJS.Platform,
): ShellType {
  if (features["shell_tool"] === false) return "disabled";
  if (features["shell_zsh_fork"] === true) return "shell_command";
  if (features["unified_exec"] ?? platform !== "win32") return "unified_exec";
  return model.shellType;
}

/** The listed tools of the family, and those that answer old names without being offered. */
function shellFamily({ session, context }: TurnScope): (Tool | HostedTool)[] {
  const { features, allowLoginShell } = session.config;
  const offer = { login: allowLoginShell, permissions: features["exec_permission_approvals"] === true };
  const unlisted = [shellTool(null), shellCommandTool(null)];
  switch (shellType(context.model, features, session.services.platform)) {
    case "disabled":
      return [];
    case "unified_exec":
      return [...unlisted, execCommandTool(offer), writeStdinTool()];
    case "shell_command":
      return [shellTool(null), shellCommandTool(offer)];
    case "local":
      return [...unlisted, localShell];
    case "default":
      return [shellTool(offer), shellCommandTool(null)];
  }
}
