import { AbsolutePathBuf } from "../shared/ids.ts";
import { array, nullable, type Out, string, stringEnum, struct, tagged, uint16 } from "../wire/index.ts";
import { RequestPermissionProfile } from "./permissions.ts";
import { NetworkApprovalProtocol } from "./policies.ts";

export const AutoReviewDecisionSource = stringEnum("AutoReviewDecisionSource", ["agent"]);
export type AutoReviewDecisionSource = Out<typeof AutoReviewDecisionSource>;

export const GuardianApprovalReview = struct("GuardianApprovalReview", () => ({
  status: GuardianApprovalReviewStatus,
  riskLevel: nullable(GuardianRiskLevel),
  userAuthorization: nullable(GuardianUserAuthorization),
  rationale: nullable(string),
}));
export interface GuardianApprovalReview extends Out<typeof GuardianApprovalReview> {}

export const GuardianApprovalReviewAction = tagged("GuardianApprovalReviewAction", "type", () => ({
  command: { source: GuardianCommandSource, command: string, cwd: AbsolutePathBuf },
  execve: { source: GuardianCommandSource, program: string, argv: array(string), cwd: AbsolutePathBuf },
  applyPatch: { cwd: AbsolutePathBuf, files: array(AbsolutePathBuf) },
  networkAccess: { target: string, host: string, protocol: NetworkApprovalProtocol, port: uint16 },
  mcpToolCall: {
    server: string,
    toolName: string,
    connectorId: nullable(string),
    connectorName: nullable(string),
    toolTitle: nullable(string),
  },
  requestPermissions: { reason: nullable(string), permissions: RequestPermissionProfile },
}));
export type GuardianApprovalReviewAction = Out<typeof GuardianApprovalReviewAction>;

export const GuardianApprovalReviewStatus = stringEnum("GuardianApprovalReviewStatus", [
  "inProgress",
  "approved",
  "denied",
  "timedOut",
  "aborted",
]);
export type GuardianApprovalReviewStatus = Out<typeof GuardianApprovalReviewStatus>;

export const GuardianCommandSource = stringEnum("GuardianCommandSource", ["shell", "unifiedExec"]);
export type GuardianCommandSource = Out<typeof GuardianCommandSource>;

export const GuardianRiskLevel = stringEnum("GuardianRiskLevel", ["low", "medium", "high", "critical"]);
export type GuardianRiskLevel = Out<typeof GuardianRiskLevel>;

export const GuardianUserAuthorization = stringEnum("GuardianUserAuthorization", ["unknown", "low", "medium", "high"]);
export type GuardianUserAuthorization = Out<typeof GuardianUserAuthorization>;

export const GuardianWarningNotification = struct("GuardianWarningNotification", () => ({
  threadId: string,
  message: string,
}));
export interface GuardianWarningNotification extends Out<typeof GuardianWarningNotification> {}

export const ItemGuardianApprovalReviewCompletedNotification = struct(
  "ItemGuardianApprovalReviewCompletedNotification",
  () => ({
    threadId: string,
    turnId: string,
    reviewId: string,
    targetItemId: nullable(string),
    decisionSource: AutoReviewDecisionSource,
    review: GuardianApprovalReview,
    action: GuardianApprovalReviewAction,
  }),
);
export interface ItemGuardianApprovalReviewCompletedNotification
  extends Out<typeof ItemGuardianApprovalReviewCompletedNotification> {}

export const ItemGuardianApprovalReviewStartedNotification = struct(
  "ItemGuardianApprovalReviewStartedNotification",
  () => ({
    threadId: string,
    turnId: string,
    reviewId: string,
    targetItemId: nullable(string),
    review: GuardianApprovalReview,
    action: GuardianApprovalReviewAction,
  }),
);
export interface ItemGuardianApprovalReviewStartedNotification
  extends Out<typeof ItemGuardianApprovalReviewStartedNotification> {}
