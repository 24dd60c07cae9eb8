import type { ResponseItem } from "@codex-ts/protocol/models";

/** Opening and closing of the user-role fragments that the runtime writes itself (they are no user turns). */
const CONTEXTUAL_USER_PAIRS: readonly (readonly [string, string])[] = [
  ["# agents.md instructions for ", "</instructions>"],
  ["<environment_context>", "</environment_context>"],
  ["<skill>", "</skill>"],
  ["<user_shell_command>", "</user_shell_command>"],
  ["<turn_aborted>", "</turn_aborted>"],
  ["<subagent_notification>", "</subagent_notification>"],
  ["<hook_prompt ", "</hook_prompt>"],
];

const CONTEXTUAL_DEVELOPER_PREFIXES: readonly string[] = [
  "<permissions instructions>",
  "<model_switch>",
  "<collaboration_mode>",
  "<realtime_conversation>",
  "<personality_spec>",
];

type Message = Extract<ResponseItem, { type: "message" }>;

export function isContextualUserText(text: string): boolean {
  const trimmed = text.trim().toLowerCase();
  return CONTEXTUAL_USER_PAIRS.some(([open, close]) => trimmed.startsWith(open) && trimmed.endsWith(close));
}

export function isContextualUserMessage(item: ResponseItem): boolean {
  return item.type === "message" && item.role === "user" && texts(item).some(isContextualUserText);
}

/** What a hook had the model go on with. */
export function isHookPrompt(item: ResponseItem): boolean {
  return (
    item.type === "message" &&
    item.role === "user" &&
    texts(item).some(text => text.trimStart().toLowerCase().startsWith("<hook_prompt ") && isContextualUserText(text))
  );
}

export function isContextualDeveloperText(text: string): boolean {
  const trimmed = text.trimStart().toLowerCase();
  return CONTEXTUAL_DEVELOPER_PREFIXES.some(prefix => trimmed.startsWith(prefix));
}

export function isContextualDeveloperMessage(item: ResponseItem): boolean {
  return item.type === "message" && item.role === "developer" && texts(item).some(isContextualDeveloperText);
}

/** A message with which a user started (or steered) a turn. */
export function isUserTurnBoundary(item: ResponseItem): boolean {
  return item.type === "message" && item.role === "user" && !isContextualUserMessage(item);
}

export function messageText(item: ResponseItem): string {
  return item.type === "message" ? texts(item).join("") : "";
}

function texts(message: Message): string[] {
  return message.content.flatMap(part =>
    part.type === "input_text" || part.type === "output_text" ? [part.text] : [],
  );
}
