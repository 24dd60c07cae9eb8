import type { CodexErrorInfo, RateLimitSnapshot, TokenUsageBreakdown } from "@codex-ts/protocol";
import type { ResponseItem } from "@codex-ts/protocol/models";
import type { ReadItem } from "@codex-ts/protocol/lines";

export type { CodexErrorInfo, RateLimitSnapshot, ResponseItem };
export type TokenUsage = TokenUsageBreakdown;

export type Json = Record<string, unknown>;

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An item of the model's input or output, with the id that the stream carries and the conversation does not keep. */
export type StreamedItem = ReadItem;

/** The body of `POST /responses`; keys stand in the order of the wire. */
export interface ResponsesRequest {
  model: string;
  instructions?: string;
  input: readonly ResponseItem[];
  tools: readonly object[];
  tool_choice: string;
  parallel_tool_calls: boolean;
  reasoning: { effort?: string; summary?: string } | null;
  store: boolean;
  stream: boolean;
  include: readonly string[];
  service_tier?: string;
  prompt_cache_key?: string;
  text?: { verbosity?: string; format?: unknown };
  client_metadata?: Record<string, string>;
}

/** What a model stream brings, in order. */
export type ModelEvent =
  | { type: "created" }
  | { type: "item_added"; item: StreamedItem }
  | { type: "item_done"; item: StreamedItem }
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
