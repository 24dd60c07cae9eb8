// GENERATED CODE! DO NOT MODIFY BY HAND!

export type GuardianUserAuthorization = "unknown" | "low" | "medium" | "high";
