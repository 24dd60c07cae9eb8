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
  custom_tool_call: members({ name: text, input: text, call_id: text, status: optionalText }),
  local_shell_call: members({
    call_id: optionalText,
    status: value => ["completed", "in_progress", "incomplete"].includes(value as string),
    action: members({
      type: value => value === "exec",
      command: listOf(text),
      timeout_ms: optional(value => typeof value === "number" && Number.isInteger(value) && value >= 0),
      working_directory: optionalText,
      env: optional(value => isJson(value) && Object.values(value).every(text)),
      user: optionalText,
    }),
  }),
  tool_search_call: members({ execution: text, call_id: optionalText, status: optionalText }),
  image_generation_call: members({ id: text, status: text, result: text, revised_prompt: optionalText }),
  web_search_call: members({
    status: optionalText,
    action: optional(
      members({
        type: text,
        query: optionalText,
        queries: optional(listOf(text)),
        url: optionalText,
        pattern: optionalText,
      }),
    ),
  }),
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
    case "local_shell_call": {
      const { id, call_id, status, action } = item;
      const { command, timeout_ms, working_directory, env, user } = action as Json;
      const exec = { type: "exec", command, timeout_ms, working_directory, env, user };
      const filled = Object.fromEntries(Object.entries(exec).map(([name, value]) => [name, value ?? null]));
      return defined({ type: "local_shell_call", id, call_id: call_id ?? null, status, action: filled });
    }
    case "custom_tool_call": {
      const { id, status, call_id, name, input } = item;
      return defined({ type: "custom_tool_call", id, status: status ?? undefined, call_id, name, input });
    }
    case "tool_search_call": {
      const { id, call_id, status, execution, arguments: args } = item;
      return defined({
        type: "tool_search_call",
        id,
        call_id: call_id ?? null,
        status: status ?? undefined,
        execution,
        arguments: args ?? null,
      });
    }
    case "web_search_call": {
      const { id, status, action } = item;
      return defined({
        type: "web_search_call",
        id,
        status: status ?? undefined,
        action: searchAction(action as Json | null | undefined),
      });
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

/** What a search of the server did; an action of another kind is only known to be one. */
function searchAction(action: Json | null | undefined): Json | undefined {
  if (action === null || action === undefined) return undefined;
  const { type, query, queries, url, pattern } = action;
  const given = (members: Json) =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
  switch (type) {
    case "search":
      return { type, ...given({ query, queries }) };
    case "open_page":
      return { type, ...given({ url }) };
    case "find_in_page":
      return { type, ...given({ url, pattern }) };
    default:
      return { type: "other" };
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
