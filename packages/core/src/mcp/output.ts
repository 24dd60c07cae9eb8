import type { McpCallToolResult } from "@codex-ts/mcp";
import type { FunctionCallOutputBody } from "@codex-ts/protocol/models";

type ContentItem = Exclude<FunctionCallOutputBody, string>[number];
type ImageDetail = "auto" | "low" | "high" | "original";

const DETAILS = new Set<unknown>(["auto", "low", "high", "original"]);
const IMAGE_OMITTED = "<image content omitted because you do not support image input>";

/** A failure in the form of a result. */
export function errorResult(text: string): McpCallToolResult {
  return { content: [{ type: "text", text }], isError: true };
}

/** A result for a model that cannot look at pictures. */
export function withoutImages(result: McpCallToolResult): McpCallToolResult {
  const content = result.content.map(block =>
    kindOf(block) === "image" ? { type: "text", text: IMAGE_OMITTED } : block,
  );
  return { ...result, content };
}

/** What the model reads of a result, with the seconds it took (spec mcp.md 6). */
export function modelOutput(result: McpCallToolResult, seconds: number): FunctionCallOutputBody {
  const header = `Wall time: ${seconds.toFixed(4)} seconds\nOutput:`;
  const { structuredContent, content } = result;
  if (structuredContent !== undefined && structuredContent !== null) {
    return `${header}\n${JSON.stringify(structuredContent)}`;
  }
  if (!content.some(block => kindOf(block) === "image")) return `${header}\n${JSON.stringify(content)}`;
  return [{ type: "input_text", text: header }, ...content.map(contentItem)];
}

function contentItem(block: unknown): ContentItem {
  const field = (name: string): unknown =>
    typeof block === "object" && block !== null ? Reflect.get(block, name) : null;
  const kind = kindOf(block);
  if (kind === "text") return { type: "input_text", text: String(field("text")) };
  if (kind !== "image") return { type: "input_text", text: JSON.stringify(block) };
  const data = String(field("data"));
  const mimeType = field("mimeType");
  const type = typeof mimeType === "string" ? mimeType : "application/octet-stream";
  return {
    type: "input_image",
    image_url: data.startsWith("data:") ? data : `data:${type};base64,${data}`,
    detail: imageDetail(field("_meta")),
  };
}

function imageDetail(meta: unknown): ImageDetail {
  const detail: unknown = typeof meta === "object" && meta !== null ? Reflect.get(meta, "codex/imageDetail") : null;
  return DETAILS.has(detail) ? (detail as ImageDetail) : "high";
}

function kindOf(block: unknown): unknown {
  return typeof block === "object" && block !== null ? Reflect.get(block, "type") : null;
}
