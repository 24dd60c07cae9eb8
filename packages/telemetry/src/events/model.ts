import type { Draft } from "../sink.ts";

/** Which credentials the environment offers; never the credentials themselves. */
export interface AuthEnvironment {
  openaiApiKey: boolean;
  codexApiKey: boolean;
  codexApiKeyEnabled: boolean;
  /** Name of the provider's own variable, when it has one. */
  providerKeyName: string | null;
  providerKeyPresent: boolean | null;
  refreshTokenUrlOverride: boolean;
}

/** What is told of the credentials of a request. */
export interface RequestAuthFacts {
  headerAttached: boolean;
  headerName?: string | null;
  retryAfterUnauthorized?: boolean;
  recoveryMode?: string | null;
  recoveryPhase?: string | null;
}

/** Ids and error codes that an answer carried. */
export interface AnswerFacts {
  requestId?: string | null;
  cfRay?: string | null;
  authError?: string | null;
  authErrorCode?: string | null;
}

export interface ApiRequest extends RequestAuthFacts, AnswerFacts {
  durationMs: number;
  /** Null: no answer came. */
  status: number | null;
  error: string | null;
  /** Zero-based. */
  attempt: number;
  endpoint: string;
}

export interface WebSocketConnect extends RequestAuthFacts, AnswerFacts {
  durationMs: number;
  status: number | null;
  success: boolean;
  error: string | null;
  endpoint: string;
  reused: boolean;
}

export interface WebSocketRequest {
  durationMs: number;
  error: string | null;
  reused: boolean;
}

export interface StreamEvent {
  kind: string;
  durationMs: number;
  /** Why the event ended the stream. */
  error?: string | null;
}

export interface ResponseUsage {
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number | null;
  reasoningOutputTokens: number | null;
  totalTokens: number;
}

export interface AuthRecoveryStep extends AnswerFacts {
  mode: string;
  step: string;
  outcome: string;
  reason?: string | null;
  stateChanged?: boolean | null;
}

export function authEnvironment(env: AuthEnvironment): Draft {
  return {
    "auth.env_openai_api_key_present": env.openaiApiKey,
    "auth.env_codex_api_key_present": env.codexApiKey,
    "auth.env_codex_api_key_enabled": env.codexApiKeyEnabled,
    "auth.env_provider_key_name": env.providerKeyName === null ? null : "configured",
    "auth.env_provider_key_present": env.providerKeyPresent,
    "auth.env_refresh_token_url_override_present": env.refreshTokenUrlOverride,
  };
}

const requestAuth = (facts: RequestAuthFacts): Draft => ({
  "auth.header_attached": facts.headerAttached,
  "auth.header_name": facts.headerName,
  "auth.retry_after_unauthorized": facts.retryAfterUnauthorized ?? false,
  "auth.recovery_mode": facts.recoveryMode,
  "auth.recovery_phase": facts.recoveryPhase,
});

const answer = (facts: AnswerFacts): Draft => ({
  "auth.request_id": facts.requestId,
  "auth.cf_ray": facts.cfRay,
  "auth.error": facts.authError,
  "auth.error_code": facts.authErrorCode,
});

export function apiRequest(facts: ApiRequest, env: AuthEnvironment): Draft {
  return {
    duration_ms: ms(facts.durationMs),
    "http.response.status_code": facts.status,
    "error.message": facts.error,
    attempt: facts.attempt,
    ...requestAuth(facts),
    endpoint: facts.endpoint,
    ...authEnvironment(env),
    ...answer(facts),
  };
}

export function webSocketConnect(facts: WebSocketConnect, env: AuthEnvironment): Draft {
  return {
    duration_ms: ms(facts.durationMs),
    "http.response.status_code": facts.status,
    success: String(facts.success),
    "error.message": facts.error,
    ...requestAuth(facts),
    endpoint: facts.endpoint,
    "auth.connection_reused": facts.reused,
    ...authEnvironment(env),
    ...answer(facts),
  };
}

export function webSocketRequest(facts: WebSocketRequest, env: AuthEnvironment): Draft {
  return {
    duration_ms: ms(facts.durationMs),
    success: String(facts.error === null),
    "error.message": facts.error,
    "auth.connection_reused": facts.reused,
    ...authEnvironment(env),
  };
}

export function webSocketEvent(facts: StreamEvent): Draft {
  const { kind, durationMs, error = null } = facts;
  return {
    "event.kind": kind,
    duration_ms: ms(durationMs),
    success: String(error === null),
    "error.message": error,
  };
}

export function sseEvent({ kind, durationMs, error = null }: StreamEvent): Draft {
  return { "event.kind": kind, duration_ms: ms(durationMs), "error.message": error };
}

export function responseUsage(usage: ResponseUsage): Draft {
  return {
    "event.kind": "response.completed",
    input_token_count: String(usage.inputTokens),
    output_token_count: String(usage.outputTokens),
    cached_token_count: usage.cachedInputTokens,
    reasoning_token_count: usage.reasoningOutputTokens,
    tool_token_count: String(usage.totalTokens),
  };
}

export function authRecovery(step: AuthRecoveryStep): Draft {
  return {
    "auth.mode": step.mode,
    "auth.step": step.step,
    "auth.outcome": step.outcome,
    ...answer(step),
    "auth.recovery_reason": step.reason,
    "auth.state_changed": step.stateChanged,
  };
}

/** Durations are texts of whole milliseconds. */
export function ms(duration: number): string {
  return String(Math.max(0, Math.round(duration)));
}
