// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { NetworkPolicyRuleAction } from "./NetworkPolicyRuleAction";

export type NetworkPolicyAmendment = { host: string, action: NetworkPolicyRuleAction, };
