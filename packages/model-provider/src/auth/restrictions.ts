import type { LoginStatus } from "./manager.ts";

/** What `forced_login_method` and `forced_chatgpt_workspace_id` ask for. */
export interface LoginRestrictions {
  method: "chatgpt" | "api" | null;
  workspaceId: string | null;
}

/**
 * Why a login may not be used (spec: configuration, section 7.1); null: it may. Whoever asks ends that login. A
 * workspace restricts ChatGPT logins alone.
 */
export function brokenLoginRestriction(status: LoginStatus, { method, workspaceId }: LoginRestrictions): string | null {
  if (status.kind === "apiKey" && method === "chatgpt") {
    return "ChatGPT login is required, but an API key is currently being used. Logging out.";
  }
  if (status.kind !== "chatgpt") return null;
  if (method === "api") return "API key login is required, but ChatGPT is currently being used. Logging out.";
  if (workspaceId === null || status.accountId === workspaceId) return null;
  const owner = status.accountId ?? "an unknown workspace";
  return `Login is restricted to workspace ${workspaceId}, but current credentials belong to ${owner}. Logging out.`;
}
