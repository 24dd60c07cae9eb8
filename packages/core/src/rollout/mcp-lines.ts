import type { McpCallToolResult } from "@codex-ts/mcp";
import type { ThreadItem } from "@codex-ts/protocol";
import type { RolloutItem } from "@codex-ts/thread-store";

type McpToolCall = Extract<ThreadItem, { type: "mcpToolCall" }>;

/** The line of a finished call. Only threads that keep a fuller history write it; the writer sorts that out. */
export function mcpToolCallEndLine(
  item: McpToolCall,
  end: { result: McpCallToolResult } | { error: string },
): RolloutItem {
  const durationMs = item.durationMs ?? 0;
  return {
    type: "event_msg",
    payload: {
      type: "mcp_tool_call_end",
      call_id: item.id,
      invocation: { server: item.server, tool: item.tool, arguments: item.arguments },
      ...(item.mcpAppResourceUri === undefined ? {} : { mcp_app_resource_uri: item.mcpAppResourceUri }),
      duration: { secs: Math.floor(durationMs / 1000), nanos: (durationMs % 1000) * 1_000_000 },
      result: "error" in end ? { Err: end.error } : { Ok: end.result },
    },
  };
}
