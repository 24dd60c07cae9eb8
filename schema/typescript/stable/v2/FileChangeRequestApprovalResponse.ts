// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { FileChangeApprovalDecision } from "./FileChangeApprovalDecision";

export type FileChangeRequestApprovalResponse = { decision: FileChangeApprovalDecision, };
