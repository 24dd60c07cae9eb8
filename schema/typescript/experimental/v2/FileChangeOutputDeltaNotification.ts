// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FileChangeOutputDeltaNotification = { threadId: string, turnId: string, itemId: string, delta: string, };
