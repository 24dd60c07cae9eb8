// GENERATED CODE! DO NOT MODIFY BY HAND!

export type McpServerRefreshResponse = Record<string, never>;
