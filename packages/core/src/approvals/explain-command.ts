import type { Config, Requirements } from "@codex-ts/config";
import {
  amendmentFile,
  type AmendmentScope,
  type Explanation,
  type RulesWarning,
  prefixRuleLine,
} from "@codex-ts/execpolicy";
import { appendRuleLine } from "@codex-ts/execpolicy/node";
import type { SandboxPermissions } from "@codex-ts/permissions";
import { nodeBashParser } from "@codex-ts/shell-command/node";
import { shellArgv } from "../exec/shell-argv.ts";
import { definedOnly, userShell } from "../machine.ts";
import { loadCommandRules, projectRulesFolder } from "./load-command-rules.ts";

/** A command line, and what a model could say with it. */
export interface CommandToExplain {
  /** The words of the command; a single text with blanks or operators is a script for the person's shell. */
  command: readonly string[];
  /** Default `use_default`. */
  sandboxPermissions?: SandboxPermissions;
  /** Prefix that the model proposes to allow. */
  prefixRule?: readonly string[];
}

/** What the settings of a command line are taken from. */
export interface ExplainSettings {
  config: Config;
  requirements: Requirements;
  env: Readonly<Record<string, string | undefined>>;
  platform: NodeJS.Platform;
}

/**
 * Explains what would happen to a command of the agent under these settings: each step from its words to the answer. Nothing is run.
 * @returns the explanation, and why rules of files are not in force (null when they are)
 */
export async function explainAgentCommand(
  command: CommandToExplain,
  { config, requirements, env, platform }: ExplainSettings,
): Promise<{ explanation: Explanation; warning: RulesWarning | null }> {
  const services = { platform, env: definedOnly(env), bashParser: nodeBashParser(), shell: userShell(platform) };
  const { rules, warning } = await loadCommandRules(config, requirements, services, false);
  const [only] = command.command;
  const isScript = command.command.length === 1 && only !== undefined && /[^\w@%+=:,./-]/.test(only);
  const argv = isScript ? shellArgv(services.shell, only, config.allowLoginShell) : command.command;
  await services.bashParser.prepare(argv);
  const explanation = rules.explain({
    argv,
    approvalPolicy: config.approvalPolicy,
    permissions: config.permissionProfile,
    cwd: config.cwd,
    sandboxPermissions: command.sandboxPermissions ?? "use_default",
    prefixRule: command.prefixRule ?? null,
  });
  return { explanation, warning };
}

/**
 * Saves a rule that allows commands that start with these words, as a person's answer to a question of the agent does.
 * @returns the file that holds it, and its line
 * @throws ExecPolicyError when it cannot be saved: the file cannot be written, or there is no trusted project
 */
export async function saveAllowedPrefix(
  prefix: readonly string[],
  scope: AmendmentScope,
  config: Pick<Config, "codexHome" | "projectRoot" | "trustLevel">,
): Promise<{ file: string; line: string }> {
  const file = amendmentFile(scope, { codexHome: config.codexHome, projectFolder: projectRulesFolder(config) });
  const line = prefixRuleLine(prefix);
  await appendRuleLine(file, line);
  return { file, line };
}
