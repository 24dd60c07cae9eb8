// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ReasoningItemContent = { "type": "reasoning_text", text: string, } | { "type": "text", text: string, };
