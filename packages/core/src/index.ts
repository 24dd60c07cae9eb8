export type { FactSink } from "./analytics/runtime-analytics.ts";
export {
  type CommandToExplain,
  explainAgentCommand,
  type ExplainSettings,
  saveAllowedPrefix,
} from "./approvals/explain-command.ts";
export { checkRulesFiles, type RulesPlace, type RulesScope } from "./approvals/load-command-rules.ts";
export type {
  ApprovalSlots,
  HookOpinion,
  HookQuestion,
  NetworkTrigger,
  ReviewAction,
  ReviewQuestion,
  ReviewVerdict,
  ToolHooks,
  ToolUse,
} from "./approvals/slots.ts";
export type { Decision } from "./approvals/decision.ts";
export { type Clock, systemClock } from "./clock.ts";
export { CoreError, type CoreErrorCode } from "./errors.ts";
export type { ThreadListener } from "./events/event-bus.ts";
export { WITHDRAWN } from "./events/thread-events.ts";
export type {
  NotificationMethod,
  NotificationParams,
  RequestMethod,
  RequestParams,
  RequestReply,
  ThreadEvent,
  ThreadNotification,
  ThreadRequest,
} from "./events/thread-events.ts";
export { readGitInfo } from "./context/git-info.ts";
export { readHookRuns } from "./hooks/run-log.ts";
export { type Ids, systemIds } from "./ids.ts";
export type {
  ResumedThread,
  RuntimeOptions,
  StartedThread,
  StartThreadOptions,
  ThreadOptions,
} from "./runtime-options.ts";
export { createRuntime, Runtime } from "./runtime.ts";
export { AppsAccess, type AppsFacts } from "./mcp/apps.ts";
export { McpReach, mcpReachOutside } from "./mcp/reach.ts";
export { refuseNetworkContradictions } from "./network/start.ts";
export type { TelemetryFacts } from "./telemetry/runtime-telemetry.ts";
export type { McpSettings } from "./mcp/session-mcp.ts";
export { userShell } from "./machine.ts";
export type { UserShell } from "./thread/services.ts";
export type { CollaborationModeKind, SettingsOverrides, ThreadSettings } from "./thread/settings.ts";
export type { Submission, UserTurn } from "./thread/submission.ts";
export { Thread, type ThreadState } from "./thread/thread.ts";
export {
  discoverSkills,
  skillFolders,
  type SkillPlaces,
  type SkillQuery,
  type SkillSettings,
  skillSettings,
} from "./skills/discover.ts";
export type { FoundSkills, Skill, SkillDependency, SkillError, SkillInterface, SkillScope } from "./skills/skill.ts";
export type { UndoOutcome } from "./undo/undo.ts";
export { TURN_ABORTED_FRAGMENT } from "./prompts/fragments.ts";
export { reviewLabel } from "./review/target.ts";
export { type DetachedMetadata, detachedTurnMetadata } from "./turn/turn-metadata.ts";
export { type CustomTool, type CustomToolContext, defineTool } from "./tools/define-tool.ts";
export type { SearchFacts, Tool, ToolCall, ToolContext, ToolProvider, ToolResult } from "./tools/tool.ts";
export type { FunctionSpec, NamespaceSpec, ToolGroup, ToolSpec } from "./tools/tool-spec.ts";
