// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadRealtimeTranscriptDeltaNotification = { threadId: string, role: string, delta: string, };
