import type { ServerRequest } from "@codex-ts/protocol";

/** An answer for the app-server: a result, or an error with its JSON-RPC code. */
export type RequestAnswer = { result: unknown } | { error: { code: number; message: string } };

const kinds: Partial<Record<ServerRequest["method"], string>> = {
  "item/commandExecution/requestApproval": "command execution approval",
  "item/fileChange/requestApproval": "file change approval",
  "item/permissions/requestApproval": "permissions approval",
  "item/tool/requestUserInput": "request_user_input",
  "item/tool/call": "dynamic tool calls",
  "account/chatgptAuthTokens/refresh": "ChatGPT token refresh",
  applyPatchApproval: "patch approval",
  execCommandApproval: "command approval",
};

/**
 * Nobody sits in front of a non-interactive run: elicitations are cancelled, everything else is refused with a text
 * that names what was asked (spec: command line, "Requests from the server in exec mode").
 */
export function answerInExec(request: ServerRequest): RequestAnswer {
  if (request.method === "mcpServer/elicitation/request") {
    return { result: { action: "cancel", content: null, _meta: null } };
  }
  const kind = kinds[request.method] ?? request.method;
  const params = request.params as { threadId?: unknown; conversationId?: unknown };
  const thread = params.threadId ?? params.conversationId;
  const where = typeof thread === "string" ? ` for thread \`${thread}\`` : "";
  return { error: { code: -32000, message: `${kind} is not supported in exec mode${where}` } };
}
