// GENERATED CODE! DO NOT MODIFY BY HAND!

export type GuardianRiskLevel = "low" | "medium" | "high" | "critical";
