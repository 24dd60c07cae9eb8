// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpElicitationNumberType = "number" | "integer";
