// GENERATED CODE! DO NOT MODIFY BY HAND!

export type RateLimitWindow = { usedPercent: number, windowDurationMins: number | null, resetsAt: number | null, };
