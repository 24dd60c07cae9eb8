// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpElicitationStringType } from "./McpElicitationStringType";

export type McpElicitationUntitledEnumItems = { type: McpElicitationStringType, enum: Array<string>, };
