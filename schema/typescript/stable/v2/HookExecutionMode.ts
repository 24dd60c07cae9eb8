// GENERATED CODE! DO NOT MODIFY BY HAND!

export type HookExecutionMode = "sync" | "async";
