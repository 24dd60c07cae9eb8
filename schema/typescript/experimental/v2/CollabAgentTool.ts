// GENERATED CODE! DO NOT MODIFY BY HAND!

export type CollabAgentTool = "spawnAgent" | "sendInput" | "resumeAgent" | "wait" | "closeAgent";
