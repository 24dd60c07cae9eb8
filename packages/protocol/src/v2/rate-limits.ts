import { PlanType } from "../shared/settings.ts";
import { boolean, int32, int64, nullable, type Out, record, string, stringEnum, struct } from "../wire/index.ts";

export const AccountRateLimitsUpdatedNotification = struct("AccountRateLimitsUpdatedNotification", () => ({
  rateLimits: RateLimitSnapshot,
}));
export interface AccountRateLimitsUpdatedNotification extends Out<typeof AccountRateLimitsUpdatedNotification> {}

export const AddCreditsNudgeCreditType = stringEnum("AddCreditsNudgeCreditType", ["credits", "usage_limit"]);
export type AddCreditsNudgeCreditType = Out<typeof AddCreditsNudgeCreditType>;

export const AddCreditsNudgeEmailStatus = stringEnum("AddCreditsNudgeEmailStatus", ["sent", "cooldown_active"]);
export type AddCreditsNudgeEmailStatus = Out<typeof AddCreditsNudgeEmailStatus>;

export const CreditsSnapshot = struct("CreditsSnapshot", () => ({
  hasCredits: boolean,
  unlimited: boolean,
  balance: nullable(string),
}));
export interface CreditsSnapshot extends Out<typeof CreditsSnapshot> {}

export const GetAccountRateLimitsResponse = struct("GetAccountRateLimitsResponse", () => ({
  rateLimits: RateLimitSnapshot,
  rateLimitsByLimitId: nullable(record(RateLimitSnapshot)),
}));
export interface GetAccountRateLimitsResponse extends Out<typeof GetAccountRateLimitsResponse> {}

export const RateLimitReachedType = stringEnum("RateLimitReachedType", [
  "rate_limit_reached",
  "workspace_owner_credits_depleted",
  "workspace_member_credits_depleted",
  "workspace_owner_usage_limit_reached",
  "workspace_member_usage_limit_reached",
]);
export type RateLimitReachedType = Out<typeof RateLimitReachedType>;

export const RateLimitSnapshot = struct("RateLimitSnapshot", () => ({
  limitId: nullable(string),
  limitName: nullable(string),
  primary: nullable(RateLimitWindow),
  secondary: nullable(RateLimitWindow),
  credits: nullable(CreditsSnapshot),
  planType: nullable(PlanType),
  rateLimitReachedType: nullable(RateLimitReachedType),
}));
export interface RateLimitSnapshot extends Out<typeof RateLimitSnapshot> {}

export const RateLimitWindow = struct("RateLimitWindow", () => ({
  usedPercent: int32,
  windowDurationMins: nullable(int64),
  resetsAt: nullable(int64),
}));
export interface RateLimitWindow extends Out<typeof RateLimitWindow> {}

export const SendAddCreditsNudgeEmailParams = struct("SendAddCreditsNudgeEmailParams", () => ({
  creditType: AddCreditsNudgeCreditType,
}));
export interface SendAddCreditsNudgeEmailParams extends Out<typeof SendAddCreditsNudgeEmailParams> {}

export const SendAddCreditsNudgeEmailResponse = struct("SendAddCreditsNudgeEmailResponse", () => ({
  status: AddCreditsNudgeEmailStatus,
}));
export interface SendAddCreditsNudgeEmailResponse extends Out<typeof SendAddCreditsNudgeEmailResponse> {}
