// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadSetNameParams = { threadId: string, name: string, };
