// GENERATED CODE! DO NOT MODIFY BY HAND!

export type SandboxMode = "read-only" | "workspace-write" | "danger-full-access";
