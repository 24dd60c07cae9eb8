// GENERATED CODE! DO NOT MODIFY BY HAND!

export type WriteStatus = "ok" | "okOverridden";
