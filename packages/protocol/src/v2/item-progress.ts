import { array, int64, type Out, string, struct } from "../wire/index.ts";
import { FileUpdateChange } from "./items.ts";

export const AgentMessageDeltaNotification = struct("AgentMessageDeltaNotification", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  delta: string,
}));
export interface AgentMessageDeltaNotification extends Out<typeof AgentMessageDeltaNotification> {}

export const CommandExecutionOutputDeltaNotification = struct("CommandExecutionOutputDeltaNotification", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  delta: string,
}));
export interface CommandExecutionOutputDeltaNotification extends Out<typeof CommandExecutionOutputDeltaNotification> {}

export const FileChangeOutputDeltaNotification = struct("FileChangeOutputDeltaNotification", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  delta: string,
}));
export interface FileChangeOutputDeltaNotification extends Out<typeof FileChangeOutputDeltaNotification> {}

export const FileChangePatchUpdatedNotification = struct("FileChangePatchUpdatedNotification", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  changes: array(FileUpdateChange),
}));
export interface FileChangePatchUpdatedNotification extends Out<typeof FileChangePatchUpdatedNotification> {}

export const PlanDeltaNotification = struct("PlanDeltaNotification", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  delta: string,
}));
export interface PlanDeltaNotification extends Out<typeof PlanDeltaNotification> {}

export const ReasoningSummaryPartAddedNotification = struct("ReasoningSummaryPartAddedNotification", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  summaryIndex: int64,
}));
export interface ReasoningSummaryPartAddedNotification extends Out<typeof ReasoningSummaryPartAddedNotification> {}

export const ReasoningSummaryTextDeltaNotification = struct("ReasoningSummaryTextDeltaNotification", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  delta: string,
  summaryIndex: int64,
}));
export interface ReasoningSummaryTextDeltaNotification extends Out<typeof ReasoningSummaryTextDeltaNotification> {}

export const ReasoningTextDeltaNotification = struct("ReasoningTextDeltaNotification", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  delta: string,
  contentIndex: int64,
}));
export interface ReasoningTextDeltaNotification extends Out<typeof ReasoningTextDeltaNotification> {}

export const TerminalInteractionNotification = struct("TerminalInteractionNotification", () => ({
  threadId: string,
  turnId: string,
  itemId: string,
  processId: string,
  stdin: string,
}));
export interface TerminalInteractionNotification extends Out<typeof TerminalInteractionNotification> {}
