// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ContextCompactedNotification = { threadId: string, turnId: string, };
