import { ResponseItem } from "../models/response-item.ts";
import { AbsolutePathBuf } from "../shared/ids.ts";
import { Personality, ReasoningEffort, ServiceTier } from "../shared/settings.ts";
import {
  anyPath,
  experimental,
  array,
  boolean,
  double,
  JsonValue,
  nullable,
  optional,
  type Out,
  record,
  skipDefault,
  string,
  stringEnum,
  struct,
  withDefault,
} from "../wire/index.ts";
import { DynamicToolSpec } from "./dynamic-tools.ts";
import { PermissionProfile } from "./permissions.ts";
import { ApprovalsReviewer, AskForApproval, SandboxMode, SandboxPolicy } from "./policies.ts";
import { Thread } from "./thread.ts";
import { TurnEnvironmentParams } from "./turns.ts";

export const ThreadForkParams = struct("ThreadForkParams", () => ({
  threadId: string,
  path: experimental("thread/fork.path", optional(anyPath)),
  model: optional(string),
  modelProvider: optional(string),
  serviceTier: double(ServiceTier),
  cwd: optional(string),
  approvalPolicy: optional(AskForApproval),
  approvalsReviewer: optional(ApprovalsReviewer),
  sandbox: optional(SandboxMode),
  permissionProfile: optional(PermissionProfile),
  config: optional(record(JsonValue)),
  baseInstructions: optional(string),
  developerInstructions: optional(string),
  ephemeral: skipDefault(boolean, false),
  excludeTurns: skipDefault(boolean, false),
  persistExtendedHistory: experimental("thread/fork.persistFullHistory", withDefault(boolean, false)),
}));
export interface ThreadForkParams extends Out<typeof ThreadForkParams> {}

export const ThreadForkResponse = struct("ThreadForkResponse", () => ({
  thread: Thread,
  model: string,
  modelProvider: string,
  serviceTier: nullable(ServiceTier),
  cwd: AbsolutePathBuf,
  instructionSources: withDefault(array(AbsolutePathBuf), []),
  approvalPolicy: AskForApproval,
  approvalsReviewer: ApprovalsReviewer,
  sandbox: SandboxPolicy,
  permissionProfile: nullable(PermissionProfile),
  reasoningEffort: nullable(ReasoningEffort),
}));
export interface ThreadForkResponse extends Out<typeof ThreadForkResponse> {}

export const ThreadResumeParams = struct("ThreadResumeParams", () => ({
  threadId: string,
  history: experimental("thread/resume.history", optional(array(ResponseItem))),
  path: experimental("thread/resume.path", optional(anyPath)),
  model: optional(string),
  modelProvider: optional(string),
  serviceTier: double(ServiceTier),
  cwd: optional(string),
  approvalPolicy: optional(AskForApproval),
  approvalsReviewer: optional(ApprovalsReviewer),
  sandbox: optional(SandboxMode),
  permissionProfile: optional(PermissionProfile),
  config: optional(record(JsonValue)),
  baseInstructions: optional(string),
  developerInstructions: optional(string),
  personality: optional(Personality),
  excludeTurns: skipDefault(boolean, false),
  persistExtendedHistory: experimental("thread/resume.persistFullHistory", withDefault(boolean, false)),
}));
export interface ThreadResumeParams extends Out<typeof ThreadResumeParams> {}

export const ThreadResumeResponse = struct("ThreadResumeResponse", () => ({
  thread: Thread,
  model: string,
  modelProvider: string,
  serviceTier: nullable(ServiceTier),
  cwd: AbsolutePathBuf,
  instructionSources: withDefault(array(AbsolutePathBuf), []),
  approvalPolicy: AskForApproval,
  approvalsReviewer: ApprovalsReviewer,
  sandbox: SandboxPolicy,
  permissionProfile: nullable(PermissionProfile),
  reasoningEffort: nullable(ReasoningEffort),
}));
export interface ThreadResumeResponse extends Out<typeof ThreadResumeResponse> {}

export const ThreadStartParams = struct("ThreadStartParams", () => ({
  model: optional(string),
  modelProvider: optional(string),
  serviceTier: double(ServiceTier),
  cwd: optional(string),
  approvalPolicy: optional(AskForApproval),
  approvalsReviewer: optional(ApprovalsReviewer),
  sandbox: optional(SandboxMode),
  permissionProfile: optional(PermissionProfile),
  config: optional(record(JsonValue)),
  serviceName: optional(string),
  baseInstructions: optional(string),
  developerInstructions: optional(string),
  personality: optional(Personality),
  ephemeral: optional(boolean),
  sessionStartSource: optional(ThreadStartSource),
  environments: experimental("thread/start.environments", optional(array(TurnEnvironmentParams))),
  dynamicTools: experimental("thread/start.dynamicTools", optional(array(DynamicToolSpec))),
  mockExperimentalField: experimental("thread/start.mockExperimentalField", optional(string)),
  experimentalRawEvents: experimental("thread/start.experimentalRawEvents", withDefault(boolean, false)),
  persistExtendedHistory: experimental("thread/start.persistFullHistory", withDefault(boolean, false)),
}));
export interface ThreadStartParams extends Out<typeof ThreadStartParams> {}

export const ThreadStartResponse = struct("ThreadStartResponse", () => ({
  thread: Thread,
  model: string,
  modelProvider: string,
  serviceTier: nullable(ServiceTier),
  cwd: AbsolutePathBuf,
  instructionSources: withDefault(array(AbsolutePathBuf), []),
  approvalPolicy: AskForApproval,
  approvalsReviewer: ApprovalsReviewer,
  sandbox: SandboxPolicy,
  permissionProfile: nullable(PermissionProfile),
  reasoningEffort: nullable(ReasoningEffort),
}));
export interface ThreadStartResponse extends Out<typeof ThreadStartResponse> {}

export const ThreadStartSource = stringEnum("ThreadStartSource", ["startup", "clear"]);
export type ThreadStartSource = Out<typeof ThreadStartSource>;

export const ThreadStartedNotification = struct("ThreadStartedNotification", () => ({ thread: Thread }));
export interface ThreadStartedNotification extends Out<typeof ThreadStartedNotification> {}
