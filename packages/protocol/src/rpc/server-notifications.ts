import {
  FuzzyFileSearchSessionCompletedNotification,
  FuzzyFileSearchSessionUpdatedNotification,
} from "../shared/fuzzy-file-search.ts";
import { AccountLoginCompletedNotification, AccountUpdatedNotification } from "../v2/account.ts";
import { ServerRequestResolvedNotification } from "../v2/approvals.ts";
import { AppListUpdatedNotification } from "../v2/apps.ts";
import { CommandExecOutputDeltaNotification } from "../v2/command-exec.ts";
import { ConfigWarningNotification } from "../v2/config-write.ts";
import { ErrorNotification } from "../v2/errors.ts";
import { ExternalAgentConfigImportCompletedNotification } from "../v2/external-agent-config.ts";
import { FsChangedNotification } from "../v2/fs.ts";
import {
  GuardianWarningNotification,
  ItemGuardianApprovalReviewCompletedNotification,
  ItemGuardianApprovalReviewStartedNotification,
} from "../v2/guardian.ts";
import { HookCompletedNotification, HookStartedNotification } from "../v2/hooks.ts";
import {
  AgentMessageDeltaNotification,
  CommandExecutionOutputDeltaNotification,
  FileChangeOutputDeltaNotification,
  FileChangePatchUpdatedNotification,
  PlanDeltaNotification,
  ReasoningSummaryPartAddedNotification,
  ReasoningSummaryTextDeltaNotification,
  ReasoningTextDeltaNotification,
  TerminalInteractionNotification,
} from "../v2/item-progress.ts";
import {
  ItemCompletedNotification,
  ItemStartedNotification,
  RawResponseItemCompletedNotification,
} from "../v2/items.ts";
import {
  McpServerOauthLoginCompletedNotification,
  McpServerStatusUpdatedNotification,
  McpToolCallProgressNotification,
} from "../v2/mcp.ts";
import { ModelReroutedNotification, ModelVerificationNotification } from "../v2/models.ts";
import { DeprecationNoticeNotification, WarningNotification } from "../v2/notices.ts";
import { AccountRateLimitsUpdatedNotification } from "../v2/rate-limits.ts";
import { SkillsChangedNotification } from "../v2/skills.ts";
import {
  ContextCompactedNotification,
  ThreadArchivedNotification,
  ThreadClosedNotification,
  ThreadNameUpdatedNotification,
  ThreadUnarchivedNotification,
} from "../v2/thread-control.ts";
import { ThreadStartedNotification } from "../v2/thread-lifecycle.ts";
import {
  ThreadRealtimeClosedNotification,
  ThreadRealtimeErrorNotification,
  ThreadRealtimeItemAddedNotification,
  ThreadRealtimeOutputAudioDeltaNotification,
  ThreadRealtimeSdpNotification,
  ThreadRealtimeStartedNotification,
  ThreadRealtimeTranscriptDeltaNotification,
  ThreadRealtimeTranscriptDoneNotification,
} from "../v2/thread-realtime.ts";
import { ThreadStatusChangedNotification, ThreadTokenUsageUpdatedNotification } from "../v2/thread.ts";
import {
  TurnCompletedNotification,
  TurnDiffUpdatedNotification,
  TurnPlanUpdatedNotification,
  TurnStartedNotification,
} from "../v2/turns.ts";
import { WindowsSandboxSetupCompletedNotification, WindowsWorldWritableWarningNotification } from "../v2/windows.ts";
import { experimentalNotification, notification } from "./entries.ts";

