import { createRuntime, type RuntimeOptions } from "@codex-ts/core";
import { asyncHandler } from "@codex-ts/hooks";

/** A policy in a few lines: no command of the agent may push with force; everything else is decided as ever. */
const noForce = asyncHandler(
  "PreToolUse",
  async ({ tool_input }) => {
    if (!/\bpush\b.*--force\b/.test(JSON.stringify(tool_input))) return;
    const permissionDecisionReason = "pushing with --force is not done here";
    return {
      hookSpecificOutput: { hookEventName: "PreToolUse", permissionDecision: "deny", permissionDecisionReason },
    };
  },
  { matcher: "Bash" },
);

/** A runtime whose threads all obey the policy. */
export function createPoliteRuntime(options: Pick<RuntimeOptions, "codexHome" | "env" | "config">) {
  return createRuntime({ version: "1.0.0", originator: "example", hooks: [noForce], ...options });
}
