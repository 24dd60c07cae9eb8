import { PlanType } from "../shared/settings.ts";
import { RateLimitReachedType } from "../v2/rate-limits.ts";
import { boolean, float64, int64, nullable, string, struct, type Out } from "../wire/index.ts";

export const CreditsSnapshot = struct("CreditsSnapshot", () => ({
  balance: nullable(string),
  has_credits: boolean,
  unlimited: boolean,
}));
export interface CreditsSnapshot extends Out<typeof CreditsSnapshot> {}

export const RateLimitSnapshot = struct("RateLimitSnapshot", () => ({
  credits: nullable(CreditsSnapshot),
  limit_id: nullable(string),
  limit_name: nullable(string),
  plan_type: nullable(PlanType),
  primary: nullable(RateLimitWindow),
  rate_limit_reached_type: nullable(RateLimitReachedType),
  secondary: nullable(RateLimitWindow),
}));
export interface RateLimitSnapshot extends Out<typeof RateLimitSnapshot> {}

export const RateLimitWindow = struct("RateLimitWindow", () => ({
  resets_at: nullable(int64),
  used_percent: float64,
  window_minutes: nullable(int64),
}));
export interface RateLimitWindow extends Out<typeof RateLimitWindow> {}

export const TokenUsage = struct("TokenUsage", () => ({
  cached_input_tokens: int64,
  input_tokens: int64,
  output_tokens: int64,
  reasoning_output_tokens: int64,
  total_tokens: int64,
}));
export interface TokenUsage extends Out<typeof TokenUsage> {}

export const TokenUsageInfo = struct("TokenUsageInfo", () => ({
  last_token_usage: TokenUsage,
  model_context_window: nullable(int64),
  total_token_usage: TokenUsage,
}));
export interface TokenUsageInfo extends Out<typeof TokenUsageInfo> {}
