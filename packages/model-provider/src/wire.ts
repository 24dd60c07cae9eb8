/** JSON shapes of the wire that this package reads and writes. */

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An item of the model's input or output; `type` decides the rest. */
export type ResponseItem = { type: string } & Json;

export type CodexErrorInfo =
  | "contextWindowExceeded"
  | "usageLimitExceeded"
  | "serverOverloaded"
  | "cyberPolicy"
  | { httpConnectionFailed: { httpStatusCode: number | null } }
  | { responseStreamConnectionFailed: { httpStatusCode: number | null } }
  | "internalServerError"
  | "unauthorized"
  | "badRequest"
  | { responseStreamDisconnected: { httpStatusCode: number | null } }
  | { responseTooManyFailedAttempts: { httpStatusCode: number | null } }
  | "other";

export interface RateLimitWindow {
  usedPercent: number;
  windowDurationMins: number | null;
  /** Unix seconds. */
  resetsAt: number | null;
}

export interface CreditsSnapshot {
  hasCredits: boolean;
  unlimited: boolean;
  balance: string | null;
}

export interface RateLimitSnapshot {
  limitId: string | null;
  limitName: string | null;
  primary: RateLimitWindow | null;
  secondary: RateLimitWindow | null;
  credits: CreditsSnapshot | null;
  planType: string | null;
  rateLimitReachedType: string | null;
}

export interface TokenUsage {
  totalTokens: number;
  inputTokens: number;
  cachedInputTokens: number;
  outputTokens: number;
  reasoningOutputTokens: number;
}

/** The body of `POST /responses`; keys stand in the order of the wire. */
export interface ResponsesRequest {
  model: string;
  instructions?: string;
  input: ResponseItem[];
  tools: Json[];
  tool_choice: string;
  parallel_tool_calls: boolean;
  reasoning: { effort?: string; summary?: string } | null;
  store: boolean;
  stream: boolean;
  include: string[];
  service_tier?: string;
  prompt_cache_key?: string;
  text?: { verbosity?: string; format?: Json };
  client_metadata?: Record<string, string>;
}

/** What a model stream brings, in order. */
export type ModelEvent =
  | { type: "created" }
  | { type: "item_added"; item: ResponseItem }
  | { type: "item_done"; item: ResponseItem }
  | { type: "text_delta"; delta: string; itemId?: string }
  | { type: "reasoning_summary_delta"; delta: string; summaryIndex: number; itemId?: string }
  | { type: "reasoning_summary_part_added"; summaryIndex: number; itemId?: string }
  | { type: "reasoning_delta"; delta: string; contentIndex: number; itemId?: string }
  | { type: "custom_tool_input_delta"; delta: string; itemId?: string; callId?: string }
  | { type: "completed"; responseId: string; usage: TokenUsage | null }
  | { type: "rate_limits"; snapshot: RateLimitSnapshot }
  /** The model that really answers, once a change. */
  | { type: "server_model"; model: string }
  | { type: "models_etag"; etag: string }
  /** The server counts past reasoning in its usage. */
  | { type: "reasoning_included" }
  | { type: "turn_state"; value: string }
  | { type: "account_verification"; recommendations: string[] };
