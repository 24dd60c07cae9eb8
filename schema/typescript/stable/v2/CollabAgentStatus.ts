// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CollabAgentStatus = "pendingInit" | "running" | "interrupted" | "completed" | "errored" | "shutdown" | "notFound";
