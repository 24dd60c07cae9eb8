// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ReasoningItemReasoningSummary = { "type": "summary_text", text: string, };
