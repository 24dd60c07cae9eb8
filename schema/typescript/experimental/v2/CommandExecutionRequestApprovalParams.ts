// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";
import type { AdditionalPermissionProfile } from "./AdditionalPermissionProfile";
import type { CommandAction } from "./CommandAction";
import type { CommandExecutionApprovalDecision } from "./CommandExecutionApprovalDecision";
import type { ExecPolicyAmendment } from "./ExecPolicyAmendment";
import type { NetworkApprovalContext } from "./NetworkApprovalContext";
import type { NetworkPolicyAmendment } from "./NetworkPolicyAmendment";

export type CommandExecutionRequestApprovalParams = { threadId: string, turnId: string, itemId: string, approvalId?: string | null, reason?: string | null, networkApprovalContext?: NetworkApprovalContext | null, command?: string | null, cwd?: AbsolutePathBuf | null, commandActions?: Array<CommandAction> | null, additionalPermissions?: AdditionalPermissionProfile | null, proposedExecpolicyAmendment?: ExecPolicyAmendment | null, proposedNetworkPolicyAmendments?: Array<NetworkPolicyAmendment> | null, availableDecisions?: Array<CommandExecutionApprovalDecision> | null, };
