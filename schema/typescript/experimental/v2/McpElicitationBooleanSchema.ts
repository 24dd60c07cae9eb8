// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { McpElicitationBooleanType } from "./McpElicitationBooleanType";

export type McpElicitationBooleanSchema = { type: McpElicitationBooleanType, title?: string, description?: string, default?: boolean, };
