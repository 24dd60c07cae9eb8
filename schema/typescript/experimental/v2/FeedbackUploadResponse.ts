// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FeedbackUploadResponse = { threadId: string, };
