import type { CommandExecutionApprovalDecision, NetworkPolicyAmendment } from "@codex-ts/protocol";

/** What of a question decides which answers are offered. */
export interface OfferedFor {
  /** It is about a connection. */
  network: boolean;
  /** It is about a command with additional permissions. */
  additionalPermissions: boolean;
  /** Prefix that may be allowed from now on. */
  amendment: readonly string[] | null;
  networkAmendments: readonly NetworkPolicyAmendment[] | null;
}

/** The answers that a question about a command offers, in order (spec protocol.md 7.3). */
export function availableDecisions(question: OfferedFor): CommandExecutionApprovalDecision[] {
  if (question.network) {
    const allow = question.networkAmendments?.find(({ action }) => action === "allow");
    return [
      "accept",
      "acceptForSession",
      ...(allow === undefined ? [] : [{ applyNetworkPolicyAmendment: { network_policy_amendment: allow } }]),
      "cancel",
    ];
  }
  if (question.additionalPermissions || question.amendment === null) return ["accept", "cancel"];
  const amendment = { execpolicy_amendment: [...question.amendment] };
  return ["accept", { acceptWithExecpolicyAmendment: amendment }, "cancel"];
}
