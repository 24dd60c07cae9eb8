// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

export type TurnEnvironmentParams = { environmentId: string, cwd: AbsolutePathBuf, };
