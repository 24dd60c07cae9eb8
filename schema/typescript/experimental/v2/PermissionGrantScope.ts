// GENERATED CODE! DO NOT MODIFY BY HAND!

export type PermissionGrantScope = "turn" | "session";
