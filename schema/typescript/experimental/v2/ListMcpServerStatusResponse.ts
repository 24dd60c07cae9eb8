// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpServerStatus } from "./McpServerStatus";

export type ListMcpServerStatusResponse = { data: Array<McpServerStatus>, nextCursor: string | null, };
