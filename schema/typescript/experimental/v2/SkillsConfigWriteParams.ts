// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { AbsolutePathBuf } from "../AbsolutePathBuf";

export type SkillsConfigWriteParams = { path?: AbsolutePathBuf | null, name?: string | null, enabled: boolean, };
