// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RateLimitSnapshot } from "./RateLimitSnapshot";

export type GetAccountRateLimitsResponse = { rateLimits: RateLimitSnapshot, rateLimitsByLimitId: { [key in string]?: RateLimitSnapshot } | null, };
