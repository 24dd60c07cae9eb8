import type { ThreadRequest } from "@codex-ts/core";
import type { EventProjection } from "./events/project.ts";
import { commandWords, fileChanges, parsedCommands } from "./events/items.ts";
import { isObject, type JsonObject, type RequestId } from "./json.ts";

/** A question of a conversation, as the MCP client is asked it; null: one that it cannot answer. */
export function approvalElicitation(
  request: ThreadRequest,
  call: { threadId: string; requestId: RequestId; eventId: string; events: EventProjection },
): JsonObject | null {
  const shared = {
    requestedSchema: { type: "object", properties: {} },
    threadId: call.threadId,
  };
  const ids = { codex_mcp_tool_call_id: String(call.requestId), codex_event_id: call.eventId };
  if (request.method === "item/commandExecution/requestApproval") {
    const { itemId, command, cwd, commandActions } = request.params;
    return {
      message: `Allow Codex to run \`${command ?? ""}\` in \`${cwd ?? ""}\`?`,
      ...shared,
      codex_elicitation: "exec-approval",
      ...ids,
      codex_call_id: itemId,
      codex_command: commandWords(command ?? ""),
      codex_cwd: cwd ?? "",
      codex_parsed_cmd: parsedCommands(commandActions ?? []),
    };
  }
  if (request.method === "item/fileChange/requestApproval") {
    const { itemId, reason, grantRoot } = request.params;
    const item = call.events.item(itemId);
    return {
      message: `${reason ? `${reason}\n` : ""}Allow Codex to apply proposed code changes?`,
      ...shared,
      codex_elicitation: "patch-approval",
      ...ids,
      codex_call_id: itemId,
      ...(reason ? { codex_reason: reason } : {}),
      ...(grantRoot ? { codex_grant_root: grantRoot } : {}),
      codex_changes: item?.type === "fileChange" ? fileChanges(item) : {},
    };
  }
  return null;
}

const DECISIONS: Readonly<Record<string, string>> = {
  approved: "accept",
  approved_for_session: "acceptForSession",
  denied: "decline",
  timed_out: "decline",
  abort: "cancel",
};
const ACTIONS: Readonly<Record<string, string>> = { accept: "accept", decline: "decline", cancel: "cancel" };

/** The client's answer as the core takes it: a decision, or an MCP form that was accepted. Whatever is neither counts as no. */
export function readDecision(result: unknown): { decision: unknown } {
  const refused = { decision: "decline" };
  if (!isObject(result)) return refused;
  const { decision, action } = result;
  if (typeof decision === "string") return { decision: DECISIONS[decision] ?? "decline" };
  if (isObject(decision)) {
    const amendment = decision["approved_execpolicy_amendment"];
    const words = isObject(amendment) ? amendment["proposed_execpolicy_amendment"] : null;
    if (Array.isArray(words)) return { decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: words } } };
    return refused;
  }
  return decision === undefined && typeof action === "string" ? { decision: ACTIONS[action] ?? "decline" } : refused;
}
