import { EventMsg } from "../core/event-msg.ts";
import { SandboxPolicy } from "../core/permissions.ts";
import { ResponseItem } from "../models/response-item.ts";
import { ThreadId } from "../shared/ids.ts";
import { ReasoningEffort, ReasoningSummary, ServiceTier } from "../shared/settings.ts";
import { AskForApproval, SandboxMode } from "../v2/policies.ts";
import {
  array,
  boolean,
  double,
  JsonValue,
  nullable,
  omittable,
  type Out,
  record,
  string,
  struct,
  usize,
  withDefault,
} from "../wire/index.ts";
import { ConversationSummary } from "./conversations.ts";
import { InputItem } from "./input-item.ts";

// Conversations before threads: no method serves these types any more, but recordings of them exist.

export const NewConversationParams = struct("NewConversationParams", () => ({
  model: nullable(string),
  modelProvider: nullable(string),
  profile: nullable(string),
  cwd: nullable(string),
  approvalPolicy: nullable(AskForApproval),
  sandbox: nullable(SandboxMode),
  config: nullable(record(JsonValue)),
  baseInstructions: nullable(string),
  developerInstructions: omittable(string),
  compactPrompt: omittable(string),
  includeApplyPatchTool: nullable(boolean),
}));
export interface NewConversationParams extends Out<typeof NewConversationParams> {}

export const NewConversationResponse = struct("NewConversationResponse", () => ({
  conversationId: ThreadId,
  model: string,
  reasoningEffort: nullable(ReasoningEffort),
  rolloutPath: string,
}));
export interface NewConversationResponse extends Out<typeof NewConversationResponse> {}

export const ResumeConversationParams = struct("ResumeConversationParams", () => ({
  path: nullable(string),
  conversationId: nullable(ThreadId),
  history: nullable(array(ResponseItem)),
  overrides: nullable(NewConversationParams),
}));
export interface ResumeConversationParams extends Out<typeof ResumeConversationParams> {}

export const ResumeConversationResponse = struct("ResumeConversationResponse", () => ({
  conversationId: ThreadId,
  model: string,
  initialMessages: nullable(array(EventMsg)),
  rolloutPath: string,
}));
export interface ResumeConversationResponse extends Out<typeof ResumeConversationResponse> {}

export const ForkConversationParams = struct("ForkConversationParams", () => ({
  path: nullable(string),
  conversationId: nullable(ThreadId),
  overrides: nullable(NewConversationParams),
}));
export interface ForkConversationParams extends Out<typeof ForkConversationParams> {}

export const ForkConversationResponse = struct("ForkConversationResponse", () => ({
  conversationId: ThreadId,
  model: string,
  initialMessages: nullable(array(EventMsg)),
  rolloutPath: string,
}));
export interface ForkConversationResponse extends Out<typeof ForkConversationResponse> {}

export const ListConversationsParams = struct("ListConversationsParams", () => ({
  pageSize: nullable(usize),
  cursor: nullable(string),
  modelProviders: nullable(array(string)),
}));
export interface ListConversationsParams extends Out<typeof ListConversationsParams> {}

export const ListConversationsResponse = struct("ListConversationsResponse", () => ({
  items: array(ConversationSummary),
  nextCursor: nullable(string),
}));
export interface ListConversationsResponse extends Out<typeof ListConversationsResponse> {}

export const AddConversationListenerParams = struct("AddConversationListenerParams", () => ({
  conversationId: ThreadId,
  experimentalRawEvents: withDefault(boolean, false),
}));
export interface AddConversationListenerParams extends Out<typeof AddConversationListenerParams> {}

export const AddConversationSubscriptionResponse = struct("AddConversationSubscriptionResponse", () => ({
  subscriptionId: string,
}));
export interface AddConversationSubscriptionResponse extends Out<typeof AddConversationSubscriptionResponse> {}

export const RemoveConversationListenerParams = struct("RemoveConversationListenerParams", () => ({
  subscriptionId: string,
}));
export interface RemoveConversationListenerParams extends Out<typeof RemoveConversationListenerParams> {}

export const RemoveConversationSubscriptionResponse = struct("RemoveConversationSubscriptionResponse", () => ({}));
export interface RemoveConversationSubscriptionResponse extends Out<typeof RemoveConversationSubscriptionResponse> {}

export const ArchiveConversationParams = struct("ArchiveConversationParams", () => ({
  conversationId: ThreadId,
  rolloutPath: string,
}));
export interface ArchiveConversationParams extends Out<typeof ArchiveConversationParams> {}

export const ArchiveConversationResponse = struct("ArchiveConversationResponse", () => ({}));
export interface ArchiveConversationResponse extends Out<typeof ArchiveConversationResponse> {}

export const SendUserMessageParams = struct("SendUserMessageParams", () => ({
  conversationId: ThreadId,
  items: array(InputItem),
}));
export interface SendUserMessageParams extends Out<typeof SendUserMessageParams> {}

export const SendUserMessageResponse = struct("SendUserMessageResponse", () => ({}));
export interface SendUserMessageResponse extends Out<typeof SendUserMessageResponse> {}

/** Absent `serviceTier` keeps the tier, null clears it. */
export const SendUserTurnParams = struct("SendUserTurnParams", () => ({
  conversationId: ThreadId,
  items: array(InputItem),
  cwd: string,
  approvalPolicy: AskForApproval,
  sandboxPolicy: SandboxPolicy,
  model: string,
  serviceTier: double(ServiceTier),
  effort: nullable(ReasoningEffort),
  summary: ReasoningSummary,
  outputSchema: nullable(JsonValue),
}));
export interface SendUserTurnParams extends Out<typeof SendUserTurnParams> {}

export const SendUserTurnResponse = struct("SendUserTurnResponse", () => ({}));
export interface SendUserTurnResponse extends Out<typeof SendUserTurnResponse> {}

export const InterruptConversationParams = struct("InterruptConversationParams", () => ({ conversationId: ThreadId }));
export interface InterruptConversationParams extends Out<typeof InterruptConversationParams> {}
