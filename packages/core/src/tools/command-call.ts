import { resolve } from "node:path";
import type { CommandExecutionSource } from "@codex-ts/protocol";
import { cacheKey } from "../approvals/approval-cache.ts";
import { askAboutCommand } from "../approvals/command-question.ts";
import type { AttemptSandbox, GuardedCall } from "../approvals/pipeline.ts";
import { mayRetryCommandUnsandboxed } from "../approvals/retry-policy.ts";
import type { CommandItem, CommandItemFacts } from "../items/command-item.ts";
import type { Session } from "../thread/session.ts";
import type { ThreadConfig } from "../thread/thread-config.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import type { CommandRights } from "./command-parameters.ts";
import { RespondToModel } from "./tool.ts";
import { canonicalCommand, summarize } from "@codex-ts/shell-command";

/** The folder a call runs in: its own, seen from the turn's; an empty one counts as none. */
export function resolveWorkdir(workdir: string | undefined, cwd: string): string {
  return workdir ? resolve(cwd, workdir) : cwd;
}

/** Whether the shell starts as a login shell. Throws when the call asks for what the configuration forbids. */
export function loginOf(requested: boolean | undefined, config: ThreadConfig): boolean {
  if (requested === true && !config.allowLoginShell) {
    throw new RespondToModel("login shell is disabled by config; omit `login` or set it to false.");
  }
  return requested ?? config.allowLoginShell;
}

/** What there is to say about a command before it runs. */
export async function describeCommand(
  session: Session,
  callId: string,
  argv: readonly string[],
  cwd: string,
  source: CommandExecutionSource,
): Promise<CommandItemFacts> {
  const { bashParser } = session.services;
  await bashParser.prepare(argv);
  return { callId, argv, cwd, parsed: summarize(argv, bashParser), source };
}

export interface CommandAttempt<Out> {
  facts: CommandItemFacts;
  rights: CommandRights;
  /** The command as a hook sees it. */
  hookCommand: string;
  /** What else tells this approval from others of the same command. */
  cacheExtra: Readonly<Record<string, unknown>>;
  attempt(sandbox: AttemptSandbox): Promise<Out>;
  denied(out: Out): boolean;
}

/** Puts a command into the terms of the approval pipeline: what the rules say about it, and how a person is asked. */
export function guardedCommand<Out>(
  turn: TurnScope,
  item: CommandItem,
  command: CommandAttempt<Out>,
): GuardedCall<Out> {
  const { session, context } = turn;
  const { settings } = context;
  const { facts, rights } = command;
  const { requirement, amendment } = session.rules.requirement({
    argv: facts.argv,
    approvalPolicy: settings.approvalPolicy,
    permissions: settings.permissions,
    cwd: settings.cwd,
    sandboxPermissions: rights.sandboxPermissions,
    prefixRule: rights.prefixRule,
  });
  const key = cacheKey({
    command: canonicalCommand(facts.argv, session.services.bashParser),
    cwd: facts.cwd,
    sandbox_permissions: rights.sandboxPermissions,
    additional_permissions: null,
    ...command.cacheExtra,
  });
  return {
    requirement,
    escalated: rights.sandboxPermissions === "require_escalated",
    mayRetryUnsandboxed: mayRetryCommandUnsandboxed(settings.approvalPolicy),
    cacheKeys: [key],
    hookQuestion: {
      toolName: "Bash",
      toolInput: {
        command: command.hookCommand,
        ...(rights.justification === null ? {} : { description: rights.justification }),
      },
    },
    askUser: reason => askAboutCommand(turn, item, { reason: reason ?? rights.justification, amendment }),
    attempt: command.attempt,
    denied: command.denied,
  };
}
