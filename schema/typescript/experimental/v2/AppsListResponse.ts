// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppInfo } from "./AppInfo";

export type AppsListResponse = { data: Array<AppInfo>, nextCursor: string | null, };
