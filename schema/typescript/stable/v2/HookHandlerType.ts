// GENERATED CODE! DO NOT MODIFY BY HAND!

export type HookHandlerType = "command" | "prompt" | "agent";
