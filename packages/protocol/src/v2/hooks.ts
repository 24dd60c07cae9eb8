import { AbsolutePathBuf } from "../shared/ids.ts";
import { array, bigInt64, nullable, type Out, string, stringEnum, struct, withDefault } from "../wire/index.ts";

export const HookCompletedNotification = struct("HookCompletedNotification", () => ({
  threadId: string,
  turnId: nullable(string),
  run: HookRunSummary,
}));
export interface HookCompletedNotification extends Out<typeof HookCompletedNotification> {}

export const HookEventName = stringEnum("HookEventName", [
  "preToolUse",
  "permissionRequest",
  "postToolUse",
  "sessionStart",
  "userPromptSubmit",
  "stop",
]);
export type HookEventName = Out<typeof HookEventName>;

export const HookExecutionMode = stringEnum("HookExecutionMode", ["sync", "async"]);
export type HookExecutionMode = Out<typeof HookExecutionMode>;

export const HookHandlerType = stringEnum("HookHandlerType", ["command", "prompt", "agent"]);
export type HookHandlerType = Out<typeof HookHandlerType>;

export const HookOutputEntry = struct("HookOutputEntry", () => ({ kind: HookOutputEntryKind, text: string }));
export interface HookOutputEntry extends Out<typeof HookOutputEntry> {}

export const HookOutputEntryKind = stringEnum("HookOutputEntryKind", [
  "warning",
  "stop",
  "feedback",
  "context",
  "error",
]);
export type HookOutputEntryKind = Out<typeof HookOutputEntryKind>;

export const HookRunStatus = stringEnum("HookRunStatus", ["running", "completed", "failed", "blocked", "stopped"]);
export type HookRunStatus = Out<typeof HookRunStatus>;

export const HookRunSummary = struct("HookRunSummary", () => ({
  id: string,
  eventName: HookEventName,
  handlerType: HookHandlerType,
  executionMode: HookExecutionMode,
  scope: HookScope,
  sourcePath: AbsolutePathBuf,
  source: withDefault(HookSource, "unknown"),
  displayOrder: bigInt64,
  status: HookRunStatus,
  statusMessage: nullable(string),
  startedAt: bigInt64,
  completedAt: nullable(bigInt64),
  durationMs: nullable(bigInt64),
  entries: array(HookOutputEntry),
}));
export interface HookRunSummary extends Out<typeof HookRunSummary> {}

export const HookScope = stringEnum("HookScope", ["thread", "turn"]);
export type HookScope = Out<typeof HookScope>;

export const HookSource = stringEnum("HookSource", [
  "system",
  "user",
  "project",
  "mdm",
  "sessionFlags",
  "legacyManagedConfigFile",
  "legacyManagedConfigMdm",
  "unknown",
]);
export type HookSource = Out<typeof HookSource>;

export const HookStartedNotification = struct("HookStartedNotification", () => ({
  threadId: string,
  turnId: nullable(string),
  run: HookRunSummary,
}));
export interface HookStartedNotification extends Out<typeof HookStartedNotification> {}
