import type { ToolCall, ToolContext, ToolResult } from "./tool.ts";

export async function interceptPatch(
  _call: ToolCall,
  _context: ToolContext,
  _argv: readonly string[],
  _cwd: string,
): Promise<ToolResult | null> {
  return null;
}
