// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeStopParams = { threadId: string, };
