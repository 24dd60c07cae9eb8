// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AgentMessageDeltaNotification = { threadId: string, turnId: string, itemId: string, delta: string, };
