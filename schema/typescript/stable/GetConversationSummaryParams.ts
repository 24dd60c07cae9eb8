// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadId } from "./ThreadId";

export type GetConversationSummaryParams = { rolloutPath: string, } | { conversationId: ThreadId, };
