import { readFile } from "node:fs/promises";
import { type AmendmentScope, ExecPolicyError, renderExplanation, runExecpolicyCheck } from "@codex-ts/execpolicy";
import { loadCommandConfig } from "../config.ts";
import { CliError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";

/** `execpolicy check`: prints the matching rules and the decision as JSON; exit code 0 whatever the decision. */
export async function execpolicyCheckCommand(
  args: string[],
  options: { rules: string[]; pretty?: boolean; resolveHostExecutables?: boolean },
  io: CommandIo,
): Promise<number> {
  const result = await runExecpolicyCheck(
    {
      files: options.rules,
      args,
      pretty: options.pretty ?? false,
      resolveHostExecutables: options.resolveHostExecutables ?? false,
    },
    { readFile: path => readFile(path), lookup: { cwd: io.cwd } },
  );
  write(io.stdout, result.stdout);
  write(io.stderr, result.stderr);
  return result.exitCode;
}

/** Options of `execpolicy explain`. */
export interface ExplainOptions {
  json?: boolean;
  escalated?: boolean;
  sandbox?: "read-only" | "workspace-write" | "danger-full-access";
  askForApproval?: "untrusted" | "on-failure" | "on-request" | "never";
}

/**
 * `execpolicy explain`: what would happen to a command of the agent in this folder, step by step. Nothing is run.
 * Exit code 0 whatever the decision.
 */
export async function execpolicyExplainCommand(
  words: string[],
  options: ExplainOptions,
  levels: GlobalOptions[],
  io: CommandIo,
): Promise<number> {
  const typed = {
    ...(options.sandbox === undefined ? {} : { sandboxMode: options.sandbox }),
    ...(options.askForApproval === undefined ? {} : { approvalPolicy: options.askForApproval }),
  };
  const { config, requirements } = await loadCommandConfig({ cwd: io.cwd, levels, typed }, io);
  const { explainAgentCommand } = await import("@codex-ts/core");
  const { explanation, warning } = await explainAgentCommand(
    { command: words, sandboxPermissions: options.escalated === true ? "require_escalated" : "use_default" },
    { config, requirements, env: io.env, platform: process.platform },
  );
  if (warning !== null) {
    write(io.stderr, `warning: rules of files are not in force: ${warning.display}\n`);
  }
  const columns = io.stdout.isTTY ? io.stdout.columns : 80;
  write(
    io.stdout,
    options.json === true ? `${JSON.stringify(explanation, null, 2)}\n` : renderExplanation(explanation, { columns }),
  );
  return 0;
}

/** `execpolicy allow`: saves a rule that allows commands starting with these words, for the person or for the project. */
export async function execpolicyAllowCommand(
  words: string[],
  options: { scope: AmendmentScope },
  levels: GlobalOptions[],
  io: CommandIo,
): Promise<number> {
  const { config } = await loadCommandConfig({ cwd: io.cwd, levels }, io);
  const { saveAllowedPrefix } = await import("@codex-ts/core");
  try {
    const { file, line } = await saveAllowedPrefix(words, options.scope, config);
    write(io.stdout, `${file}: ${line}\n`);
    return 0;
  } catch (error) {
    if (error instanceof ExecPolicyError) throw new CliError(error.message);
    throw error;
  }
}
