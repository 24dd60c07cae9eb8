import { resolve } from "node:path";
import { encodeAdditionalPermissions, type EscalationExecution } from "@codex-ts/permissions";
import type { CommandExecutionSource } from "@codex-ts/protocol";
import { canonicalCommand, summarize } from "@codex-ts/shell-command";
import { cacheKey } from "../approvals/approval-cache.ts";
import { type CallRights, executionOf, settleRights, type RightsDialect } from "../approvals/call-rights.ts";
import { trackImplicitSkill } from "../analytics/skill-facts.ts";
import { askAboutCommand } from "../approvals/command-question.ts";
import { grantsOf } from "../approvals/grants.ts";
import type { GuardedCall } from "../approvals/pipeline.ts";
import type { NetworkTrigger } from "../approvals/slots.ts";
import { mayRetryCommandUnsandboxed } from "../approvals/retry-policy.ts";
import { permissionContext } from "../exec/permissions.ts";
import type { CommandItem, CommandItemFacts } from "../items/command-item.ts";
import type { Session } from "../thread/session.ts";
import type { ThreadConfig } from "../thread/thread-config.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { requestedRights } from "./command-parameters.ts";
import { RespondToModel, type ToolCall } from "./tool.ts";

/** The folder a call runs in: its own, seen from the turn's; an empty one counts as none. */
export function resolveWorkdir(workdir: string | undefined, { session, context }: TurnScope): string {
  const { cwd } = context.settings;
  return workdir ? resolve(cwd, fromHome(workdir, session.services.env["HOME"])) : cwd;
}

/** A path with the person's home in place of a `~` at its beginning. */
export function fromHome(path: string, home: string | undefined): string {
  return home !== undefined && (path === "~" || path.startsWith("~/")) ? home + path.slice(1) : path;
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
  // Even of a command without words, clients are shown that there was one.
  const parsed = argv.length === 0 ? [{ type: "unknown" as const, cmd: "" }] : summarize(argv, bashParser);
  return { callId, argv, cwd, parsed, source };
}

/** Settles with which rights a call runs, from its arguments and what was granted before. Throws the words for the model. */
export function callRights(
  { session, context, grants }: TurnScope,
  args: Parameters<typeof requestedRights>[0],
  cwd: string,
  dialect: RightsDialect,
): CallRights {
  const { env } = session.services;
  return settleRights(
    requestedRights(args),
    {
      approvalPolicy: context.settings.approvalPolicy,
      grants: grantsOf({ session, grants }),
      featureEnabled: session.config.features["exec_permission_approvals"] === true,
      context: permissionContext(cwd, { env }),
      home: env["HOME"] ?? null,
    },
    dialect,
  );
}

/** A call as the automatic reviewer sees it when one of its processes wants a connection. */
export function networkTrigger(
  call: Pick<ToolCall, "callId" | "name">,
  { argv, cwd, rights }: { argv: readonly string[]; cwd: string; rights: CallRights },
  tty: boolean | null,
): NetworkTrigger {
  const { sandboxPermissions, additionalPermissions, justification } = rights;
  const reviewed = { argv, cwd, sandboxPermissions, additionalPermissions, justification };
  return { callId: call.callId, toolName: call.name, tty, ...reviewed };
}

export interface CommandAttempt<Out> {
  facts: CommandItemFacts;
  rights: CallRights;
  /** The command as a hook sees it. */
  hookCommand: string;
  /** Whether it gets a terminal; null: the tool knows no terminals. */
  tty: boolean | null;
  attempt(execution: EscalationExecution): Promise<Out>;
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
  const { facts, rights, tty } = command;
  const { sandboxPermissions, additionalPermissions, preapproved, justification } = rights;
  trackImplicitSkill(turn, facts.argv, facts.cwd);
  const { requirement, amendment } = session.rules.requirement({
    argv: facts.argv,
    approvalPolicy: settings.approvalPolicy,
    permissions: settings.permissions,
    cwd: settings.cwd,
    sandboxPermissions: preapproved ? "use_default" : sandboxPermissions,
    prefixRule: rights.prefixRule,
  });
  const key = cacheKey({
    command: canonicalCommand(facts.argv, session.services.bashParser),
    cwd: facts.cwd,
    sandbox_permissions: sandboxPermissions,
    additional_permissions: additionalPermissions === null ? null : encodeAdditionalPermissions(additionalPermissions),
    ...(tty === null ? {} : { tty }),
  });
  const reviewed = { argv: facts.argv, cwd: facts.cwd, sandboxPermissions, additionalPermissions, justification };
  return {
    callId: facts.callId,
    requirement,
    execution: executionOf(rights),
    mayRetryUnsandboxed: mayRetryCommandUnsandboxed(settings.approvalPolicy),
    cacheKeys: [key],
    hook: {
      toolName: "Bash",
      toolInput: { command: command.hookCommand, ...(justification === null ? {} : { description: justification }) },
    },
    review: tty === null ? { kind: "shell", ...reviewed } : { kind: "exec_command", tty, ...reviewed },
    askUser: reason =>
      askAboutCommand(turn, item, { reason: reason ?? justification, amendment, additionalPermissions }),
    attempt: command.attempt,
    denial: out => (command.denied(out) ? { network: null } : null),
  };
}
