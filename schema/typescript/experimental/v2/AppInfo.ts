// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AppBranding } from "./AppBranding";
import type { AppMetadata } from "./AppMetadata";

export type AppInfo = { id: string, name: string, description: string | null, logoUrl: string | null, logoUrlDark: string | null, distributionChannel: string | null, branding: AppBranding | null, appMetadata: AppMetadata | null, labels: { [key in string]?: string } | null, installUrl: string | null, isAccessible: boolean, isEnabled: boolean, pluginDisplayNames: Array<string>, };
