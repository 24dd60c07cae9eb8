// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

export type FsWatchParams = { watchId: string, path: AbsolutePathBuf, };
