import { throwIfInterrupted } from "../errors.ts";
import { RespondToModel, type Tool, type ToolCall, type ToolContext, type ToolResult } from "../tools/tool.ts";

/**
 * Runs a tool between its hooks (spec tools.md 2, steps 5 to 8): one may stop the call before anything happens, another may replace what
 * the model reads of a call that succeeded. Tools that hooks know nothing of just run.
 */
export async function runWithHooks(tool: Tool, call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const { turn, session, signal } = context;
  const { before, after } = session.toolHooks;
  const use = before === undefined && after === undefined ? null : (tool.hookUse?.(call) ?? null);
  if (before !== undefined && use !== null) {
    const blocked = await before({ ...use, toolUseId: call.callId }, turn);
    throwIfInterrupted(signal);
    if (blocked !== null) throw new RespondToModel(blocked);
  }
  const result = await tool.run(call, context);
  const used = result.hookUse ?? (use === null ? null : { ...use, toolUseId: call.callId });
  if (after === undefined || used === null || result.hookResponse === undefined) return result;
  const replaced = await after(used, result.hookResponse, turn);
  throwIfInterrupted(signal);
  return replaced === null ? result : { body: replaced };
}
