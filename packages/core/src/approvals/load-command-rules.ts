import { join } from "node:path";
import { type Config, nodeFs, projectFolders, type Requirements } from "@codex-ts/config";
import {
  type LoadedRules,
  loadRules,
  Policy,
  requirementsPolicy,
  type RulesFolder,
  type RulesWarning,
} from "@codex-ts/execpolicy";
import { appendRuleLine, nodeRulesFs } from "@codex-ts/execpolicy/node";
import type { ThreadServices } from "../thread/services.ts";
import { CommandRules } from "./command-rules.ts";

/** Where rules of the whole machine are kept. */
const SYSTEM_FOLDER = "/etc/codex";

/** What of a configuration decides which rules files count. */
export type RulesPlace = Pick<Config, "codexHome" | "cwd" | "projectRoot" | "trustLevel">;

export interface RulesScope {
  platform: NodeJS.Platform;
  /** Leave out the user's and the project's rules. */
  systemOnly: boolean;
}

/** Loads the rules that hold for a thread. The warning says why the rules of files are not in force; managed ones always are. */
export async function loadCommandRules(
  config: Config,
  requirements: Requirements,
  services: Pick<ThreadServices, "platform" | "env" | "bashParser" | "shell">,
  systemOnly: boolean,
): Promise<{ rules: CommandRules; warning: RulesWarning | null }> {
  const managed =
    requirements.rules === undefined ? Policy.empty : requirementsPolicy({ prefix_rules: requirements.rules.value });
  const loaded = await loadFiles(config, { platform: services.platform, systemOnly }, managed, services.env["HOME"]);
  const rules = new CommandRules({
    policy: loaded.policy,
    parser: services.bashParser,
    env: services.env,
    platform: services.platform,
    userShell: services.shell.path,
    codexHome: config.codexHome,
    projectFolder: projectRulesFolder(config),
    append: appendRuleLine,
  });
  return { rules, warning: loaded.warning };
}

/**
 * Reads the rules files that count for a folder, so that what is wrong with them can be told before anything starts.
 * @returns which file is wrong, where and why; null when none is
 * @throws ExecPolicyError a folder or file is there but cannot be read
 */
export async function checkRulesFiles(config: RulesPlace, scope: RulesScope): Promise<RulesWarning | null> {
  const { warning } = await loadFiles(config, scope, Policy.empty, undefined);
  return warning;
}

async function loadFiles(
  config: RulesPlace,
  scope: RulesScope,
  requirements: Policy,
  home: string | undefined,
): Promise<LoadedRules> {
  return await loadRules({
    folders: rulesFolders(config, scope.platform),
    fs: nodeRulesFs,
    lookup: { cwd: config.cwd, ...(home === undefined ? {} : { home }) },
    requirements,
    ignoreUserRules: scope.systemOnly,
  });
}

/** Folders that may hold rules, weakest first: the machine's, the user's, and those of a trusted project's configuration layers. */
function rulesFolders(config: RulesPlace, platform: NodeJS.Platform): RulesFolder[] {
  const { trustLevel, cwd, projectRoot: root, codexHome } = config;
  const project = trustLevel === "trusted" ? projectFolders({ cwd, root }, codexHome, nodeFs) : [];
  return [
    ...(platform === "win32" ? [] : [{ layer: "system" as const, path: SYSTEM_FOLDER }]),
    { layer: "user", path: codexHome },
    ...project.map(folder => ({ layer: "project" as const, path: join(folder, ".codex") })),
  ];
}

/** The `.codex` folder that takes new rules of a project; null where the project is not trusted, for its rules would not count. */
export function projectRulesFolder(config: Pick<Config, "projectRoot" | "trustLevel">): string | null {
  return config.trustLevel === "trusted" ? join(config.projectRoot, ".codex") : null;
}
