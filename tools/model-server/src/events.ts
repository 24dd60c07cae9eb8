import { fullItem } from "./items.ts";
import { isObject, type Json } from "./json.ts";
import type { Reply, ReplyUsage } from "./script.ts";

/** The events of a reply in order, and whether the last one is terminal (completed, failed, incomplete). */
export function eventsOf(reply: Reply, n: number): Json[] {
  const id = reply.id ?? `resp_${n}`;
  const events: Json[] = [{ type: "response.created", response: { id, object: "response", status: "in_progress" } }];
  const items = [...(reply.items ?? []), ...(reply.text === undefined ? [] : [reply.text])];
  const chunk = reply.chunk ?? 24;
  const output: Json[] = [];
  items.forEach((item, index) => {
    const full = fullItem(item, `${n}_${index}`);
    output.push(full);
    events.push(...eventsOfItem(full, index, chunk));
  });
  events.push(terminalEvent(reply, id));
  return events;
}

function terminalEvent(reply: Reply, id: string): Json {
  if (reply.failed !== undefined) {
    const error = { code: "server_error", message: "The scripted response failed.", ...reply.failed };
    return { type: "response.failed", response: { id, object: "response", status: "failed", error } };
  }
  if (reply.incomplete !== undefined) {
    const details = { reason: reply.incomplete.reason ?? "max_output_tokens" };
    return {
      type: "response.incomplete",
      response: { id, object: "response", status: "incomplete", incomplete_details: details },
    };
  }
  return {
    type: "response.completed",
    response: { id, object: "response", status: "completed", usage: usageOf(reply.usage) },
  };
}

function usageOf(usage: ReplyUsage | Json | null | undefined): Json | null {
  if (usage === null) return null;
  if (isObject(usage) && "input_tokens" in usage) return usage;
  const { input = 100, cached = 0, output = 20, reasoning = 0, total } = (usage ?? {}) as ReplyUsage;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: total ?? input + output,
  };
}

function eventsOfItem(item: Json, output_index: number, chunk: number): Json[] {
  const item_id = typeof item.id === "string" ? item.id : undefined;
  const at = { output_index, ...(item_id === undefined ? {} : { item_id }) };
  const events: Json[] = [{ type: "response.output_item.added", output_index, item: startOf(item) }];
  if (item.type === "message" && Array.isArray(item.content)) {
    item.content.forEach((part: unknown, content_index) => {
      if (!isObject(part) || typeof part.text !== "string") return;
      for (const delta of chunks(part.text, chunk)) {
        events.push({ type: "response.output_text.delta", ...at, content_index, delta });
      }
    });
  }
  if (item.type === "reasoning") {
    forText(item.summary, (text, summary_index) => {
      events.push({ type: "response.reasoning_summary_part.added", ...at, summary_index });
      for (const delta of chunks(text, chunk)) {
        events.push({ type: "response.reasoning_summary_text.delta", ...at, summary_index, delta });
      }
    });
    forText(item.content, (text, content_index) => {
      for (const delta of chunks(text, chunk)) {
        events.push({ type: "response.reasoning_text.delta", ...at, content_index, delta });
      }
    });
  }
  if (item.type === "function_call" && typeof item.arguments === "string") {
    for (const delta of chunks(item.arguments, chunk)) {
      events.push({ type: "response.function_call_arguments.delta", ...at, delta });
    }
  }
  if (item.type === "custom_tool_call" && typeof item.input === "string") {
    for (const delta of chunks(item.input, chunk)) {
      events.push({ type: "response.custom_tool_call_input.delta", ...at, call_id: item.call_id, delta });
    }
  }
  events.push({ type: "response.output_item.done", output_index, item });
  return events;
}

/** The item as it is first announced: without what the deltas bring. */
function startOf(item: Json): Json {
  const start: Json = { ...item };
  if ("status" in start) start.status = "in_progress";
  if (item.type === "message") start.content = [];
  if (item.type === "reasoning") start.summary = [];
  if (item.type === "function_call") start.arguments = "";
  if (item.type === "custom_tool_call") start.input = "";
  return start;
}

function forText(list: unknown, visit: (text: string, index: number) => void): void {
  if (!Array.isArray(list)) return;
  list.forEach((part: unknown, index) => {
    if (isObject(part) && typeof part.text === "string") visit(part.text, index);
  });
}

/** The text in pieces of `size` characters; surrogate pairs stay whole; nothing at all for size 0. */
function chunks(text: string, size: number): string[] {
  if (size <= 0 || text === "") return [];
  if (text.length <= size) return [text];
  const pieces: string[] = [];
  let piece = "";
  for (const character of text) {
    piece += character;
    if (piece.length >= size) {
      pieces.push(piece);
      piece = "";
    }
  }
  if (piece !== "") pieces.push(piece);
  return pieces;
}
