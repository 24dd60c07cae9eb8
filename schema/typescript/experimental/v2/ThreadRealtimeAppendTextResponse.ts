// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeAppendTextResponse = Record<string, never>;
