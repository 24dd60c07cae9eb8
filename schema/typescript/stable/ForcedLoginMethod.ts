// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ForcedLoginMethod = "chatgpt" | "api";
