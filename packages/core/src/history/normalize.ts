import type { ContentItem, FunctionCallOutputBody, ResponseItem } from "@codex-ts/protocol/models";
import { rewriteStructured } from "./freeform-output.ts";

/** What the request's model and tools mean for the history it carries. */
export interface PromptShape {
  /** The model takes images. */
  images: boolean;
  /** The freeform apply_patch tool is in the request, so structured command outputs are shown as lines. */
  freeformPatch: boolean;
}

const NO_IMAGES = "image content omitted because you do not support image input";

/**
 * The history as a request may carry it: every call answered, every output with its call, no images for a model without eyes.
 * Works on the record without changing it.
 */
export function normalizeHistory(items: readonly ResponseItem[], shape: PromptShape): ResponseItem[] {
  const outputs = new Set<string>();
  const calls = new Set<string>();
  const structuredCalls = new Set<string>();
  for (const item of items) {
    const output = outputKey(item);
    if (output !== null) outputs.add(output);
    const call = callKey(item);
    if (call !== null) calls.add(call);
    if (shape.freeformPatch && isStructuredCall(item)) structuredCalls.add(callKey(item) ?? "");
  }

  const prompt: ResponseItem[] = [];
  for (const item of items) {
    if (item.type === "ghost_snapshot" || item.type === "other") continue;
    if (isOrphanOutput(item, calls)) continue;
    prompt.push(shape.images ? item : withoutImages(item));
    const key = callKey(item);
    if (key !== null && !outputs.has(key)) prompt.push(abortedOutput(item, key));
  }
  if (structuredCalls.size === 0) return prompt;
  return prompt.map(item => {
    const key = outputKey(item);
    return key !== null && structuredCalls.has(key) ? rewriteOutput(item) : item;
  });
}

/** The id under which a call waits for its output, tagged by the kind of output that answers it. */
function callKey(item: ResponseItem): string | null {
  switch (item.type) {
    case "function_call":
      return `f:${item.call_id}`;
    case "local_shell_call":
      return item.call_id === null || item.call_id === undefined ? null : `f:${item.call_id}`;
    case "custom_tool_call":
      return `c:${item.call_id}`;
    case "tool_search_call":
      return item.call_id === null || item.call_id === undefined ? null : `s:${item.call_id}`;
    default:
      return null;
  }
}

function outputKey(item: ResponseItem): string | null {
  switch (item.type) {
    case "function_call_output":
      return `f:${item.call_id}`;
    case "custom_tool_call_output":
      return `c:${item.call_id}`;
    case "tool_search_output":
      return item.call_id === null || item.call_id === undefined || item.execution === "server"
        ? null
        : `s:${item.call_id}`;
    default:
      return null;
  }
}

function isOrphanOutput(item: ResponseItem, calls: ReadonlySet<string>): boolean {
  const key = outputKey(item);
  return key !== null && !calls.has(key);
}

function abortedOutput(call: ResponseItem, key: string): ResponseItem {
  const callId = key.slice(2);
  switch (call.type) {
    case "custom_tool_call":
      return { type: "custom_tool_call_output", call_id: callId, output: "aborted" };
    case "tool_search_call":
      return { type: "tool_search_output", call_id: callId, status: "completed", execution: "client", tools: [] };
    default:
      return { type: "function_call_output", call_id: callId, output: "aborted" };
  }
}

function isStructuredCall(item: ResponseItem): boolean {
  switch (item.type) {
    case "local_shell_call":
      return true;
    case "function_call":
      return item.name === "shell" || item.name === "container.exec" || item.name === "apply_patch";
    case "custom_tool_call":
      return item.name === "apply_patch";
    default:
      return false;
  }
}

function rewriteOutput(item: ResponseItem): ResponseItem {
  if (item.type !== "function_call_output" && item.type !== "custom_tool_call_output") return item;
  if (typeof item.output !== "string") return item;
  const lines = rewriteStructured(item.output);
  return lines === null ? item : { ...item, output: lines };
}

function withoutImages(item: ResponseItem): ResponseItem {
  switch (item.type) {
    case "message":
      return item.content.some(isImage) ? { ...item, content: item.content.map(imageToText) } : item;
    case "function_call_output":
    case "custom_tool_call_output":
      return typeof item.output !== "string" && item.output.some(isImage)
        ? { ...item, output: outputWithoutImages(item.output) }
        : item;
    case "image_generation_call":
      return { ...item, result: "" };
    default:
      return item;
  }
}

function outputWithoutImages(output: FunctionCallOutputBody): FunctionCallOutputBody {
  if (typeof output === "string") return output;
  return output.map(part => (part.type === "input_image" ? { type: "input_text", text: NO_IMAGES } : part));
}

function isImage(part: { type: string }): boolean {
  return part.type === "input_image";
}

function imageToText(part: ContentItem): ContentItem {
  return part.type === "input_image" ? { type: "input_text", text: NO_IMAGES } : part;
}
