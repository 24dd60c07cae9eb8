// GENERATED CODE! DO NOT MODIFY BY HAND!

export type TerminalInteractionNotification = { threadId: string, turnId: string, itemId: string, processId: string, stdin: string, };
