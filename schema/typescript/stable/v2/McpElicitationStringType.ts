// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpElicitationStringType = "string";
