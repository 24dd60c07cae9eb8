import { isObject, type Json, type StreamedItem } from "../wire.ts";

const isText = (value: unknown) => typeof value === "string";
const isTextOrNone = (value: unknown) => value === undefined || value === null || isText(value);

/** Members without which an item of a type means nothing. Types that are not listed are taken as they are. */
const NEEDED: Record<string, Record<string, (value: unknown) => boolean>> = {
  message: { role: isText, content: Array.isArray },
  reasoning: { summary: Array.isArray, encrypted_content: isTextOrNone },
  local_shell_call: { status: isText, action: isObject, call_id: isTextOrNone },
  function_call: { name: isText, arguments: isText, call_id: isText },
  tool_search_call: { execution: isText, call_id: isTextOrNone },
  custom_tool_call: { name: isText, input: isText, call_id: isText },
  image_generation_call: { id: isText, status: isText, result: isText },
  compaction: { encrypted_content: isText },
};

/** Whether an item can be used: a broken one is skipped, never half understood. */
export function isItem(value: unknown): value is StreamedItem {
  if (!isObject(value) || typeof value.type !== "string") return false;
  const item: Json = value;
  const needed = Object.hasOwn(NEEDED, value.type) ? NEEDED[value.type] : undefined;
  return Object.entries(needed ?? {}).every(([member, check]) => check(item[member]));
}
