// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpElicitationConstOption } from "./McpElicitationConstOption";

export type McpElicitationTitledEnumItems = { anyOf: Array<McpElicitationConstOption>, };
