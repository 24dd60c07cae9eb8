// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

export type PluginListParams = { cwds?: Array<AbsolutePathBuf> | null, };
