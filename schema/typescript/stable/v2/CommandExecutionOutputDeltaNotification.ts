// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CommandExecutionOutputDeltaNotification = { threadId: string, turnId: string, itemId: string, delta: string, };
