import { MessagePhase } from "../models/content.ts";
import { ResponseItem } from "../models/response-item.ts";
import { AbsolutePathBuf } from "../shared/ids.ts";
import { ReasoningEffort } from "../shared/settings.ts";
import {
  array,
  boolean,
  int32,
  int64,
  JsonValue,
  nullable,
  omittable,
  type Out,
  record,
  string,
  stringEnum,
  struct,
  tagged,
  uint32,
  withDefault,
} from "../wire/index.ts";
import { CommandAction } from "./command-action.ts";
import { DynamicToolCallOutputContentItem, DynamicToolCallStatus } from "./dynamic-tools.ts";
import { McpToolCallError, McpToolCallResult, McpToolCallStatus } from "./mcp.ts";
import { UserInput } from "./user-input.ts";

export const CollabAgentState = struct("CollabAgentState", () => ({
  status: CollabAgentStatus,
  message: nullable(string),
}));
export interface CollabAgentState extends Out<typeof CollabAgentState> {}

export const CollabAgentStatus = stringEnum("CollabAgentStatus", [
  "pendingInit",
  "running",
  "interrupted",
  "completed",
  "errored",
  "shutdown",
  "notFound",
]);
export type CollabAgentStatus = Out<typeof CollabAgentStatus>;

export const CollabAgentTool = stringEnum("CollabAgentTool", [
  "spawnAgent",
  "sendInput",
  "resumeAgent",
  "wait",
  "closeAgent",
]);
export type CollabAgentTool = Out<typeof CollabAgentTool>;

export const CollabAgentToolCallStatus = stringEnum("CollabAgentToolCallStatus", ["inProgress", "completed", "failed"]);
export type CollabAgentToolCallStatus = Out<typeof CollabAgentToolCallStatus>;

export const CommandExecutionSource = stringEnum("CommandExecutionSource", [
  "agent",
  "userShell",
  "unifiedExecStartup",
  "unifiedExecInteraction",
]);
export type CommandExecutionSource = Out<typeof CommandExecutionSource>;

export const CommandExecutionStatus = stringEnum("CommandExecutionStatus", [
  "inProgress",
  "completed",
  "failed",
  "declined",
]);
export type CommandExecutionStatus = Out<typeof CommandExecutionStatus>;

export const FileUpdateChange = struct("FileUpdateChange", () => ({
  path: string,
  kind: PatchChangeKind,
  diff: string,
}));
export interface FileUpdateChange extends Out<typeof FileUpdateChange> {}

export const HookPromptFragment = struct("HookPromptFragment", () => ({ text: string, hookRunId: string }));
export interface HookPromptFragment extends Out<typeof HookPromptFragment> {}

export const ItemCompletedNotification = struct("ItemCompletedNotification", () => ({
  item: ThreadItem,
  threadId: string,
  turnId: string,
}));
export interface ItemCompletedNotification extends Out<typeof ItemCompletedNotification> {}

export const ItemStartedNotification = struct("ItemStartedNotification", () => ({
  item: ThreadItem,
  threadId: string,
  turnId: string,
}));
export interface ItemStartedNotification extends Out<typeof ItemStartedNotification> {}

export const MemoryCitation = struct("MemoryCitation", () => ({
  entries: array(MemoryCitationEntry),
  threadIds: array(string),
}));
export interface MemoryCitation extends Out<typeof MemoryCitation> {}

export const MemoryCitationEntry = struct("MemoryCitationEntry", () => ({
  path: string,
  lineStart: uint32,
  lineEnd: uint32,
  note: string,
}));
export interface MemoryCitationEntry extends Out<typeof MemoryCitationEntry> {}

export const PatchApplyStatus = stringEnum("PatchApplyStatus", ["inProgress", "completed", "failed", "declined"]);
export type PatchApplyStatus = Out<typeof PatchApplyStatus>;

export const PatchChangeKind = tagged("PatchChangeKind", "type", () => ({
  add: {},
  delete: {},
  update: { move_path: nullable(string) },
}));
export type PatchChangeKind = Out<typeof PatchChangeKind>;

export const RawResponseItemCompletedNotification = struct("RawResponseItemCompletedNotification", () => ({
  threadId: string,
  turnId: string,
  item: ResponseItem,
}));
export interface RawResponseItemCompletedNotification extends Out<typeof RawResponseItemCompletedNotification> {}

export const ThreadItem = tagged("ThreadItem", "type", () => ({
  userMessage: { id: string, content: array(UserInput) },
  hookPrompt: { id: string, fragments: array(HookPromptFragment) },
  agentMessage: { id: string, text: string, phase: nullable(MessagePhase), memoryCitation: nullable(MemoryCitation) },
  plan: { id: string, text: string },
  reasoning: { id: string, summary: withDefault(array(string), []), content: withDefault(array(string), []) },
  commandExecution: {
    id: string,
    command: string,
    cwd: AbsolutePathBuf,
    processId: nullable(string),
    source: withDefault(CommandExecutionSource, "agent"),
    status: CommandExecutionStatus,
    commandActions: array(CommandAction),
    aggregatedOutput: nullable(string),
    exitCode: nullable(int32),
    durationMs: nullable(int64),
  },
  fileChange: { id: string, changes: array(FileUpdateChange), status: PatchApplyStatus },
  mcpToolCall: {
    id: string,
    server: string,
    tool: string,
    status: McpToolCallStatus,
    arguments: JsonValue,
    mcpAppResourceUri: omittable(string),
    result: nullable(McpToolCallResult),
    error: nullable(McpToolCallError),
    durationMs: nullable(int64),
  },
  dynamicToolCall: {
    id: string,
    namespace: nullable(string),
    tool: string,
    arguments: JsonValue,
    status: DynamicToolCallStatus,
    contentItems: nullable(array(DynamicToolCallOutputContentItem)),
    success: nullable(boolean),
    durationMs: nullable(int64),
  },
  collabAgentToolCall: {
    id: string,
    tool: CollabAgentTool,
    status: CollabAgentToolCallStatus,
    senderThreadId: string,
    receiverThreadIds: array(string),
    prompt: nullable(string),
    model: nullable(string),
    reasoningEffort: nullable(ReasoningEffort),
    agentsStates: record(CollabAgentState),
  },
  webSearch: { id: string, query: string, action: nullable(WebSearchAction) },
  imageView: { id: string, path: AbsolutePathBuf },
  imageGeneration: {
    id: string,
    status: string,
    revisedPrompt: nullable(string),
    result: string,
    savedPath: omittable(AbsolutePathBuf),
  },
  enteredReviewMode: { id: string, review: string },
  exitedReviewMode: { id: string, review: string },
  contextCompaction: { id: string },
}));
export type ThreadItem = Out<typeof ThreadItem>;

export const WebSearchAction = tagged(
  "WebSearchAction",
  "type",
  () => ({
    search: { query: nullable(string), queries: nullable(array(string)) },
    openPage: { url: nullable(string) },
    findInPage: { url: nullable(string), pattern: nullable(string) },
    other: {},
  }),
  { fallback: "other" },
);
export type WebSearchAction = Out<typeof WebSearchAction>;
