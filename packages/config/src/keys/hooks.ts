import { bool, key, list, type KeyType, type TableType, table, text, u64 } from "./types.ts";

export const HOOK_EVENTS = [
  "PreToolUse",
  "PermissionRequest",
  "PostToolUse",
  "SessionStart",
  "UserPromptSubmit",
  "Stop",
] as const;

const handler: KeyType = {
  kind: "tagged",
  name: "HookHandlerConfig",
  tag: "type",
  variants: {
    command: table("CommandHandler", {
      command: key(text, "Shell command to run.", { required: true }),
      timeout: key(u64, "Seconds it may take."),
      async: key(bool, "Do not wait for it.", { default: "false", filled: false }),
      statusMessage: key(text, "What to show while it runs."),
    }),
    prompt: table("PromptHandler", {}),
    agent: table("AgentHandler", {}),
  },
};
const groups: KeyType = list(
  table("MatcherGroup", {
    matcher: key(text, "Pattern of tool names; unset matches all."),
    hooks: key(list(handler), "What to run.", { default: "[]", filled: [] }),
  }),
);

/** `[hooks]`: one list of matcher groups an event. */
export const hookEvents: TableType = table(
  "HookEventsToml",
  Object.fromEntries(
    HOOK_EVENTS.map(event => [event, key(groups, `Hooks of the event ${event}.`, { default: "[]", filled: [] })]),
  ),
);
