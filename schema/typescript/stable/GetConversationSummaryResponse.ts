// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConversationSummary } from "./ConversationSummary";

export type GetConversationSummaryResponse = { summary: ConversationSummary, };
