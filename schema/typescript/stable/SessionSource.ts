// GENERATED CODE! DO NOT MODIFY BY HAND!

import type { SubAgentSource } from "./SubAgentSource";

export type SessionSource = "cli" | "vscode" | "exec" | "mcp" | { "custom": string } | { "subagent": SubAgentSource } | "unknown";
