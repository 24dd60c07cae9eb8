import { array, external, newtype, type Out, string, stringEnum, struct, unit } from "../wire/index.ts";

export const ExecPolicyAmendment = newtype("ExecPolicyAmendment", () => array(string));
export type ExecPolicyAmendment = Out<typeof ExecPolicyAmendment>;

export const NetworkPolicyAmendment = struct("NetworkPolicyAmendment", () => ({
  host: string,
  action: NetworkPolicyRuleAction,
}));
export interface NetworkPolicyAmendment extends Out<typeof NetworkPolicyAmendment> {}

export const NetworkPolicyRuleAction = stringEnum("NetworkPolicyRuleAction", ["allow", "deny"]);
export type NetworkPolicyRuleAction = Out<typeof NetworkPolicyRuleAction>;

export const ReviewDecision = external("ReviewDecision", () => ({
  approved: unit,
  approved_execpolicy_amendment: { proposed_execpolicy_amendment: ExecPolicyAmendment },
  approved_for_session: unit,
  network_policy_amendment: { network_policy_amendment: NetworkPolicyAmendment },
  denied: unit,
  timed_out: unit,
  abort: unit,
}));
export type ReviewDecision = Out<typeof ReviewDecision>;
