// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "./AbsolutePathBuf";

export type InitializeResponse = { userAgent: string, codexHome: AbsolutePathBuf, platformFamily: string, platformOs: string, };
