import { ThreadMemoryMode } from "../shared/settings.ts";
import {
  array,
  bigUint64,
  boolean,
  JsonValue,
  omittable,
  optional,
  optionalInLists,
  type Out,
  string,
  stringEnum,
  struct,
  uint32,
} from "../wire/index.ts";
import { Thread } from "./thread.ts";

export const ContextCompactedNotification = struct("ContextCompactedNotification", () => ({
  threadId: string,
  turnId: string,
}));
export interface ContextCompactedNotification extends Out<typeof ContextCompactedNotification> {}

export const MemoryResetResponse = struct("MemoryResetResponse", () => ({}));
export interface MemoryResetResponse extends Out<typeof MemoryResetResponse> {}

export const ThreadApproveGuardianDeniedActionParams = struct("ThreadApproveGuardianDeniedActionParams", () => ({
  threadId: string,
  event: JsonValue,
}));
export interface ThreadApproveGuardianDeniedActionParams extends Out<typeof ThreadApproveGuardianDeniedActionParams> {}

export const ThreadApproveGuardianDeniedActionResponse = struct(
  "ThreadApproveGuardianDeniedActionResponse",
  () => ({}),
);
export interface ThreadApproveGuardianDeniedActionResponse
  extends Out<typeof ThreadApproveGuardianDeniedActionResponse> {}

export const ThreadArchiveParams = struct("ThreadArchiveParams", () => ({ threadId: string }));
export interface ThreadArchiveParams extends Out<typeof ThreadArchiveParams> {}

export const ThreadArchiveResponse = struct("ThreadArchiveResponse", () => ({}));
export interface ThreadArchiveResponse extends Out<typeof ThreadArchiveResponse> {}

export const ThreadArchivedNotification = struct("ThreadArchivedNotification", () => ({ threadId: string }));
export interface ThreadArchivedNotification extends Out<typeof ThreadArchivedNotification> {}

export const ThreadBackgroundTerminalsCleanParams = struct("ThreadBackgroundTerminalsCleanParams", () => ({
  threadId: string,
}));
export interface ThreadBackgroundTerminalsCleanParams extends Out<typeof ThreadBackgroundTerminalsCleanParams> {}

export const ThreadBackgroundTerminalsCleanResponse = struct("ThreadBackgroundTerminalsCleanResponse", () => ({}));
export interface ThreadBackgroundTerminalsCleanResponse extends Out<typeof ThreadBackgroundTerminalsCleanResponse> {}

export const ThreadClosedNotification = struct("ThreadClosedNotification", () => ({ threadId: string }));
export interface ThreadClosedNotification extends Out<typeof ThreadClosedNotification> {}

export const ThreadCompactStartParams = struct("ThreadCompactStartParams", () => ({ threadId: string }));
export interface ThreadCompactStartParams extends Out<typeof ThreadCompactStartParams> {}

export const ThreadCompactStartResponse = struct("ThreadCompactStartResponse", () => ({}));
export interface ThreadCompactStartResponse extends Out<typeof ThreadCompactStartResponse> {}

export const ThreadDecrementElicitationParams = struct("ThreadDecrementElicitationParams", () => ({
  threadId: string,
}));
export interface ThreadDecrementElicitationParams extends Out<typeof ThreadDecrementElicitationParams> {}

export const ThreadDecrementElicitationResponse = struct("ThreadDecrementElicitationResponse", () => ({
  count: bigUint64,
  paused: boolean,
}));
export interface ThreadDecrementElicitationResponse extends Out<typeof ThreadDecrementElicitationResponse> {}

export const ThreadIncrementElicitationParams = struct("ThreadIncrementElicitationParams", () => ({
  threadId: string,
}));
export interface ThreadIncrementElicitationParams extends Out<typeof ThreadIncrementElicitationParams> {}

export const ThreadIncrementElicitationResponse = struct("ThreadIncrementElicitationResponse", () => ({
  count: bigUint64,
  paused: boolean,
}));
export interface ThreadIncrementElicitationResponse extends Out<typeof ThreadIncrementElicitationResponse> {}

export const ThreadInjectItemsParams = struct("ThreadInjectItemsParams", () => ({
  threadId: string,
  items: array(JsonValue),
}));
export interface ThreadInjectItemsParams extends Out<typeof ThreadInjectItemsParams> {}

export const ThreadInjectItemsResponse = struct("ThreadInjectItemsResponse", () => ({}));
export interface ThreadInjectItemsResponse extends Out<typeof ThreadInjectItemsResponse> {}

