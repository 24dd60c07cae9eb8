import type { FactOf, ThreadRecord } from "../facts.ts";
import { originOf, type ThreadOrigin } from "../source.ts";
import { type AnalyticsEvent, type ConnectionFacts, notNegative } from "./shared.ts";

export type InitializationMode = "new" | "forked" | "resumed";

/** What a thread's later events repeat. */
export interface ThreadFacts extends ThreadOrigin {
  initialization_mode: InitializationMode;
}

/** Spec: analytics, A5.1. */
export function threadInitialized(
  connection: ConnectionFacts,
  thread: ThreadRecord,
  facts: ThreadFacts,
  model: string,
): AnalyticsEvent {
  return {
    event_type: "codex_thread_initialized",
    event_params: {
      thread_id: thread.id,
      app_server_client: connection.app_server_client,
      runtime: connection.runtime,
      model,
      ephemeral: thread.ephemeral,
      thread_source: facts.thread_source,
      initialization_mode: facts.initialization_mode,
      subagent_source: facts.subagent_source,
      parent_thread_id: facts.parent_thread_id,
      created_at: notNegative(thread.createdAt),
    },
  };
}

/** Spec: analytics, A5.2. */
export function subagentInitialized(fact: FactOf<"subagentThreadStarted">): AnalyticsEvent {
  const thread = {
    id: fact.threadId,
    ephemeral: fact.ephemeral,
    source: { subAgent: fact.source },
    createdAt: fact.createdAt,
  };
  const client = {
    product_client_id: fact.productClientId,
    client_name: fact.clientName,
    client_version: fact.clientVersion,
    rpc_transport: "in_process" as const,
    experimental_api_enabled: null,
  };
  const facts = { ...originOf(thread.source, fact.parentThreadId), initialization_mode: "new" as const };
  return threadInitialized({ app_server_client: client, runtime: fact.runtime }, thread, facts, fact.model);
}
