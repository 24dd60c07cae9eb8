import type { EscalationExecution } from "@codex-ts/permissions";
import { escalationExecution } from "@codex-ts/permissions";
import { joinWords, summarize } from "@codex-ts/shell-command";
import { commandActions } from "../items/command-actions.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import type { CallRights } from "./call-rights.ts";
import { askClient } from "./command-question.ts";
import type { Decision } from "./decision.ts";
import { decideWithoutPerson } from "./pipeline.ts";
import type { HookQuestion } from "./slots.ts";

/** A program that the shell of a call wants to run while the call runs. */
export interface InterceptedProgram {
  /** Absolute path. */
  file: string;
  /** With the name it is called by. */
  argv: readonly string[];
  cwd: string;
}

/** The call whose shell it is. */
export interface InterceptedCall {
  callId: string;
  rights: CallRights;
}

/** What becomes of the program. A reason is what the shell's own standard error says. */
export type ExecveOutcome =
  | { type: "run" }
  | { type: "escalate"; execution: EscalationExecution }
  | { type: "deny"; reason: string };

const DENIED = "User denied execution";
const CANCELLED = "User cancelled execution";

/** What a PermissionRequest hook is told about a program: how it would be typed, and nothing of why (spec hooks.md 6.7). */
export function execveHookQuestion({ file, argv }: InterceptedProgram, approvalId: string): HookQuestion {
  return {
    toolName: "Bash",
    toolInput: { command: joinWords([file, ...argv.slice(1)]) },
    runSuffix: approvalId,
    replaceable: false,
  };
}

/**
 * Decides about one program of an intercepted shell (spec exec-server.md 5.4 and 5.5): rules first, then the PermissionRequest hooks, the
 * automatic reviewer, the person. Whoever asks stops the call's clock meanwhile.
 * @param asking called with what is waited for while somebody is asked
 */
export async function requestExecve(
  turn: TurnScope,
  call: InterceptedCall,
  program: InterceptedProgram,
  asking: <T>(answer: Promise<T>) => Promise<T>,
): Promise<ExecveOutcome> {
  const { settings } = turn.context;
  const { rights } = call;
  const words = [program.file, ...program.argv.slice(1)];
  const judged = turn.session.rules.intercepted({
    argv: words,
    cwd: program.cwd,
    approvalPolicy: settings.approvalPolicy,
    permissions: settings.permissions,
    sandboxPermissions: rights.preapproved ? "use_default" : rights.sandboxPermissions,
  });
  if (judged.kind === "denied") return { type: "deny", reason: judged.reason };
  if (judged.kind === "prompt") {
    const decision = await asking(ask(turn, call, program));
    const refused = refusalOf(turn, decision);
    if (refused !== null) return { type: "deny", reason: refused };
  }
  // What a rule lets through runs outside; what a call may do anyway stays in the shell's own sandbox.
  if (!judged.sandboxed) return { type: "escalate", execution: escalationExecution({ decidedBy: "prefix-rule" }) };
  const mode = rights.sandboxPermissions;
  if (mode !== "require_escalated") return { type: "run" };
  return { type: "escalate", execution: escalationExecution({ decidedBy: "fallback", mode, resolved: null }) };
}

async function ask(turn: TurnScope, call: InterceptedCall, program: InterceptedProgram): Promise<Decision> {
  const { bashParser, ids } = turn.session.services;
  const { file, argv, cwd } = program;
  const words = [file, ...argv.slice(1)];
  const { additionalPermissions } = call.rights;
  const approvalId = ids.uuid4();
  const decided = await decideWithoutPerson(turn, {
    hook: execveHookQuestion(program, approvalId),
    review: { kind: "execve", origin: "shell", program: file, argv, cwd, additionalPermissions },
    targetItemId: call.callId,
    reason: null,
  });
  if (decided !== null) return decided;
  await bashParser.prepare(words);
  const { decision } = await askClient(turn, {
    itemId: call.callId,
    approvalId,
    reason: null,
    command: { text: joinWords(words), cwd, actions: commandActions(summarize(words, bashParser), cwd) },
    additionalPermissions,
    decisions: ["accept", "cancel"],
  });
  return decision;
}

/** Why the program does not run; null: it does. */
function refusalOf(turn: TurnScope, decision: Decision): string | null {
  switch (decision.type) {
    case "approved":
    case "approvedForSession":
    case "approvedWithAmendment":
      return null;
    case "networkAmendment":
      return decision.action === "allow" ? null : DENIED;
    case "denied":
      return decision.by === "person" ? DENIED : decision.reason;
    case "abort":
      turn.requestAbort();
      return CANCELLED;
  }
}
