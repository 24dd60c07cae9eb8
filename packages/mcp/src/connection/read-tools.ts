import type { McpCallToolResult, McpTool } from "../types.ts";
import { McpError } from "../errors.ts";
import { withoutNulls } from "./pages.ts";

/** The tools of a list that are tools: they have a name and an input schema. The others are left out, and `log` is told. */
export function readTools(listed: unknown, log: (message: string) => void): McpTool[] {
  if (!Array.isArray(listed)) throw new McpError("unexpected_response", "Unexpected response type");
  return listed.flatMap((tool: unknown): McpTool[] => {
    const fields = typeof tool === "object" && tool !== null ? (tool as Record<string, unknown>) : {};
    const name: unknown = Reflect.get(fields, "name");
    const schema: unknown = Reflect.get(fields, "inputSchema");
    const ok = typeof name === "string" && typeof schema === "object" && schema !== null;
    if (!ok) log(`a tool without a name or an input schema is left out: ${JSON.stringify(tool).slice(0, 200)}`);
    return ok ? [withoutNulls(fields) as unknown as McpTool] : [];
  });
}

/**
 * A call's result, with the fields it has. An answer without any content is none.
 * @throws McpError `unexpected_response`
 */
export function readCallResult(result: Readonly<Record<string, unknown>>): McpCallToolResult {
  const unexpected = (): never => {
    throw new McpError("unexpected_response", "Unexpected response type");
  };
  const { content = [], structuredContent, isError, _meta } = result;
  if (!Array.isArray(content) || !content.every(isBlock)) return unexpected();
  if (content.length === 0 && (structuredContent === undefined || structuredContent === null)) return unexpected();
  if (isError !== undefined && isError !== null && typeof isError !== "boolean") return unexpected();
  return {
    content,
    ...(structuredContent === undefined || structuredContent === null ? {} : { structuredContent }),
    ...(typeof isError === "boolean" ? { isError } : {}),
    ...(_meta === undefined || _meta === null ? {} : { _meta }),
  };
}

/** The fields that each kind of content must have. Of other kinds nothing is known. */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  text: ["text"],
  image: ["data", "mimeType"],
  audio: ["data", "mimeType"],
  resource_link: ["uri", "name"],
};

function isBlock(block: unknown): boolean {
  if (typeof block !== "object" || block === null) return false;
  const type: unknown = Reflect.get(block, "type");
  if (typeof type !== "string") return false;
  if (type === "resource") return isResource(Reflect.get(block, "resource"));
  return (BLOCKS[type] ?? []).every(field => typeof Reflect.get(block, field) === "string");
}

function isResource(value: unknown): boolean {
  if (typeof value !== "object" || value === null || typeof Reflect.get(value, "uri") !== "string") return false;
  return ["text", "blob"].some(field => typeof Reflect.get(value, field) === "string");
}
