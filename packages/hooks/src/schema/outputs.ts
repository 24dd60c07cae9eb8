import * as z from "zod/mini";
import { HOOK_EVENTS } from "../events/names.ts";

/** `null` counts as absent. */
const text = z.optional(z.nullable(z.string()));
const anything = z.optional(z.unknown());
/** It must be one of the six names, but not the one of the event at hand. */
const hookEventName = z.enum(HOOK_EVENTS);

const universal = {
  continue: z._default(z.boolean(), true),
  stopReason: text,
  suppressOutput: z._default(z.boolean(), false),
  systemMessage: text,
};
const block = { decision: z.optional(z.nullable(z.enum(["block"]))), reason: text };

/** An object for this event alone. */
function specific<S extends z.core.$ZodShape>(shape: S) {
  return z.optional(z.nullable(z.strictObject({ hookEventName, ...shape })));
}

/** What a handler of SessionStart may print. */
export const SessionStartOutput = z.strictObject({
  ...universal,
  hookSpecificOutput: specific({ additionalContext: text }),
});

/** What a handler of UserPromptSubmit may print. */
export const UserPromptSubmitOutput = z.strictObject({
  ...universal,
  ...block,
  hookSpecificOutput: specific({ additionalContext: text }),
});

/** What a handler of PreToolUse may print. */
export const PreToolUseOutput = z.strictObject({
  ...universal,
  decision: z.optional(z.nullable(z.enum(["approve", "block"]))),
  reason: text,
  hookSpecificOutput: specific({
    permissionDecision: z.optional(z.nullable(z.enum(["allow", "deny", "ask"]))),
    permissionDecisionReason: text,
    updatedInput: anything,
    additionalContext: text,
  }),
});

/** What a handler of PermissionRequest may print. */
export const PermissionRequestOutput = z.strictObject({
  ...universal,
  hookSpecificOutput: specific({
    decision: z.optional(
      z.nullable(
        z.strictObject({
          behavior: z.enum(["allow", "deny"]),
          message: text,
          updatedInput: anything,
          updatedPermissions: anything,
          interrupt: z._default(z.boolean(), false),
        }),
      ),
    ),
  }),
});

/** What a handler of PostToolUse may print. */
export const PostToolUseOutput = z.strictObject({
  ...universal,
  ...block,
  hookSpecificOutput: specific({ additionalContext: text, updatedMCPToolOutput: anything }),
});

/** What a handler of Stop may print. */
export const StopOutput = z.strictObject({ ...universal, ...block });

export type SessionStartOutput = z.input<typeof SessionStartOutput>;
export type UserPromptSubmitOutput = z.input<typeof UserPromptSubmitOutput>;
export type PreToolUseOutput = z.input<typeof PreToolUseOutput>;
export type PermissionRequestOutput = z.input<typeof PermissionRequestOutput>;
export type PostToolUseOutput = z.input<typeof PostToolUseOutput>;
export type StopOutput = z.input<typeof StopOutput>;
