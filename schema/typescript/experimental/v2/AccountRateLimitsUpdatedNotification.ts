// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { RateLimitSnapshot } from "./RateLimitSnapshot";

export type AccountRateLimitsUpdatedNotification = { rateLimits: RateLimitSnapshot, };
