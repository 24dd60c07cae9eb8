// GENERATED CODE! DO NOT MODIFY BY HAND!

export type HookScope = "thread" | "turn";
