import { AbsolutePathBuf } from "../shared/ids.ts";
import { CollaborationMode, Personality, ReasoningEffort, ReasoningSummary, ServiceTier } from "../shared/settings.ts";
import {
  anyPath,
  experimental,
  array,
  double,
  int64,
  JsonValue,
  nullable,
  optional,
  type Out,
  record,
  string,
  stringEnum,
  struct,
} from "../wire/index.ts";
import { TurnError } from "./errors.ts";
import { ThreadItem } from "./items.ts";
import { PermissionProfile } from "./permissions.ts";
import { ApprovalsReviewer, AskForApproval, SandboxPolicy } from "./policies.ts";
import { UserInput } from "./user-input.ts";

export const Turn = struct("Turn", () => ({
  id: string,
  items: array(ThreadItem),
  status: TurnStatus,
  error: nullable(TurnError),
  startedAt: nullable(int64),
  completedAt: nullable(int64),
  durationMs: nullable(int64),
}));
export interface Turn extends Out<typeof Turn> {}

export const TurnCompletedNotification = struct("TurnCompletedNotification", () => ({ threadId: string, turn: Turn }));
export interface TurnCompletedNotification extends Out<typeof TurnCompletedNotification> {}

export const TurnDiffUpdatedNotification = struct("TurnDiffUpdatedNotification", () => ({
  threadId: string,
  turnId: string,
  diff: string,
}));
export interface TurnDiffUpdatedNotification extends Out<typeof TurnDiffUpdatedNotification> {}

export const TurnEnvironmentParams = struct("TurnEnvironmentParams", () => ({
  environmentId: string,
  cwd: AbsolutePathBuf,
}));
export interface TurnEnvironmentParams extends Out<typeof TurnEnvironmentParams> {}

export const TurnInterruptParams = struct("TurnInterruptParams", () => ({ threadId: string, turnId: string }));
export interface TurnInterruptParams extends Out<typeof TurnInterruptParams> {}

export const TurnInterruptResponse = struct("TurnInterruptResponse", () => ({}));
export interface TurnInterruptResponse extends Out<typeof TurnInterruptResponse> {}

export const TurnPlanStep = struct("TurnPlanStep", () => ({ step: string, status: TurnPlanStepStatus }));
export interface TurnPlanStep extends Out<typeof TurnPlanStep> {}

export const TurnPlanStepStatus = stringEnum("TurnPlanStepStatus", ["pending", "inProgress", "completed"]);
export type TurnPlanStepStatus = Out<typeof TurnPlanStepStatus>;

export const TurnPlanUpdatedNotification = struct("TurnPlanUpdatedNotification", () => ({
  threadId: string,
  turnId: string,
  explanation: nullable(string),
  plan: array(TurnPlanStep),
}));
export interface TurnPlanUpdatedNotification extends Out<typeof TurnPlanUpdatedNotification> {}

export const TurnStartParams = struct("TurnStartParams", () => ({
  threadId: string,
  input: array(UserInput),
  responsesapiClientMetadata: experimental("turn/start.responsesapiClientMetadata", optional(record(string))),
  environments: experimental("turn/start.environments", optional(array(TurnEnvironmentParams))),
  cwd: optional(anyPath),
  approvalPolicy: optional(AskForApproval),
  approvalsReviewer: optional(ApprovalsReviewer),
  sandboxPolicy: optional(SandboxPolicy),
  permissionProfile: optional(PermissionProfile),
  model: optional(string),
  serviceTier: double(ServiceTier),
  effort: optional(ReasoningEffort),
  summary: optional(ReasoningSummary),
  personality: optional(Personality),
  outputSchema: optional(JsonValue),
  collaborationMode: experimental("turn/start.collaborationMode", optional(CollaborationMode)),
}));
export interface TurnStartParams extends Out<typeof TurnStartParams> {}

export const TurnStartResponse = struct("TurnStartResponse", () => ({ turn: Turn }));
export interface TurnStartResponse extends Out<typeof TurnStartResponse> {}

export const TurnStartedNotification = struct("TurnStartedNotification", () => ({ threadId: string, turn: Turn }));
export interface TurnStartedNotification extends Out<typeof TurnStartedNotification> {}

export const TurnStatus = stringEnum("TurnStatus", ["completed", "interrupted", "failed", "inProgress"]);
export type TurnStatus = Out<typeof TurnStatus>;

export const TurnSteerParams = struct("TurnSteerParams", () => ({
  threadId: string,
  input: array(UserInput),
  responsesapiClientMetadata: experimental("turn/steer.responsesapiClientMetadata", optional(record(string))),
  expectedTurnId: string,
}));
export interface TurnSteerParams extends Out<typeof TurnSteerParams> {}

export const TurnSteerResponse = struct("TurnSteerResponse", () => ({ turnId: string }));
export interface TurnSteerResponse extends Out<typeof TurnSteerResponse> {}
