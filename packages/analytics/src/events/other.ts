import type { AppInvocation, CompactionFact, FactOf, PluginFacts, Tracking } from "../facts.ts";
import { type GuardianReview, reviewedAction, terminalFields } from "../guardian.ts";
import { type AnalyticsEvent, type ConnectionFacts, tokenFields } from "./shared.ts";
import type { ThreadFacts } from "./thread.ts";

/** Spec: analytics, A5.5. */
export function compactionEvent(
  connection: ConnectionFacts,
  thread: ThreadFacts,
  compaction: CompactionFact,
): AnalyticsEvent {
  return {
    event_type: "codex_compaction_event",
    event_params: {
      thread_id: compaction.threadId,
      turn_id: compaction.turnId,
      app_server_client: connection.app_server_client,
      runtime: connection.runtime,
      thread_source: thread.thread_source,
      subagent_source: thread.subagent_source,
      parent_thread_id: thread.parent_thread_id,
      trigger: compaction.trigger,
      reason: compaction.reason,
      implementation: compaction.implementation,
      phase: compaction.phase,
      strategy: compaction.strategy,
      status: compaction.status,
      error: compaction.error,
      active_context_tokens_before: compaction.activeContextTokensBefore,
      active_context_tokens_after: compaction.activeContextTokensAfter,
      started_at: compaction.startedAt,
      completed_at: compaction.completedAt,
      duration_ms: compaction.durationMs,
    },
  };
}

/** Spec: analytics, A5.6. Every member is named here: nothing of a review gets out that is not. */
export function guardianEvent(connection: ConnectionFacts, review: GuardianReview): AnalyticsEvent {
  const { session } = review;
  return {
    event_type: "codex_guardian_review",
    event_params: {
      app_server_client: connection.app_server_client,
      runtime: connection.runtime,
      thread_id: review.threadId,
      turn_id: review.turnId,
      review_id: review.reviewId,
      target_item_id: review.action.type === "network_access" ? null : review.targetItemId,
      approval_request_source: review.source,
      reviewed_action: reviewedAction(review.action),
      reviewed_action_truncated: review.actionTruncated,
      ...terminalFields(review.outcome),
      guardian_thread_id: session?.threadId ?? null,
      guardian_session_kind: session?.kind ?? null,
      guardian_model: session?.model ?? null,
      guardian_reasoning_effort: session?.reasoningEffort ?? null,
      had_prior_review_context: session?.hadPriorReviewContext ?? null,
      review_timeout_ms: review.timeoutMs,
      tool_call_count: null,
      time_to_first_token_ms: review.timeToFirstTokenMs,
      completion_latency_ms: review.completionLatencyMs,
      started_at: review.startedAt,
      completed_at: review.completedAt,
      ...tokenFields(review.usage),
    },
  };
}

/** Spec: analytics, A5.7. */
export function hookEvent({ tracking, hookName, hookSource, status }: FactOf<"hookRun">): AnalyticsEvent {
  return {
    event_type: "codex_hook_run",
    event_params: {
      thread_id: tracking.threadId,
      turn_id: tracking.turnId,
      model_slug: tracking.modelSlug,
      hook_name: hookName,
      hook_source: hookSource,
      // A run that is told of is over.
      status: status === "running" ? "failed" : status,
    },
  };
}

export function skillEvents({ tracking, productClientId, skills }: FactOf<"skillsInvoked">): AnalyticsEvent[] {
  return skills.map(skill => ({
    event_type: "skill_invocation",
    skill_id: skill.skillId,
    skill_name: skill.skillName,
    event_params: {
      product_client_id: productClientId,
      skill_scope: skill.skillScope,
      repo_url: skill.repoUrl,
      thread_id: tracking.threadId,
      invoke_type: skill.invokeType,
      model_slug: tracking.modelSlug,
    },
  }));
}

export function appEvent(
  type: "codex_app_mentioned" | "codex_app_used",
  tracking: Tracking,
  productClientId: string,
  app: AppInvocation,
): AnalyticsEvent {
  return {
    event_type: type,
    event_params: {
      connector_id: app.connectorId,
      thread_id: tracking.threadId,
      turn_id: tracking.turnId,
      app_name: app.appName,
      product_client_id: productClientId,
      invoke_type: app.invokeType,
      model_slug: tracking.modelSlug,
    },
  };
}

export function pluginUsedEvent({ tracking, productClientId, plugin }: FactOf<"pluginUsed">): AnalyticsEvent {
  return {
    event_type: "codex_plugin_used",
    event_params: {
      ...pluginFields(plugin, productClientId),
      thread_id: tracking.threadId,
      turn_id: tracking.turnId,
      model_slug: tracking.modelSlug,
    },
  };
}

export function pluginStateEvent({ state, productClientId, plugin }: FactOf<"pluginState">): AnalyticsEvent {
  return { event_type: `codex_plugin_${state}`, event_params: pluginFields(plugin, productClientId) };
}

/** A plugin's name among all marketplaces. */
export const pluginId = ({ pluginName, marketplaceName }: PluginFacts) => `${pluginName}@${marketplaceName}`;

function pluginFields(plugin: PluginFacts, productClientId: string) {
  return {
    plugin_id: pluginId(plugin),
    plugin_name: plugin.pluginName,
    marketplace_name: plugin.marketplaceName,
    has_skills: plugin.hasSkills,
    mcp_server_count: plugin.mcpServerCount,
    connector_ids: plugin.connectorIds,
    product_client_id: productClientId,
  };
}
