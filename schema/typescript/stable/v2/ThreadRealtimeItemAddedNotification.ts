// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "../serde_json/JsonValue";

export type ThreadRealtimeItemAddedNotification = { threadId: string, item: JsonValue, };
