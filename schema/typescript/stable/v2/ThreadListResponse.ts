// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Thread } from "./Thread";

export type ThreadListResponse = { data: Array<Thread>, nextCursor: string | null, backwardsCursor: string | null, };
