import type { Json } from "./json.ts";
import type { ReplyItem } from "./script.ts";

/** An assistant message. */
export function message(text: string, more: Json = {}): ReplyItem {
  return { type: "message", text, ...more };
}

/** Reasoning with one summary section a string. */
export function reasoning(summary: string | string[], more: Json = {}): ReplyItem {
  return { type: "reasoning", summary, ...more };
}

/** A call of a function tool; `args` is encoded as JSON unless it is a string. */
export function functionCall(name: string, args: unknown, callId?: string): ReplyItem {
  return { type: "function_call", name, arguments: args, ...(callId === undefined ? {} : { call_id: callId }) };
}

/** A call of a freeform tool such as `apply_patch`. */
export function customToolCall(name: string, input: string, callId?: string): ReplyItem {
  return { type: "custom_tool_call", name, input, ...(callId === undefined ? {} : { call_id: callId }) };
}

/**
 * The full wire form of an item of a script.
 * @param item shorthand or full form
 * @param fallbackId what to build missing ids from, unique in the run (`"3_0"`)
 */
export function fullItem(item: ReplyItem, fallbackId: string): Json {
  if (typeof item === "string") return fullItem({ type: "message", text: item }, fallbackId);
  const { type, ...rest } = item as Json & { type: string };
  const callId = typeof rest.call_id === "string" ? rest.call_id : `call_${fallbackId}`;
  switch (type) {
    case "message": {
      const { text, ...more } = rest;
      const content = more.content ?? [
        { type: "output_text", text: typeof text === "string" ? text : "", annotations: [] },
      ];
      return { type, id: `msg_${fallbackId}`, role: "assistant", status: "completed", ...more, content };
    }
    case "reasoning": {
      const summary = sections(rest.summary ?? [], "summary_text");
      const full: Json = { type, id: `rs_${fallbackId}`, ...rest, summary };
      if (rest.content !== undefined) full.content = sections(rest.content, "reasoning_text");
      return full;
    }
    case "function_call": {
      const args = rest.arguments ?? {};
      return {
        type,
        id: `fc_${fallbackId}`,
        status: "completed",
        ...rest,
        arguments: typeof args === "string" ? args : JSON.stringify(args),
        call_id: callId,
      };
    }
    case "custom_tool_call":
      return { type, id: `ctc_${fallbackId}`, status: "completed", ...rest, call_id: callId };
    case "local_shell_call": {
      const { command, ...more } = rest;
      return {
        type,
        id: `lsh_${fallbackId}`,
        status: "completed",
        action: { type: "exec", command },
        ...more,
        call_id: callId,
      };
    }
    case "tool_search_call":
      return { type, execution: "client", status: "completed", ...rest, call_id: callId };
    case "web_search_call": {
      const { query, ...more } = rest;
      return { type, id: `ws_${fallbackId}`, status: "completed", action: { type: "search", query }, ...more };
    }
    default:
      return { type, ...rest };
  }
}

function sections(value: unknown, type: string): unknown[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map(entry => (typeof entry === "string" ? { type, text: entry } : entry));
}
