// GENERATED CODE! DO NOT MODIFY BY HAND!

export type HookEventName = "preToolUse" | "permissionRequest" | "postToolUse" | "sessionStart" | "userPromptSubmit" | "stop";
