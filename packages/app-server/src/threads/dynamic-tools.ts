import type { Tool } from "@codex-ts/core";
import type { DynamicToolCallOutputContentItem, DynamicToolSpec, JsonValue } from "@codex-ts/protocol";
import { invalidRequest } from "../errors.ts";

/** Tools that a client brings along: the model calls them, the client runs them (`item/tool/call`). @throws RpcError */
export function dynamicTools(specs: readonly DynamicToolSpec[]): Tool[] {
  checkSpecs(specs);
  return specs.map(dynamicTool);
}

/** The first failure wins; names are unique in their namespace. */
function checkSpecs(specs: readonly DynamicToolSpec[]): void {
  const seen = new Set<string>();
  for (const { name, namespace, inputSchema, deferLoading } of specs) {
    if (name.trim() === "") throw invalidRequest("dynamic tool name must not be empty");
    if (name.trim() !== name) throw invalidRequest(`dynamic tool name has leading/trailing whitespace: ${name}`);
    if (isReserved(name)) throw invalidRequest(`dynamic tool name is reserved: ${name}`);
    if (typeof namespace === "string") checkNamespace(name, namespace);
    const key = `${namespace ?? ""}\0${name}`;
    if (seen.has(key)) {
      const where = typeof namespace === "string" ? ` in namespace ${namespace}` : "";
      throw invalidRequest(`duplicate dynamic tool name${where}: ${name}`);
    }
    seen.add(key);
    if (deferLoading === true && typeof namespace !== "string") {
      throw invalidRequest(`deferred dynamic tool must include a namespace: ${name}`);
    }
    if (typeof inputSchema !== "object" || inputSchema === null || Array.isArray(inputSchema)) {
      throw invalidRequest(`dynamic tool input schema is not supported for ${name}: expected struct JsonSchema`);
    }
    if (typeof namespace === "string") {
      throw invalidRequest(`dynamic tool namespaces are not offered to models by this server: ${namespace}`);
    }
  }
}

function checkNamespace(name: string, namespace: string): void {
  if (namespace.trim() === "") throw invalidRequest(`dynamic tool namespace must not be empty for ${name}`);
  if (namespace.trim() !== namespace) {
    throw invalidRequest(`dynamic tool namespace has leading/trailing whitespace for ${name}: ${namespace}`);
  }
  if (isReserved(namespace)) throw invalidRequest(`dynamic tool namespace is reserved for ${name}: ${namespace}`);
}

const isReserved = (name: string) => name === "mcp" || name.startsWith("mcp__");

function dynamicTool({ name, description, inputSchema }: DynamicToolSpec): Tool {
  const schema = inputSchema as { type?: string; properties?: object };
  const parameters = { ...schema, type: schema.type ?? "object", properties: schema.properties ?? {} };
  return {
    names: [name],
    accepts: ["function"],
    parallel: false,
    spec: { type: "function", name, description, strict: false, parameters: parameters as never },
    async run(call, { turn }) {
      const text = call.payload.kind === "function" ? call.payload.arguments : "{}";
      const facts = { id: call.callId, namespace: null, tool: name, arguments: readArguments(text) };
      turn.itemStarted({
        type: "dynamicToolCall",
        ...facts,
        status: "inProgress",
        contentItems: null,
        success: null,
        durationMs: null,
      });
      const started = performance.now();
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
        durationMs: Math.round(performance.now() - started),
      });
      return { body: outputOf(contentItems) };
    },
  };
}

function readArguments(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
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
  const { contentItems, success } = (value ?? {}) as Record<string, unknown>;
  if (!Array.isArray(contentItems) || typeof success !== "boolean") return failure("dynamic tool response was invalid");
  const items: DynamicToolCallOutputContentItem[] = [];
  for (const item of contentItems as Record<string, unknown>[]) {
    if (item?.["type"] === "inputText" && typeof item["text"] === "string")
      items.push({ type: "inputText", text: item["text"] });
    else if (item?.["type"] === "inputImage" && typeof item["imageUrl"] === "string") {
      items.push({ type: "inputImage", imageUrl: item["imageUrl"] });
    } else return failure("dynamic tool response was invalid");
  }
  return { contentItems: items, success };
}

/** One text is sent to the model as it is, everything else as a list. */
function outputOf(items: readonly DynamicToolCallOutputContentItem[]) {
  const [only] = items;
  if (items.length === 1 && only?.type === "inputText") return only.text;
  return items.map(item =>
    item.type === "inputText"
      ? { type: "input_text" as const, text: item.text }
      : { type: "input_image" as const, image_url: item.imageUrl, detail: "high" as const },
  );
}
