// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadArchivedNotification = { threadId: string, };
