// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ApprovalsReviewer } from "./ApprovalsReviewer";
import type { AskForApproval } from "./AskForApproval";
import type { JsonValue } from "../serde_json/JsonValue";
import type { PermissionProfile } from "./PermissionProfile";
import type { Personality } from "../Personality";
import type { ReasoningEffort } from "../ReasoningEffort";
import type { ReasoningSummary } from "../ReasoningSummary";
import type { SandboxPolicy } from "./SandboxPolicy";
import type { ServiceTier } from "../ServiceTier";
import type { UserInput } from "./UserInput";

export type TurnStartParams = { threadId: string, input: Array<UserInput>, cwd?: string | null, approvalPolicy?: AskForApproval | null, approvalsReviewer?: ApprovalsReviewer | null, sandboxPolicy?: SandboxPolicy | null, permissionProfile?: PermissionProfile | null, model?: string | null, serviceTier?: ServiceTier | null | null, effort?: ReasoningEffort | null, summary?: ReasoningSummary | null, personality?: Personality | null, outputSchema?: JsonValue | null, };
