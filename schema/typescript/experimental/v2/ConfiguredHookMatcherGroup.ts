// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { ConfiguredHookHandler } from "./ConfiguredHookHandler";

export type ConfiguredHookMatcherGroup = { matcher: string | null, hooks: Array<ConfiguredHookHandler>, };
