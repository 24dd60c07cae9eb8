// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadCompactStartResponse = Record<string, never>;
