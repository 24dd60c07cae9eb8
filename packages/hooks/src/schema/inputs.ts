import * as z from "zod/mini";

const nullableString = z.nullable(z.string());
/** The last three are never produced. */
const permissionMode = z.enum(["default", "acceptEdits", "plan", "dontAsk", "bypassPermissions"]);
const json = z.unknown().check(z.refine(value => value !== undefined));

function thread<N extends string>(name: N) {
  return {
    transcript_path: nullableString,
    cwd: z.string(),
    hook_event_name: z.literal(name),
    model: z.string(),
    permission_mode: permissionMode,
  };
}

function turn<N extends string>(name: N) {
  return { session_id: z.string(), turn_id: z.string(), ...thread(name) };
}

/** What a handler of SessionStart reads on stdin. */
export const SessionStartInput = z.strictObject({
  session_id: z.string(),
  ...thread("SessionStart"),
  source: z.enum(["startup", "resume", "clear"]),
});

/** What a handler of UserPromptSubmit reads on stdin. */
export const UserPromptSubmitInput = z.strictObject({ ...turn("UserPromptSubmit"), prompt: z.string() });

/** What a handler of PreToolUse reads on stdin. */
export const PreToolUseInput = z.strictObject({
  ...turn("PreToolUse"),
  tool_name: z.string(),
  tool_input: json,
  tool_use_id: z.string(),
});

/** What a handler of PermissionRequest reads on stdin. */
export const PermissionRequestInput = z.strictObject({
  ...turn("PermissionRequest"),
  tool_name: z.string(),
  tool_input: json,
});

/** What a handler of PostToolUse reads on stdin. */
export const PostToolUseInput = z.strictObject({
  ...turn("PostToolUse"),
  tool_name: z.string(),
  tool_input: json,
  tool_response: json,
  tool_use_id: z.string(),
});

/** What a handler of Stop reads on stdin. */
export const StopInput = z.strictObject({
  ...turn("Stop"),
  stop_hook_active: z.boolean(),
  last_assistant_message: nullableString,
});

export type SessionStartInput = z.infer<typeof SessionStartInput>;
export type UserPromptSubmitInput = z.infer<typeof UserPromptSubmitInput>;
export type PreToolUseInput = z.infer<typeof PreToolUseInput>;
export type PermissionRequestInput = z.infer<typeof PermissionRequestInput>;
export type PostToolUseInput = z.infer<typeof PostToolUseInput>;
export type StopInput = z.infer<typeof StopInput>;
