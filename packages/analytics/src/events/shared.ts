import type { RpcTransport, RuntimeFacts, TokenUsage } from "../facts.ts";

/** One event as it is sent. Names are snake case, absent values are null. */
export interface AnalyticsEvent {
  event_type: string;
  /** Of `skill_invocation` alone. */
  skill_id?: string;
  skill_name?: string;
  event_params: Readonly<Record<string, unknown>>;
}

export interface AppServerClient {
  product_client_id: string;
  client_name: string | null;
  client_version: string | null;
  rpc_transport: RpcTransport;
  experimental_api_enabled: boolean | null;
}

/** A connection's handshake, as every event of its threads repeats it. */
export interface ConnectionFacts {
  app_server_client: AppServerClient;
  runtime: RuntimeFacts;
}

export function tokenFields(usage: TokenUsage | null) {
  return {
    input_tokens: usage?.inputTokens ?? null,
    cached_input_tokens: usage?.cachedInputTokens ?? null,
    output_tokens: usage?.outputTokens ?? null,
    reasoning_output_tokens: usage?.reasoningOutputTokens ?? null,
    total_tokens: usage?.totalTokens ?? null,
  };
}

/** Unix seconds; what lies before 1970 is not told. */
export const notNegative = (seconds: number): number => Math.max(0, seconds);
