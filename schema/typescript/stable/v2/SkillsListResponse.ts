// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SkillsListEntry } from "./SkillsListEntry";

export type SkillsListResponse = { data: Array<SkillsListEntry>, };
