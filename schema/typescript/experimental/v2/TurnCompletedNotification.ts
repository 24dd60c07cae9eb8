// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Turn } from "./Turn";

export type TurnCompletedNotification = { threadId: string, turn: Turn, };
