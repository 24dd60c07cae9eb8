// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ReviewDecision } from "./ReviewDecision";

export type ExecCommandApprovalResponse = { decision: ReviewDecision, };
