// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { JsonValue } from "./serde_json/JsonValue";

export type ResourceContent = { uri: string, mimeType?: string, text: string, _meta?: JsonValue, } | { uri: string, mimeType?: string, blob: string, _meta?: JsonValue, };
