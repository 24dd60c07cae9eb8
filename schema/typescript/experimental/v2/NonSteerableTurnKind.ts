// GENERATED CODE! DO NOT MODIFY BY HAND!

export type NonSteerableTurnKind = "review" | "compact";
