import { array, boolean, nullable, optional, type Out, record, string, struct } from "../wire/index.ts";

export const DeprecationNoticeNotification = struct("DeprecationNoticeNotification", () => ({
  summary: string,
  details: nullable(string),
}));
export interface DeprecationNoticeNotification extends Out<typeof DeprecationNoticeNotification> {}

export const FeedbackUploadParams = struct("FeedbackUploadParams", () => ({
  classification: string,
  reason: optional(string),
  threadId: optional(string),
  includeLogs: boolean,
  extraLogFiles: optional(array(string)),
  tags: optional(record(string)),
}));
export interface FeedbackUploadParams extends Out<typeof FeedbackUploadParams> {}

export const FeedbackUploadResponse = struct("FeedbackUploadResponse", () => ({ threadId: string }));
export interface FeedbackUploadResponse extends Out<typeof FeedbackUploadResponse> {}

export const WarningNotification = struct("WarningNotification", () => ({
  threadId: nullable(string),
  message: string,
}));
export interface WarningNotification extends Out<typeof WarningNotification> {}
