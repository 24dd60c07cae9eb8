// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ReasoningSummary = "auto" | "concise" | "detailed" | "none";
