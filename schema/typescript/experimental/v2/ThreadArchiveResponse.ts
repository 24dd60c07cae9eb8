// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadArchiveResponse = Record<string, never>;
