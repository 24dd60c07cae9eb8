// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ThreadUnsubscribeStatus } from "./ThreadUnsubscribeStatus";

export type ThreadUnsubscribeResponse = { status: ThreadUnsubscribeStatus, };
