// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpElicitationObjectType = "object";
