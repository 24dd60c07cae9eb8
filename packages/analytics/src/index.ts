export { AnalyticsClient, type AnalyticsClientOptions } from "./client.ts";
export type { AnalyticsEvent } from "./events/shared.ts";
export type {
  AppInvocation,
  CompactionFact,
  ConnectionId,
  Fact,
  FactKind,
  FactOf,
  Facts,
  HookSourceName,
  ImageInput,
  PermissionOverlay,
  PluginFacts,
  ResolvedTurnConfig,
  RpcId,
  RpcTransport,
  RuntimeFacts,
  SkillInvocation,
  SteerRejection,
  SubAgentSource,
  ThreadRecord,
  TokenUsage,
  Tracking,
  Workspace,
} from "./facts.ts";
export {
  type GuardianAction,
  type GuardianReview,
  reviewedAction,
  type ReviewerSession,
  type ReviewOutcome,
  type SandboxPermissions,
  terminalFields,
} from "./guardian.ts";
export { type Platform, platformOf } from "./platform.ts";
export { type Reduction, reduce } from "./reduce.ts";
export { ANALYTICS_TIMEOUT_MS, analyticsBody, analyticsUrl } from "./request.ts";
export { type SkillPlace, skillId, withoutUserinfo } from "./skill-id.ts";
export { originOf, type ThreadOrigin } from "./source.ts";
export { type AnalyticsState, initialState, keepNewest, type PendingRequest, type TurnState } from "./state.ts";
