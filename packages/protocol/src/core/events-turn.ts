import { CodexErrorInfo } from "./errors.ts";
import {
  HistoryEntry,
  ModelRerouteReason,
  ModelVerification,
  PlanItemArg,
  SessionNetworkProxyRuntime,
  TurnAbortReason,
} from "./event-parts.ts";
import { PermissionProfile, SandboxPolicy } from "./permissions.ts";
import { ReviewOutputEvent } from "./review.ts";
import { SkillsListEntry } from "./skills.ts";
import { RateLimitSnapshot, TokenUsageInfo } from "./usage.ts";
import { AbsolutePathBuf, ThreadId } from "../shared/ids.ts";
import { ModeKind, ReasoningEffort, ServiceTier } from "../shared/settings.ts";
import { ApprovalsReviewer, AskForApproval } from "../v2/policies.ts";
import { ReviewTarget } from "../v2/review.ts";
import {
  array,
  boolean,
  int64,
  nullable,
  omittable,
  string,
  type Schema,
  uint32,
  uint64,
  usize,
  withDefault,
} from "../wire/index.ts";

/** @internal Variants of `EventMsg`, which is handed in because one of them holds events. */
export const turnEvents = (nestedEvent: Schema<{ type: string }>) => ({
  error: { codex_error_info: nullable(CodexErrorInfo), message: string },
  warning: { message: string },
  guardian_warning: { message: string },
  model_reroute: { from_model: string, reason: ModelRerouteReason, to_model: string },
  model_verification: { verifications: array(ModelVerification) },
  context_compacted: {},
  thread_rolled_back: { num_turns: uint32 },
  task_started: {
    collaboration_mode_kind: withDefault(ModeKind, "default"),
    model_context_window: nullable(int64),
    started_at: omittable(int64),
    turn_id: string,
  },
  task_complete: {
    completed_at: omittable(int64),
    duration_ms: omittable(int64),
    last_agent_message: nullable(string),
    time_to_first_token_ms: omittable(int64),
    turn_id: string,
  },
  token_count: { info: nullable(TokenUsageInfo), rate_limits: nullable(RateLimitSnapshot) },
  session_configured: {
    approval_policy: AskForApproval,
    approvals_reviewer: withDefault(ApprovalsReviewer, "user"),
    cwd: AbsolutePathBuf,
    forked_from_id: omittable(ThreadId),
    history_entry_count: usize,
    history_log_id: uint64,
    initial_messages: omittable(array(nestedEvent)),
    model: string,
    model_provider_id: string,
    network_proxy: omittable(SessionNetworkProxyRuntime),
    permission_profile: omittable(PermissionProfile),
    reasoning_effort: omittable(ReasoningEffort),
    rollout_path: omittable(string),
    sandbox_policy: SandboxPolicy,
    service_tier: nullable(ServiceTier),
    session_id: ThreadId,
    thread_name: omittable(string),
  },
  thread_name_updated: { thread_id: ThreadId, thread_name: omittable(string) },
  deprecation_notice: { details: omittable(string), summary: string },
  background_event: { message: string },
  undo_started: { message: omittable(string) },
  undo_completed: { message: omittable(string), success: boolean },
  stream_error: { additional_details: nullable(string), codex_error_info: nullable(CodexErrorInfo), message: string },
  turn_diff: { unified_diff: string },
  get_history_entry_response: { entry: nullable(HistoryEntry), log_id: uint64, offset: usize },
  list_skills_response: { skills: array(SkillsListEntry) },
  skills_update_available: {},
  plan_update: { explanation: nullable(string), plan: array(PlanItemArg) },
  turn_aborted: {
    completed_at: omittable(int64),
    duration_ms: omittable(int64),
    reason: TurnAbortReason,
    turn_id: nullable(string),
  },
  shutdown_complete: {},
  entered_review_mode: { target: ReviewTarget, user_facing_hint: omittable(string) },
  exited_review_mode: { review_output: nullable(ReviewOutputEvent) },
});
