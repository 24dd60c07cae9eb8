import type { FactOf, ResolvedTurnConfig, SteerRejection, TokenUsage, Workspace } from "../facts.ts";
import { type AnalyticsEvent, type ConnectionFacts, tokenFields } from "./shared.ts";
import type { ThreadFacts } from "./thread.ts";

/** A turn of which everything is known that its event needs. */
export interface FinishedTurn {
  turnId: string;
  threadId: string;
  numInputImages: number;
  config: ResolvedTurnConfig;
  startedAt: number | null;
  completed: FactOf<"turnCompleted">;
  usage: TokenUsage | null;
  workspaces: Readonly<Record<string, Workspace>> | null;
  steerCount: number;
}

/** Spec: analytics, A5.3 and A6. */
export function turnEvent(connection: ConnectionFacts, thread: ThreadFacts, turn: FinishedTurn): AnalyticsEvent {
  const { config, completed } = turn;
  return {
    event_type: "codex_turn_event",
    event_params: {
      thread_id: turn.threadId,
      turn_id: turn.turnId,
      submission_type: null,
      app_server_client: connection.app_server_client,
      runtime: connection.runtime,
      ephemeral: config.ephemeral,
      thread_source: thread.thread_source,
      initialization_mode: thread.initialization_mode,
      subagent_source: thread.subagent_source,
      parent_thread_id: thread.parent_thread_id,
      model: config.model,
      model_provider: config.modelProvider,
      sandbox_policy: config.sandboxPolicy,
      reasoning_effort: config.reasoningEffort,
      reasoning_summary: config.reasoningSummary === "none" ? null : config.reasoningSummary,
      service_tier: config.serviceTier ?? "default",
      approval_policy: config.approvalPolicy,
      approvals_reviewer: config.approvalsReviewer === "auto_review" ? "guardian_subagent" : "user",
      sandbox_network_access: config.sandboxNetworkAccess,
      collaboration_mode: config.collaborationMode,
      personality: config.personality === "none" ? null : config.personality,
      num_input_images: turn.numInputImages,
      is_first_turn: config.isFirstTurn,
      status: completed.status === "inProgress" ? null : completed.status,
      turn_error: completed.error,
      steer_count: turn.steerCount,
      total_tool_call_count: null,
      shell_command_count: null,
      file_change_count: null,
      mcp_tool_call_count: null,
      dynamic_tool_call_count: null,
      subagent_tool_call_count: null,
      web_search_count: null,
      image_generation_count: null,
      ...tokenFields(turn.usage),
      duration_ms: completed.durationMs,
      started_at: turn.startedAt,
      completed_at: completed.completedAt ?? 0,
      workspaces: turn.workspaces,
    },
  };
}

export interface SteerFacts {
  threadId: string;
  expectedTurnId: string;
  numInputImages: number;
  /** Unix seconds. */
  createdAt: number;
  /** The turn that took the input, or why none did. */
  result: { accepted: string } | { rejected: SteerRejection | null };
}

/** Spec: analytics, A5.4. */
export function steerEvent(connection: ConnectionFacts, thread: ThreadFacts, steer: SteerFacts): AnalyticsEvent {
  const { result } = steer;
  const accepted = "accepted" in result;
  return {
    event_type: "codex_turn_steer_event",
    event_params: {
      thread_id: steer.threadId,
      expected_turn_id: steer.expectedTurnId === "" ? null : steer.expectedTurnId,
      accepted_turn_id: accepted ? result.accepted : null,
      app_server_client: connection.app_server_client,
      runtime: connection.runtime,
      thread_source: thread.thread_source,
      subagent_source: thread.subagent_source,
      parent_thread_id: thread.parent_thread_id,
      num_input_images: steer.numInputImages,
      result: accepted ? "accepted" : "rejected",
      rejection_reason: accepted ? null : result.rejected,
      created_at: steer.createdAt,
    },
  };
}
