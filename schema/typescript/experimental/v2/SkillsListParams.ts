// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SkillsListExtraRootsForCwd } from "./SkillsListExtraRootsForCwd";

export type SkillsListParams = { cwds?: Array<string>, forceReload?: boolean, perCwdExtraUserRoots?: Array<SkillsListExtraRootsForCwd> | null, };
