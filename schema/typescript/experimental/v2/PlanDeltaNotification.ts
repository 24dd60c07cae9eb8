// GENERATED CODE! DO NOT MODIFY BY HAND!

export type PlanDeltaNotification = { threadId: string, turnId: string, itemId: string, delta: string, };
