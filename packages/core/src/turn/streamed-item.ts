import type { StreamedItem } from "@codex-ts/model-provider";

type Json = { [member: string]: unknown };
type Check = (value: unknown) => boolean;

const text: Check = value => typeof value === "string";
const optionalText: Check = value => value === undefined || value === null || typeof value === "string";
const listOf =
  (check: Check): Check =>
  value =>
    Array.isArray(value) && value.every(check);
const optional =
  (check: Check): Check =>
  value =>
    value === undefined || value === null || check(value);
const members =
  (checks: { [name: string]: Check }): Check =>
  value =>
    isJson(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

const textPart = members({ type: text, text: optionalText });

/** Members without which an item of a kind cannot be handled. Kinds that are not named here are only kept. */
const REQUIRED: { readonly [type: string]: Check } = {
  message: members({ role: text, content: listOf(textPart) }),
  reasoning: members({ summary: listOf(members({ text })), content: optional(listOf(members({ text }))) }),
  function_call: members({ name: text, arguments: text, call_id: text, namespace: optionalText }),
  custom_tool_call: members({ name: text, input: text, call_id: text }),
  local_shell_call: members({
    call_id: optionalText,
    action: members({ command: listOf(text), working_directory: optionalText }),
  }),
  tool_search_call: members({ execution: text, call_id: optionalText }),
  image_generation_call: members({ id: text, status: text, result: text, revised_prompt: optionalText }),
  web_search_call: members({ action: optional(members({ type: text })) }),
};

const KEPT_AS_THEY_ARE = new Set(["compaction", "ghost_snapshot"]);

/** A model's output item, if it is one that can be handled; null for anything else a server may send. */
export function readStreamedItem(value: unknown): StreamedItem | null {
  if (!isJson(value) || typeof value["type"] !== "string" || !optionalText(value["id"])) return null;
  const check = REQUIRED[value["type"]];
  if (check === undefined) return KEPT_AS_THEY_ARE.has(value["type"]) ? (value as StreamedItem) : null;
  return check(value) ? (known(value) as StreamedItem) : null;
}

/** Members that only mean something while streaming are not kept. */
function known(item: Json): Json {
  switch (item["type"]) {
    case "message": {
      const { id, role, content, end_turn, phase } = item;
      const parts = (content as Json[]).map(({ type, text: body }) => ({ type, text: body ?? "" }));
      return defined({ type: "message", id, role, content: parts, end_turn, phase });
    }
    case "reasoning": {
      const { id, summary, content, encrypted_content } = item;
      return defined({
        type: "reasoning",
        id,
        summary,
        content: reasoningContent(content as Json[] | null | undefined),
        encrypted_content: encrypted_content ?? null,
      });
    }
    case "function_call": {
      const { id, name, namespace, arguments: args, call_id } = item;
      return defined({ type: "function_call", id, name, namespace: namespace ?? undefined, arguments: args, call_id });
    }
    case "image_generation_call": {
      const { id, status, revised_prompt, result } = item;
      return defined({
        type: "image_generation_call",
        id,
        status,
        revised_prompt: revised_prompt ?? undefined,
        result,
      });
    }
    default:
      return item;
  }
}

/** Absent content is kept as null; content is kept only when some of it is raw reasoning. */
function reasoningContent(content: Json[] | null | undefined): Json[] | null | undefined {
  if (content === undefined || content === null) return null;
  return content.some(part => part["type"] === "reasoning_text") ? content : undefined;
}

function defined(item: Json): Json {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
