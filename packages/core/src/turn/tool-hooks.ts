import { InputReplaced } from "../approvals/call-inputs.ts";
import { throwIfInterrupted } from "../errors.ts";
import {
  BlockedByHook,
  RespondToModel,
  type Tool,
  type ToolCall,
  type ToolContext,
  type ToolResult,
} from "../tools/tool.ts";

/**
 * Runs a tool between its hooks (spec tools.md 2, steps 5 to 8): one may stop the call before anything happens, or give it another input;
 * another may replace what the model reads of a call that succeeded. Tools that hooks know nothing of just run.
 */
export async function runWithHooks(tool: Tool, call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const { session, turn } = context;
  const { before, after } = session.toolHooks;
  if (before === undefined && after === undefined && session.approvalSlots.permissionHook === undefined) {
    return runAfterSnapshot(tool, call, context);
  }
  const use = tool.hookUse?.(call) ?? null;
  const { replaceInput } = tool;
  if (use === null || replaceInput === undefined) return runCall(tool, call, context);
  turn.callInputs.begin(call.callId, input => {
    const replaced = replaceInput(call, input);
    return typeof replaced === "string" ? replaced : null;
  });
  try {
    return await runCall(tool, call, context);
  } finally {
    turn.callInputs.end(call.callId);
  }
}

/** What may change the workspace waits until its state before is kept. */
async function runAfterSnapshot(tool: Tool, call: ToolCall, context: ToolContext): Promise<ToolResult> {
  const { snapshot } = context.turn;
  if (snapshot !== null && tool.readOnly !== true) {
    await snapshot;
    throwIfInterrupted(context.signal);
  }
  return tool.run(call, context);
}

async function runCall(tool: Tool, asked: ToolCall, context: ToolContext): Promise<ToolResult> {
  const { turn, session, signal } = context;
  const { before, after } = session.toolHooks;
  let call = asked;
  let use = before === undefined && after === undefined ? null : (tool.hookUse?.(call) ?? null);
  const useInput = (input: unknown): void => {
    call = withInput(tool, call, input);
    use = use === null ? null : (tool.hookUse?.(call) ?? null);
  };
  if (before !== undefined && use !== null) {
    const verdict = await before({ ...use, toolUseId: call.callId }, turn);
    throwIfInterrupted(signal);
    if (verdict?.type === "blocked") throw new BlockedByHook(verdict.text);
    if (verdict?.type === "replaced") useInput(verdict.input);
  }
  const result = await runAfterSnapshot(tool, call, context).catch((error: unknown) => {
    if (!(error instanceof InputReplaced)) throw error;
    // From here on hooks have had their say about this call: rules, sandbox, reviewer and person judge the new input.
    turn.callInputs.markReplaced(call.callId);
    useInput(error.input);
    return tool.run(call, context);
  });
  const used = result.hookUse ?? (use === null ? null : { ...use, toolUseId: call.callId });
  if (after === undefined || used === null || result.hookResponse === undefined) return result;
  const replaced = await after(used, result.hookResponse, turn);
  throwIfInterrupted(signal);
  return replaced === null ? result : { body: replaced, hookResponse: result.hookResponse };
}

function withInput(tool: Tool, call: ToolCall, input: unknown): ToolCall {
  const replaced = tool.replaceInput?.(call, input) ?? "its input cannot be replaced";
  // It was checked before it was accepted; whatever slipped through must not run with the old input.
  if (typeof replaced === "string") throw new RespondToModel(`updatedInput of a hook cannot be used: ${replaced}`);
  return replaced;
}
