// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadInjectItemsResponse = Record<string, never>;