/** Every notification a server can send. */
export const serverNotifications = {
  error: notification(ErrorNotification),
  "thread/started": notification(ThreadStartedNotification),
  "thread/status/changed": notification(ThreadStatusChangedNotification),
  "thread/archived": notification(ThreadArchivedNotification),
  "thread/unarchived": notification(ThreadUnarchivedNotification),
  "thread/closed": notification(ThreadClosedNotification),
  "skills/changed": notification(SkillsChangedNotification),
  "thread/name/updated": notification(ThreadNameUpdatedNotification),
  "thread/tokenUsage/updated": notification(ThreadTokenUsageUpdatedNotification),
  "turn/started": notification(TurnStartedNotification),
  "hook/started": notification(HookStartedNotification),
  "turn/completed": notification(TurnCompletedNotification),
  "hook/completed": notification(HookCompletedNotification),
  "turn/diff/updated": notification(TurnDiffUpdatedNotification),
  "turn/plan/updated": notification(TurnPlanUpdatedNotification),
  "item/started": notification(ItemStartedNotification),
  "item/autoApprovalReview/started": notification(ItemGuardianApprovalReviewStartedNotification),
  "item/autoApprovalReview/completed": notification(ItemGuardianApprovalReviewCompletedNotification),
  "item/completed": notification(ItemCompletedNotification),
  "rawResponseItem/completed": notification(RawResponseItemCompletedNotification),
  "item/agentMessage/delta": notification(AgentMessageDeltaNotification),
  "item/plan/delta": notification(PlanDeltaNotification),
  "command/exec/outputDelta": notification(CommandExecOutputDeltaNotification),
  "item/commandExecution/outputDelta": notification(CommandExecutionOutputDeltaNotification),
  "item/commandExecution/terminalInteraction": notification(TerminalInteractionNotification),
  "item/fileChange/outputDelta": notification(FileChangeOutputDeltaNotification),
  "item/fileChange/patchUpdated": notification(FileChangePatchUpdatedNotification),
  "serverRequest/resolved": notification(ServerRequestResolvedNotification),
  "item/mcpToolCall/progress": notification(McpToolCallProgressNotification),
  "mcpServer/oauthLogin/completed": notification(McpServerOauthLoginCompletedNotification),
  "mcpServer/startupStatus/updated": notification(McpServerStatusUpdatedNotification),
  "account/updated": notification(AccountUpdatedNotification),
  "account/rateLimits/updated": notification(AccountRateLimitsUpdatedNotification),
  "app/list/updated": notification(AppListUpdatedNotification),
  "externalAgentConfig/import/completed": notification(ExternalAgentConfigImportCompletedNotification),
  "fs/changed": notification(FsChangedNotification),
  "item/reasoning/summaryTextDelta": notification(ReasoningSummaryTextDeltaNotification),
  "item/reasoning/summaryPartAdded": notification(ReasoningSummaryPartAddedNotification),
  "item/reasoning/textDelta": notification(ReasoningTextDeltaNotification),
  "thread/compacted": notification(ContextCompactedNotification),
  "model/rerouted": notification(ModelReroutedNotification),
  "model/verification": notification(ModelVerificationNotification),
  warning: notification(WarningNotification),
  guardianWarning: notification(GuardianWarningNotification),
  deprecationNotice: notification(DeprecationNoticeNotification),
  configWarning: notification(ConfigWarningNotification),
  "fuzzyFileSearch/sessionUpdated": notification(FuzzyFileSearchSessionUpdatedNotification),
  "fuzzyFileSearch/sessionCompleted": notification(FuzzyFileSearchSessionCompletedNotification),
  "thread/realtime/started": experimentalNotification("thread/realtime/started", ThreadRealtimeStartedNotification),
  "thread/realtime/itemAdded": experimentalNotification(
    "thread/realtime/itemAdded",
    ThreadRealtimeItemAddedNotification,
  ),
  "thread/realtime/transcript/delta": experimentalNotification(
    "thread/realtime/transcript/delta",
    ThreadRealtimeTranscriptDeltaNotification,
  ),
  "thread/realtime/transcript/done": experimentalNotification(
    "thread/realtime/transcript/done",
    ThreadRealtimeTranscriptDoneNotification,
  ),
  "thread/realtime/outputAudio/delta": experimentalNotification(
    "thread/realtime/outputAudio/delta",
    ThreadRealtimeOutputAudioDeltaNotification,
  ),
  "thread/realtime/sdp": experimentalNotification("thread/realtime/sdp", ThreadRealtimeSdpNotification),
  "thread/realtime/error": experimentalNotification("thread/realtime/error", ThreadRealtimeErrorNotification),
  "thread/realtime/closed": experimentalNotification("thread/realtime/closed", ThreadRealtimeClosedNotification),
  "windows/worldWritableWarning": notification(WindowsWorldWritableWarningNotification),
  "windowsSandbox/setupCompleted": notification(WindowsSandboxSetupCompletedNotification),
  "account/login/completed": notification(AccountLoginCompletedNotification),
} as const;
