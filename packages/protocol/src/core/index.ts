export { AgentStatus, CollabAgentRef, CollabAgentStatusEntry } from "./collab.ts";
export { FileChange, ParsedCommand } from "./commands.ts";
export { ExecPolicyAmendment, NetworkPolicyAmendment, NetworkPolicyRuleAction, ReviewDecision } from "./decisions.ts";
export { CodexErrorInfo } from "./errors.ts";
export { EventMsg, type EventMsgOf } from "./event-msg.ts";
export {
  CompactedItem,
  Duration,
  HistoryEntry,
  ModelRerouteReason,
  ModelVerification,
  PlanItemArg,
  RequestUserInputQuestion,
  RequestUserInputQuestionOption,
  SessionNetworkProxyRuntime,
  StepStatus,
  TurnAbortReason,
} from "./event-parts.ts";
export { ExecCommandSource, ExecCommandStatus, ExecOutputStream, PatchApplyStatus } from "./exec.ts";
export {
  GuardianAssessmentAction,
  GuardianAssessmentDecisionSource,
  GuardianAssessmentStatus,
  GuardianCommandSource,
} from "./guardian.ts";
export { HookEventName, HookRunSummary, HookSource } from "./hooks.ts";
export { AgentMessageContent, MemoryCitation, TextElement, TurnItem, UserInput } from "./items.ts";
export {
  CallToolResult,
  ElicitationRequest,
  McpAuthStatus,
  McpInvocation,
  McpStartupFailure,
  McpStartupStatus,
  McpToolCallOutcome,
} from "./mcp.ts";
export { Op, type OpOf } from "./op.ts";
export {
  ConversationStartTransport,
  DynamicToolResponse,
  ElicitationAction,
  GuardianAssessmentEvent,
  InterAgentCommunication,
  McpServerRefreshConfig,
  PermissionGrantScope,
  RequestPermissionsResponse,
  RequestUserInputAnswer,
  RequestUserInputResponse,
  ReviewRequest,
  TurnEnvironment,
} from "./op-parts.ts";
export {
  AdditionalPermissionProfile,
  FileSystemPath,
  FileSystemPermissions,
  FileSystemSandboxEntry,
  FileSystemSandboxKind,
  FileSystemSandboxPolicy,
  FileSystemSpecialPath,
  ManagedFileSystemPermissions,
  NetworkApprovalContext,
  NetworkApprovalProtocol,
  NetworkPermissions,
  NetworkSandboxPolicy,
  PermissionProfile,
  ReadOnlyAccess,
  RequestPermissionProfile,
  SandboxPolicy,
} from "./permissions.ts";
export {
  RealtimeAudioFrame,
  RealtimeEvent,
  RealtimeHandoffRequested,
  RealtimeInputAudioSpeechStarted,
  RealtimeNoopRequested,
  RealtimeResponseCancelled,
  RealtimeResponseCreated,
  RealtimeResponseDone,
  RealtimeTranscriptDelta,
  RealtimeTranscriptDone,
  RealtimeTranscriptEntry,
} from "./realtime.ts";
export { ReviewCodeLocation, ReviewFinding, ReviewLineRange, ReviewOutputEvent } from "./review.ts";
export { RolloutItem, RolloutLine } from "./rollout.ts";
export { BaseInstructions, GitInfo, SessionMeta, SessionMetaLine } from "./session-meta.ts";
export { SessionSource, SubAgentSource } from "./session-source.ts";
export { SkillInterface, SkillMetadata, SkillsListEntry } from "./skills.ts";
export { TruncationPolicy, TurnContextItem, TurnContextNetworkItem } from "./turn-context.ts";
export { CreditsSnapshot, RateLimitSnapshot, RateLimitWindow, TokenUsage, TokenUsageInfo } from "./usage.ts";
export { writeFileSystemPermissions } from "./legacy-permissions.ts";
