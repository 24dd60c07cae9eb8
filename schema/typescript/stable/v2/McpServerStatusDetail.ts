// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpServerStatusDetail = "full" | "toolsAndAuthOnly";
