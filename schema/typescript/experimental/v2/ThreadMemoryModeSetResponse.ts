// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ThreadMemoryModeSetResponse = Record<string, never>;