export const ThreadMemoryModeSetParams = struct("ThreadMemoryModeSetParams", () => ({
  threadId: string,
  mode: ThreadMemoryMode,
}));
export interface ThreadMemoryModeSetParams extends Out<typeof ThreadMemoryModeSetParams> {}

export const ThreadMemoryModeSetResponse = struct("ThreadMemoryModeSetResponse", () => ({}));
export interface ThreadMemoryModeSetResponse extends Out<typeof ThreadMemoryModeSetResponse> {}

export const ThreadMetadataGitInfoUpdateParams = struct("ThreadMetadataGitInfoUpdateParams", () => ({
  sha: optionalInLists(string),
  branch: optionalInLists(string),
  originUrl: optionalInLists(string),
}));
export interface ThreadMetadataGitInfoUpdateParams extends Out<typeof ThreadMetadataGitInfoUpdateParams> {}

export const ThreadMetadataUpdateParams = struct("ThreadMetadataUpdateParams", () => ({
  threadId: string,
  gitInfo: optional(ThreadMetadataGitInfoUpdateParams),
}));
export interface ThreadMetadataUpdateParams extends Out<typeof ThreadMetadataUpdateParams> {}

export const ThreadMetadataUpdateResponse = struct("ThreadMetadataUpdateResponse", () => ({ thread: Thread }));
export interface ThreadMetadataUpdateResponse extends Out<typeof ThreadMetadataUpdateResponse> {}

export const ThreadNameUpdatedNotification = struct("ThreadNameUpdatedNotification", () => ({
  threadId: string,
  threadName: omittable(string),
}));
export interface ThreadNameUpdatedNotification extends Out<typeof ThreadNameUpdatedNotification> {}

export const ThreadRollbackParams = struct("ThreadRollbackParams", () => ({ threadId: string, numTurns: uint32 }));
export interface ThreadRollbackParams extends Out<typeof ThreadRollbackParams> {}

export const ThreadRollbackResponse = struct("ThreadRollbackResponse", () => ({ thread: Thread }));
export interface ThreadRollbackResponse extends Out<typeof ThreadRollbackResponse> {}

export const ThreadSetNameParams = struct("ThreadSetNameParams", () => ({ threadId: string, name: string }));
export interface ThreadSetNameParams extends Out<typeof ThreadSetNameParams> {}

export const ThreadSetNameResponse = struct("ThreadSetNameResponse", () => ({}));
export interface ThreadSetNameResponse extends Out<typeof ThreadSetNameResponse> {}

export const ThreadShellCommandParams = struct("ThreadShellCommandParams", () => ({
  threadId: string,
  command: string,
}));
export interface ThreadShellCommandParams extends Out<typeof ThreadShellCommandParams> {}

export const ThreadShellCommandResponse = struct("ThreadShellCommandResponse", () => ({}));
export interface ThreadShellCommandResponse extends Out<typeof ThreadShellCommandResponse> {}

export const ThreadUnarchiveParams = struct("ThreadUnarchiveParams", () => ({ threadId: string }));
export interface ThreadUnarchiveParams extends Out<typeof ThreadUnarchiveParams> {}

export const ThreadUnarchiveResponse = struct("ThreadUnarchiveResponse", () => ({ thread: Thread }));
export interface ThreadUnarchiveResponse extends Out<typeof ThreadUnarchiveResponse> {}

export const ThreadUnarchivedNotification = struct("ThreadUnarchivedNotification", () => ({ threadId: string }));
export interface ThreadUnarchivedNotification extends Out<typeof ThreadUnarchivedNotification> {}

export const ThreadUnsubscribeParams = struct("ThreadUnsubscribeParams", () => ({ threadId: string }));
export interface ThreadUnsubscribeParams extends Out<typeof ThreadUnsubscribeParams> {}

export const ThreadUnsubscribeResponse = struct("ThreadUnsubscribeResponse", () => ({
  status: ThreadUnsubscribeStatus,
}));
export interface ThreadUnsubscribeResponse extends Out<typeof ThreadUnsubscribeResponse> {}

export const ThreadUnsubscribeStatus = stringEnum("ThreadUnsubscribeStatus", [
  "notLoaded",
  "notSubscribed",
  "unsubscribed",
]);
export type ThreadUnsubscribeStatus = Out<typeof ThreadUnsubscribeStatus>;
