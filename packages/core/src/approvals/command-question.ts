import { type AdditionalPermissionProfile, additionalPermissionsToV2 } from "@codex-ts/permissions";
import type {
  CommandAction,
  CommandExecutionApprovalDecision,
  NetworkApprovalContext,
  NetworkPolicyAmendment,
} from "@codex-ts/protocol";
import type { CommandItem } from "../items/command-item.ts";
import type { TurnScope } from "../turn/turn-scope.ts";
import { availableDecisions } from "./available-decisions.ts";
import { readClientDecision } from "./client-decision.ts";
import { DENIED_BY_USER, type Decision } from "./decision.ts";

/** A question about a command, about one of its programs, or about a connection. */
export interface CommandApproval {
  itemId: string;
  /** Tells several questions about one item apart; null: there is only one. */
  approvalId?: string | null;
  /** Why it is asked: a rule's or a retry's reason, else the model's own words. */
  reason: string | null;
  /** What would run; null for connections. */
  command: { text: string; cwd: string; actions: CommandAction[] } | null;
  network?: NetworkApprovalContext | null;
  additionalPermissions?: AdditionalPermissionProfile | null;
  /** Prefix that the person may allow from now on. */
  amendment?: readonly string[] | null;
  networkAmendments?: NetworkPolicyAmendment[] | null;
  /** The answers offered, when they are not the usual ones. */
  decisions?: CommandExecutionApprovalDecision[];
}

/** What came of asking the client. An error counts as a refusal, and a turn that ended meanwhile (`closed`) as the person's `cancel`. */
export interface AskedClient {
  decision: Decision;
  by: "answer" | "error" | "closed";
}

/** Asks the client whether something may run. */
export async function askClient(turn: TurnScope, approval: CommandApproval): Promise<AskedClient> {
  const {
    command,
    network = null,
    additionalPermissions = null,
    amendment = null,
    networkAmendments = null,
  } = approval;
  const answer = await turn.ask("item/commandExecution/requestApproval", {
    itemId: approval.itemId,
    ...(approval.approvalId ? { approvalId: approval.approvalId } : {}),
    ...(approval.reason === null ? {} : { reason: approval.reason }),
    ...(network === null ? {} : { networkApprovalContext: network }),
    ...(command === null ? {} : { command: command.text, cwd: command.cwd, commandActions: command.actions }),
    ...(additionalPermissions === null
      ? {}
      : { additionalPermissions: additionalPermissionsToV2(additionalPermissions) }),
    ...(amendment === null ? {} : { proposedExecpolicyAmendment: [...amendment] }),
    ...(networkAmendments === null ? {} : { proposedNetworkPolicyAmendments: networkAmendments }),
    availableDecisions:
      approval.decisions ??
      availableDecisions({
        network: network !== null,
        additionalPermissions: additionalPermissions !== null,
        amendment,
        networkAmendments,
      }),
  });
  if (answer.type === "closed") return { decision: { type: "abort" }, by: "closed" };
  if (answer.type === "error") return { decision: DENIED, by: "error" };
  return { decision: readClientDecision(answer.value), by: "answer" };
}

const DENIED: Decision = { type: "denied", reason: DENIED_BY_USER, by: "person" };

/** Asks about the command of an item. The item is on the client's screen before the question, and ends with a refusal. */
export async function askAboutCommand(
  turn: TurnScope,
  item: CommandItem,
  question: Pick<CommandApproval, "reason" | "amendment" | "additionalPermissions">,
): Promise<Decision> {
  item.start();
  const { decision, by } = await askClient(turn, {
    itemId: item.callId,
    command: { text: item.command, cwd: item.cwd, actions: item.actions },
    ...question,
  });
  // When the turn is over, nobody hears of its items any more.
  if (by !== "closed" && (decision.type === "denied" || decision.type === "abort")) {
    item.complete({ status: by === "error" ? "failed" : "declined", output: null, exitCode: null, durationMs: null });
  }
  return decision;
}
