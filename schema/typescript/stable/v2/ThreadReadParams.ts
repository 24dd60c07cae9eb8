// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadReadParams = { threadId: string, includeTurns: boolean, };
