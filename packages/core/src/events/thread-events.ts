import type {
  AgentMessageDeltaNotification,
  AccountRateLimitsUpdatedNotification,
  CommandExecutionOutputDeltaNotification,
  CommandExecutionRequestApprovalParams,
  ContextCompactedNotification,
  DeprecationNoticeNotification,
  DynamicToolCallParams,
  ErrorNotification,
  FileChangeOutputDeltaNotification,
  FileChangePatchUpdatedNotification,
  FileChangeRequestApprovalParams,
  HookCompletedNotification,
  HookStartedNotification,
  ItemCompletedNotification,
  ItemStartedNotification,
  McpServerElicitationRequestParams,
  McpServerStatusUpdatedNotification,
  ModelReroutedNotification,
  ModelVerificationNotification,
  PermissionsRequestApprovalParams,
  PlanDeltaNotification,
  RawResponseItemCompletedNotification,
  ReasoningSummaryPartAddedNotification,
  ReasoningSummaryTextDeltaNotification,
  ReasoningTextDeltaNotification,
  TerminalInteractionNotification,
  ThreadNameUpdatedNotification,
  ThreadTokenUsageUpdatedNotification,
  ToolRequestUserInputParams,
  TurnCompletedNotification,
  TurnDiffUpdatedNotification,
  TurnPlanUpdatedNotification,
  TurnStartedNotification,
  WarningNotification,
} from "@codex-ts/protocol";

/** Every notification a thread gives, by its v2 method. The server writes them to the wire unchanged. */
export interface NotificationParams {
  "turn/started": TurnStartedNotification;
  "turn/completed": TurnCompletedNotification;
  "item/started": ItemStartedNotification;
  "item/completed": ItemCompletedNotification;
  "item/agentMessage/delta": AgentMessageDeltaNotification;
  "item/plan/delta": PlanDeltaNotification;
  "item/reasoning/summaryTextDelta": ReasoningSummaryTextDeltaNotification;
  "item/reasoning/summaryPartAdded": ReasoningSummaryPartAddedNotification;
  "item/reasoning/textDelta": ReasoningTextDeltaNotification;
  "item/commandExecution/outputDelta": CommandExecutionOutputDeltaNotification;
  "item/commandExecution/terminalInteraction": TerminalInteractionNotification;
  "item/fileChange/outputDelta": FileChangeOutputDeltaNotification;
  "item/fileChange/patchUpdated": FileChangePatchUpdatedNotification;
  "turn/plan/updated": TurnPlanUpdatedNotification;
  "turn/diff/updated": TurnDiffUpdatedNotification;
  "thread/tokenUsage/updated": ThreadTokenUsageUpdatedNotification;
  "thread/name/updated": ThreadNameUpdatedNotification;
  "thread/compacted": ContextCompactedNotification;
  "account/rateLimits/updated": AccountRateLimitsUpdatedNotification;
  "mcpServer/startupStatus/updated": McpServerStatusUpdatedNotification;
  "model/rerouted": ModelReroutedNotification;
  "model/verification": ModelVerificationNotification;
  "rawResponseItem/completed": RawResponseItemCompletedNotification;
  "hook/started": HookStartedNotification;
  "hook/completed": HookCompletedNotification;
  deprecationNotice: DeprecationNoticeNotification;
  error: ErrorNotification;
  warning: WarningNotification;
}

/** Every question a thread asks its client, by its v2 method. */
export interface RequestParams {
  "item/commandExecution/requestApproval": CommandExecutionRequestApprovalParams;
  "item/fileChange/requestApproval": FileChangeRequestApprovalParams;
  "item/permissions/requestApproval": PermissionsRequestApprovalParams;
  "item/tool/requestUserInput": ToolRequestUserInputParams;
  "item/tool/call": DynamicToolCallParams;
  "mcpServer/elicitation/request": McpServerElicitationRequestParams;
}

export type NotificationMethod = keyof NotificationParams;
export type RequestMethod = keyof RequestParams;

export type ThreadNotification = {
  [M in NotificationMethod]: { kind: "notification"; method: M; params: NotificationParams[M] };
}[NotificationMethod];

/** Why a question is settled that nobody answered, while its turn goes on. */
export const WITHDRAWN = Symbol("withdrawn");

/** How a question is answered. The first answer wins; a late or second one is dropped without a word. */
export interface RequestReply {
  /** The client's result as it came off the wire (the core checks it; an undecodable one counts as "no"). */
  respond(result: unknown): void;
  /** The client answered with an error: nothing is granted. */
  fail(): void;
  /**
   * Aborted once the question is settled: answered, or closed because the turn ended before an answer came. Its reason is `WITHDRAWN` when
   * whoever asked is gone and the turn goes on.
   */
  readonly settled: AbortSignal;
}

export type ThreadRequest = {
  [M in RequestMethod]: { kind: "request"; method: M; params: RequestParams[M] } & RequestReply;
}[RequestMethod];

/** What a thread says, in the order in which it must reach a client. */
export type ThreadEvent = ThreadNotification | ThreadRequest;
