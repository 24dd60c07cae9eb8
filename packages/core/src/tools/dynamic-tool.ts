import type { DynamicToolCallOutputContentItem, DynamicToolSpec } from "@codex-ts/protocol";
import type { FunctionCallOutputBody } from "@codex-ts/protocol/models";
import type { JsonSchema, JsonValue } from "./parameters.ts";
import { parseJson } from "./json-arguments.ts";
import { sanitizeSchema } from "./sanitize-schema.ts";
import {
  functionArguments,
  functionSpec,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "./tool.ts";

/** A tool that the client brings along: the model calls it, the client runs it (`item/tool/call`). The spec must have been checked. */
export function dynamicTool({ name, namespace, description, inputSchema, deferLoading }: DynamicToolSpec): Tool {
  const parameters = sanitizeSchema(inputSchema as JsonValue);
  const tool: Tool = {
    names: [name],
    group: "dynamic",
    accepts: ["function"],
    parallel: false,
    spec: functionSpec(name, description, parameters),
    run: (call, context) => callClient(namespace ?? null, name, call, context),
  };
  if (typeof namespace === "string") {
    tool.namespace = { name: namespace, description: `Tools in the ${namespace} namespace.` };
  }
  if (deferLoading === true) {
    tool.deferred = {
      text: [name, description, namespace ?? "", ...propertyNames(parameters)].join(" "),
      bucket: "dynamic tools",
    };
  }
  return tool;
}

function propertyNames({ properties }: JsonSchema): string[] {
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
}

async function callClient(
  namespace: string | null,
  tool: string,
  call: ToolCall,
  { session, turn }: ToolContext,
): Promise<ToolResult> {
  const facts = { id: call.callId, namespace, tool, arguments: parseJson(functionArguments(call)) };
  turn.itemStarted({
    type: "dynamicToolCall",
    ...facts,
    status: "inProgress",
    contentItems: null,
    success: null,
    durationMs: null,
  });
  const startedAt = session.services.clock.monotonic();
  const { id: callId, ...asked } = facts;
  const answer = await turn.ask("item/tool/call", { callId, ...asked });
  const { contentItems, success } =
    answer.type === "result" ? readAnswer(answer.value) : failure("dynamic tool request failed");
  turn.itemCompleted({
    type: "dynamicToolCall",
    ...facts,
    status: success ? "completed" : "failed",
    contentItems,
    success,
    durationMs: Math.round(session.services.clock.monotonic() - startedAt),
  });
  return { body: outputOf(contentItems) };
}

interface ToolAnswer {
  contentItems: DynamicToolCallOutputContentItem[];
  success: boolean;
}

function failure(text: string): ToolAnswer {
  return { contentItems: [{ type: "inputText", text }], success: false };
}

/** A client's answer, taken apart without trusting it. */
function readAnswer(value: unknown): ToolAnswer {
  const invalid = failure("dynamic tool response was invalid");
  if (typeof value !== "object" || value === null) return invalid;
  const { contentItems, success } = value as Record<string, unknown>;
  if (!Array.isArray(contentItems) || typeof success !== "boolean") return invalid;
  const items: DynamicToolCallOutputContentItem[] = [];
  for (const item of contentItems as (Record<string, unknown> | null)[]) {
    if (item?.["type"] === "inputText" && typeof item["text"] === "string")
      items.push({ type: "inputText", text: item["text"] });
    else if (item?.["type"] === "inputImage" && typeof item["imageUrl"] === "string")
      items.push({ type: "inputImage", imageUrl: item["imageUrl"] });
    else return invalid;
  }
  return { contentItems: items, success };
}

/** One text is sent to the model as it is, everything else as a list. */
function outputOf(items: readonly DynamicToolCallOutputContentItem[]): FunctionCallOutputBody {
  const [only] = items;
  if (items.length === 1 && only?.type === "inputText") return only.text;
  return items.map(item =>
    item.type === "inputText"
      ? { type: "input_text", text: item.text }
      : { type: "input_image", image_url: item.imageUrl, detail: "high" },
  );
}
