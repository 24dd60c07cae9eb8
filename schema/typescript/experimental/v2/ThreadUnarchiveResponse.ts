// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { Thread } from "./Thread";

export type ThreadUnarchiveResponse = { thread: Thread, };
