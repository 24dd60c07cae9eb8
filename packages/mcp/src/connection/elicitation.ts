import type { McpElicitationSchema } from "@codex-ts/protocol";

/** What a server asks a person: a form to fill in, or a page to open. */
export type ElicitationRequest = {
  serverName: string;
  /** The server's JSON-RPC id. */
  id: string | number;
  message: string;
  /** The request's own, without the token of its progress; null when nothing is left. */
  _meta: unknown;
} & ({ mode: "form"; requestedSchema: McpElicitationSchema } | { mode: "url"; url: string; elicitationId: string });

export interface ElicitationAnswer {
  action: "accept" | "decline" | "cancel";
  /** The filled-in form. */
  content: unknown;
  _meta: unknown;
}

/** Asks a person. Aborted when the server takes its question back or goes away. */
export type AskPerson = (request: ElicitationRequest, signal: AbortSignal) => Promise<ElicitationAnswer>;

/** What decides whether a person is asked at all. */
export interface ElicitationPolicy {
  approval: McpApprovalPolicy;
  sandbox: McpSandbox;
}

export type McpApprovalPolicy =
  | "untrusted"
  | "on-failure"
  | "on-request"
  | "never"
  | { granular: { mcp_elicitations: boolean } };

/** How free commands are: not at all restricted, by somebody else, or by our sandbox. */
export type McpSandbox = "danger-full-access" | "external" | "restricted";

/** Permission prompts of tools are answered with yes: nothing is asked and nothing is restricted. */
export function mcpPermissionPromptIsAutoApproved(approval: McpApprovalPolicy, sandbox: McpSandbox): boolean {
  return approval === "never" && sandbox !== "restricted";
}

const DECLINED: ElicitationAnswer = { action: "decline", content: null, _meta: null };
export const cancelled: ElicitationAnswer = { action: "cancel", content: null, _meta: null };

/** The answer that needs no person; null: ask. */
export function answerWithoutAsking(
  policy: ElicitationPolicy,
  request: Pick<ElicitationRequest, "mode"> & { requestedSchema?: { properties: object } },
): ElicitationAnswer | null {
  const empty = Object.keys(request.requestedSchema?.properties ?? {}).length === 0;
  if (request.mode === "form" && empty && mcpPermissionPromptIsAutoApproved(policy.approval, policy.sandbox)) {
    return { action: "accept", content: {}, _meta: null };
  }
  const { approval } = policy;
  const mayAsk = typeof approval === "string" ? approval !== "never" : approval.granular.mcp_elicitations;
  return mayAsk ? null : DECLINED;
}

/** An answer as the server reads it: content only when accepted, and then always. */
export function elicitationResult(answer: ElicitationAnswer): Record<string, unknown> {
  return {
    action: answer.action,
    ...(answer.action === "accept" ? { content: answer.content ?? {} } : {}),
    ...(answer._meta === null || answer._meta === undefined ? {} : { _meta: answer._meta }),
  };
}

/**
 * A client's reply as an answer; whatever is none counts as no.
 * @param reply null: the client answered with an error
 */
export function readElicitationReply(reply: unknown): ElicitationAnswer {
  if (typeof reply !== "object" || reply === null) return DECLINED;
  const action: unknown = Reflect.get(reply, "action");
  if (action !== "accept" && action !== "decline" && action !== "cancel") return DECLINED;
  return { action, content: Reflect.get(reply, "content") ?? null, _meta: Reflect.get(reply, "_meta") ?? null };
}
