// GENERATED CODE! DO NOT MODIFY BY HAND!

export type TokenUsageBreakdown = { totalTokens: number, inputTokens: number, cachedInputTokens: number, outputTokens: number, reasoningOutputTokens: number, };
