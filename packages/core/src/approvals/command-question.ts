import type { AmendmentScope } from "@codex-ts/execpolicy";
import type { CommandExecutionApprovalDecision } from "@codex-ts/protocol";
import type { CommandItem } from "../items/command-item.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { DENIED_BY_USER, type Decision } from "./decision.ts";

export interface CommandQuestion {
  /** Why it is asked: a rule's or a retry's reason, else the model's own words. */
  reason: string | null;
  /** Prefix that the person may allow from now on. */
  amendment: string[] | null;
}

/** Asks the person whether a command may run. The item is on the client's screen before the question, and ends with a refusal. */
export async function askAboutCommand(
  turn: TurnScope,
  item: CommandItem,
  { reason, amendment }: CommandQuestion,
): Promise<Decision> {
  item.start();
  const answer = await turn.ask("item/commandExecution/requestApproval", {
    itemId: item.callId,
    ...(reason === null ? {} : { reason }),
    command: item.command,
    cwd: item.cwd,
    commandActions: item.actions,
    ...(amendment === null ? {} : { proposedExecpolicyAmendment: amendment }),
    availableDecisions: availableDecisions(amendment),
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
      const accepted = member(decision, "acceptWithExecpolicyAmendment");
      const prefix = member(accepted, "execpolicy_amendment");
      const scope = readScope(member(accepted, "scope"));
      const isPrefix = Array.isArray(prefix) && prefix.every(word => typeof word === "string");
      return isPrefix && scope !== null ? { type: "approvedWithAmendment", prefix, scope } : DENIED;
    }
  }
}

/** Where the person wants the rule saved. An extension of the answer: clients that do not know it leave it out. */
function readScope(value: unknown): AmendmentScope | null {
  if (value === undefined || value === null) return "user";
  return value === "user" || value === "project" ? value : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
