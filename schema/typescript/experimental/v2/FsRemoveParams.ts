// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

export type FsRemoveParams = { path: AbsolutePathBuf, recursive?: boolean | null, force?: boolean | null, };
