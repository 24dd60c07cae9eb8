import { AbsolutePathBuf, RequestId } from "../shared/ids.ts";
import {
  experimental,
  array,
  boolean,
  external,
  nullable,
  omittable,
  optional,
  type Out,
  string,
  stringEnum,
  struct,
  unit,
  withDefault,
} from "../wire/index.ts";
import { CommandAction } from "./command-action.ts";
import {
  AdditionalPermissionProfile,
  GrantedPermissionProfile,
  PermissionGrantScope,
  RequestPermissionProfile,
} from "./permissions.ts";
import { ExecPolicyAmendment, NetworkApprovalContext, NetworkPolicyAmendment } from "./policies.ts";

export const CommandExecutionApprovalDecision = external("CommandExecutionApprovalDecision", () => ({
  accept: unit,
  acceptForSession: unit,
  acceptWithExecpolicyAmendment: { execpolicy_amendment: ExecPolicyAmendment },
  applyNetworkPolicyAmendment: { network_policy_amendment: NetworkPolicyAmendment },
  decline: unit,
  cancel: unit,
}));
export type CommandExecutionApprovalDecision = Out<typeof CommandExecutionApprovalDecision>;

export const CommandExecutionRequestApprovalParams = struct("CommandExecutionRequestApprovalParams", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  approvalId: optional(string),
  reason: optional(string),
  networkApprovalContext: optional(NetworkApprovalContext),
  command: optional(string),
  cwd: optional(AbsolutePathBuf),
  commandActions: optional(array(CommandAction)),
  additionalPermissions: experimental(
    "item/commandExecution/requestApproval.additionalPermissions",
    optional(AdditionalPermissionProfile),
  ),
  proposedExecpolicyAmendment: optional(ExecPolicyAmendment),
  proposedNetworkPolicyAmendments: optional(array(NetworkPolicyAmendment)),
  availableDecisions: experimental(
    "item/commandExecution/requestApproval.availableDecisions",
    optional(array(CommandExecutionApprovalDecision)),
  ),
}));
export interface CommandExecutionRequestApprovalParams extends Out<typeof CommandExecutionRequestApprovalParams> {}

export const CommandExecutionRequestApprovalResponse = struct("CommandExecutionRequestApprovalResponse", () => ({
  decision: CommandExecutionApprovalDecision,
}));
export interface CommandExecutionRequestApprovalResponse extends Out<typeof CommandExecutionRequestApprovalResponse> {}

export const FileChangeApprovalDecision = stringEnum("FileChangeApprovalDecision", [
  "accept",
  "acceptForSession",
  "decline",
  "cancel",
]);
export type FileChangeApprovalDecision = Out<typeof FileChangeApprovalDecision>;

export const FileChangeRequestApprovalParams = struct("FileChangeRequestApprovalParams", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  reason: optional(string),
  grantRoot: optional(string),
}));
export interface FileChangeRequestApprovalParams extends Out<typeof FileChangeRequestApprovalParams> {}

export const FileChangeRequestApprovalResponse = struct("FileChangeRequestApprovalResponse", () => ({
  decision: FileChangeApprovalDecision,
}));
export interface FileChangeRequestApprovalResponse extends Out<typeof FileChangeRequestApprovalResponse> {}

export const PermissionsRequestApprovalParams = struct("PermissionsRequestApprovalParams", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  cwd: AbsolutePathBuf,
  reason: nullable(string),
  permissions: RequestPermissionProfile,
}));
export interface PermissionsRequestApprovalParams extends Out<typeof PermissionsRequestApprovalParams> {}

export const PermissionsRequestApprovalResponse = struct("PermissionsRequestApprovalResponse", () => ({
  permissions: GrantedPermissionProfile,
  scope: withDefault(PermissionGrantScope, "turn"),
  strictAutoReview: omittable(boolean),
}));
export interface PermissionsRequestApprovalResponse extends Out<typeof PermissionsRequestApprovalResponse> {}

export const ServerRequestResolvedNotification = struct("ServerRequestResolvedNotification", () => ({
  threadId: string,
  requestId: RequestId,
}));
export interface ServerRequestResolvedNotification extends Out<typeof ServerRequestResolvedNotification> {}
