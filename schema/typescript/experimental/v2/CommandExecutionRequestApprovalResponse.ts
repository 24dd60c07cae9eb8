// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { CommandExecutionApprovalDecision } from "./CommandExecutionApprovalDecision";

export type CommandExecutionRequestApprovalResponse = { decision: CommandExecutionApprovalDecision, };
