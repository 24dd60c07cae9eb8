// GENERATED CODE! DO NOT MODIFY BY HAND!

export type FsCopyResponse = Record<string, never>;
