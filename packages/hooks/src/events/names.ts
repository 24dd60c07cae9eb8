import type { HookEventName as WireEventName } from "@codex-ts/protocol";

/** The events, in the order in which the handlers of one source are numbered. */
export const HOOK_EVENTS = [
  "PreToolUse",
  "PermissionRequest",
  "PostToolUse",
  "SessionStart",
  "UserPromptSubmit",
  "Stop",
] as const;

export type HookEventName = (typeof HOOK_EVENTS)[number];

interface EventWords {
  /** On the wire. */
  readonly wire: WireEventName;
  /** In run ids and names of schema files. */
  readonly kebab: string;
  /** In error texts about output that cannot be read. */
  readonly label: string;
  /** Groups of this event may have a matcher; elsewhere it is ignored and never checked. */
  readonly matched: boolean;
  readonly scope: "thread" | "turn";
}

export const EVENT_WORDS: Readonly<Record<HookEventName, EventWords>> = {
  PreToolUse: { wire: "preToolUse", kebab: "pre-tool-use", label: "pre-tool-use", matched: true, scope: "turn" },
  PermissionRequest: {
    wire: "permissionRequest",
    kebab: "permission-request",
    label: "permission-request",
    matched: true,
    scope: "turn",
  },
  PostToolUse: { wire: "postToolUse", kebab: "post-tool-use", label: "post-tool-use", matched: true, scope: "turn" },
  SessionStart: {
    wire: "sessionStart",
    kebab: "session-start",
    label: "session start",
    matched: true,
    scope: "thread",
  },
  UserPromptSubmit: {
    wire: "userPromptSubmit",
    kebab: "user-prompt-submit",
    label: "user prompt submit",
    matched: false,
    scope: "turn",
  },
  Stop: { wire: "stop", kebab: "stop", label: "stop hook", matched: false, scope: "turn" },
};

export function isHookEventName(name: string): name is HookEventName {
  return (HOOK_EVENTS as readonly string[]).includes(name);
}
