import type { CommandAction, CommandExecutionApprovalDecision } from "@codex-ts/protocol";
import type { CommandItem } from "../items/command-item.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { DENIED_BY_USER, type Decision } from "./decision.ts";

export interface CommandQuestion {
  callId: string;
  command: string;
  cwd: string;
  actions: CommandAction[];
  /** The model's own words why it needs this. */
  justification: string | null;
  /** Prefix that the person may allow from now on. */
  amendment: string[] | null;
}

/** Asks the person whether a command may run. The item is on the client's screen before the question, and ends with a refusal. */
export async function askAboutCommand(
  turn: TurnScope,
  item: CommandItem,
  question: CommandQuestion,
  reason: string | null,
): Promise<Decision> {
  item.start();
  const shownReason = reason ?? question.justification;
  const answer = await turn.ask("item/commandExecution/requestApproval", {
    itemId: question.callId,
    ...(shownReason === null ? {} : { reason: shownReason }),
    command: question.command,
    cwd: question.cwd,
    commandActions: question.actions,
    ...(question.amendment === null ? {} : { proposedExecpolicyAmendment: question.amendment }),
    availableDecisions: availableDecisions(question.amendment),
  });
  if (answer.type === "closed") return { type: "abort" };
  const decision = answer.type === "error" ? DENIED : readDecision(answer.value);
  if (decision.type === "denied" || decision.type === "abort") {
    const status = answer.type === "error" ? "failed" : "declined";
    item.complete({ status, output: null, exitCode: null, durationMs: null });
  }
  return decision;
}

const DENIED: Decision = { type: "denied", reason: DENIED_BY_USER };

function availableDecisions(amendment: string[] | null): CommandExecutionApprovalDecision[] {
  return [
    "accept",
    ...(amendment === null ? [] : [{ acceptWithExecpolicyAmendment: { execpolicy_amendment: amendment } }]),
    "cancel",
  ];
}

/** The client's answer; whatever cannot be read is a refusal. */
function readDecision(value: unknown): Decision {
  const decision = member(value, "decision");
  switch (decision) {
    case "accept":
      return { type: "approved" };
    case "acceptForSession":
      return { type: "approvedForSession" };
    case "cancel":
      return { type: "abort" };
    default: {
      const prefix = member(member(decision, "acceptWithExecpolicyAmendment"), "execpolicy_amendment");
      const isPrefix = Array.isArray(prefix) && prefix.every(word => typeof word === "string");
      return isPrefix ? { type: "approvedWithAmendment", prefix } : DENIED;
    }
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
