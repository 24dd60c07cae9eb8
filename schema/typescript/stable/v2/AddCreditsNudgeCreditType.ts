// GENERATED CODE! DO NOT MODIFY BY HAND!

export type AddCreditsNudgeCreditType = "credits" | "usage_limit";
