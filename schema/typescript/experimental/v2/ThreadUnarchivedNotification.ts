// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadUnarchivedNotification = { threadId: string, };
