// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ModeKind = "plan" | "default";
