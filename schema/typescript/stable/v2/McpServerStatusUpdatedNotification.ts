// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpServerStartupState } from "./McpServerStartupState";

export type McpServerStatusUpdatedNotification = { name: string, status: McpServerStartupState, error: string | null, };
