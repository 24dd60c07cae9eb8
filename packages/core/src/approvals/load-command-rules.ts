import { appendFile, mkdir, open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config, Requirements } from "@codex-ts/config";
import { ExecPolicyError, Policy, PolicyParser, type PrefixRule } from "@codex-ts/execpolicy";
import type { ThreadServices } from "../thread/services.ts";
import { CommandRules } from "./command-rules.ts";
import { readRulesFiles, rulesFolders, type RulesScope } from "./rules-files.ts";

/**
 * Loads the rules that hold for a thread. When a file does not parse, none of the files count (a half-read policy could allow what a
 * missing rule forbids) and the client is warned; managed rules hold in any case.
 */
export async function loadCommandRules(
  config: Config,
  requirements: Requirements,
  services: ThreadServices,
  options: { systemOnly: boolean; warn: (message: string) => void },
): Promise<CommandRules> {
  const scope = { platform: services.platform, systemOnly: options.systemOnly };
  const fromFiles = await policyOfFiles(config, scope, error => {
    options.warn(`Error parsing rules; custom rules not applied. ${error.message}`);
    return Policy.empty;
  });
  const managed = managedPolicy(requirements);
  return new CommandRules({
    policy: managed === null ? fromFiles : fromFiles.merge(managed),
    parser: services.bashParser,
    env: services.env,
    platform: services.platform,
    save: prefix => appendRule(join(config.codexHome, "rules", "default.rules"), prefix),
  });
}

/**
 * Reads the rules files that count for a folder, so that what is wrong with them can be told before anything starts.
 * @throws Error `failed to parse rules file <path>: <where and what>`, or that a file cannot be read
 */
export async function checkRulesFiles(
  config: Pick<Config, "codexHome" | "cwd" | "projectRoot" | "trustLevel">,
  scope: RulesScope,
): Promise<void> {
  await policyOfFiles(config, scope, error => {
    throw error;
  });
}

async function policyOfFiles(
  config: Pick<Config, "codexHome" | "cwd" | "projectRoot" | "trustLevel">,
  scope: RulesScope,
  onError: (error: Error) => Policy,
): Promise<Policy> {
  const files = await readRulesFiles(rulesFolders(config, scope));
  const parser = new PolicyParser({ lookup: { cwd: config.cwd } });
  for (const file of files) {
    try {
      parser.add(file);
    } catch (error) {
      if (!(error instanceof ExecPolicyError)) throw error;
      return onError(new Error(`failed to parse rules file ${file.path}: ${error.message}`, { cause: error }));
    }
  }
  return parser.policy();
}

/** Rules that an administrator demands. */
function managedPolicy({ rules }: Requirements): Policy | null {
  if (rules === undefined) return null;
  return new Policy({ rules: rules.value.flatMap(expandFirst) });
}

type ManagedRule = NonNullable<Requirements["rules"]>["value"][number];

/** Rules are looked up by their program, so one with several programs becomes one for each. */
function expandFirst({ pattern, decision, justification }: ManagedRule): PrefixRule[] {
  const [first, ...rest] = pattern;
  if (first === undefined) return [];
  const programs = "token" in first ? [first.token] : first.any_of;
  return programs.map(program => ({
    first: program,
    rest: rest.map(token => ("token" in token ? { single: token.token } : { alts: token.any_of })),
    decision,
    ...(justification === undefined ? {} : { justification }),
  }));
}

/** Adds the rule as a line of its own, unless it is there already. */
async function appendRule(path: string, prefix: readonly string[]): Promise<void> {
  if (prefix.length === 0) throw new Error("prefix rule requires at least one token");
  const line = `prefix_rule(pattern=[${prefix.map(word => JSON.stringify(word)).join(", ")}], decision="allow")`;
  try {
    await mkdir(dirname(path)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
    await (await open(path, "a")).close();
    const text = await readFile(path, "utf8");
    if (text.split("\n").includes(line)) return;
    await appendFile(path, text === "" || text.endsWith("\n") ? `${line}\n` : `\n${line}\n`);
  } catch (error) {
    throw new Error(`failed to update rules file ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
