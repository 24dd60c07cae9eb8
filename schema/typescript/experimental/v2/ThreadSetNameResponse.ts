// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadSetNameResponse = Record<string, never>;
