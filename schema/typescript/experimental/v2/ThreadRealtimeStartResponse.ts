// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeStartResponse = Record<string, never>;
