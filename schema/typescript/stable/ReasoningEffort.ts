// GENERATED CODE! DO NOT MODIFY BY HAND!

export type ReasoningEffort = "none" | "minimal" | "low" | "medium" | "high" | "xhigh";
