import type { PermissionOverlay, TokenUsage } from "./facts.ts";

/** An action that was reviewed. Its parts may say anything; see `reviewedAction` for what leaves the machine. */
export type GuardianAction =
  | { type: "shell"; sandboxPermissions: SandboxPermissions; additionalPermissions: PermissionOverlay | null }
  | {
      type: "unified_exec";
      sandboxPermissions: SandboxPermissions;
      additionalPermissions: PermissionOverlay | null;
      tty: boolean;
    }
  | {
      type: "execve";
      source: "shell" | "unified_exec";
      program: string;
      additionalPermissions: PermissionOverlay | null;
    }
  | { type: "apply_patch" }
  | { type: "network_access"; protocol: "http" | "https" | "socks5_tcp" | "socks5_udp"; port: number }
  | {
      type: "mcp_tool_call";
      server: string;
      toolName: string;
      connectorId: string | null;
      connectorName: string | null;
      toolTitle: string | null;
    }
  | { type: "request_permissions" };

export type SandboxPermissions = "use_default" | "require_escalated" | "with_additional_permissions";

/** How a review ended. */
export type ReviewOutcome =
  | {
      type: "assessed";
      outcome: "allow" | "deny";
      riskLevel: "low" | "medium" | "high" | "critical" | null;
      userAuthorization: "unknown" | "low" | "medium" | "high" | null;
    }
  | { type: "timeout" }
  | { type: "cancelled" }
  | { type: "failed"; reason: "prompt_build_error" | "session_error" | "parse_error" };

/** The reviewer's own session, from when it exists. */
export interface ReviewerSession {
  threadId: string;
  kind: "trunk_new" | "trunk_reused" | "ephemeral_forked";
  model: string;
  reasoningEffort: string | null;
  /** The prompt only told what came after an earlier review. */
  hadPriorReviewContext: boolean | null;
}

/** One automatic review of an approval, when it is over. Spec: analytics, A5.6. */
export interface GuardianReview {
  threadId: string;
  turnId: string;
  reviewId: string;
  /** The reviewed call. Not sent for network access. */
  targetItemId: string | null;
  source: "main_turn" | "delegated_subagent";
  action: GuardianAction;
  actionTruncated: boolean;
  outcome: ReviewOutcome;
  session: ReviewerSession | null;
  timeoutMs: number;
  timeToFirstTokenMs: number | null;
  completionLatencyMs: number | null;
  /** Unix seconds. */
  startedAt: number;
  completedAt: number | null;
  usage: TokenUsage | null;
}

/**
 * What may be told of an action, and nothing else: built from an allow-list, so that a new member of an action stays here.
 */
export function reviewedAction(action: GuardianAction): Readonly<Record<string, unknown>> {
  switch (action.type) {
    case "shell":
      return {
        type: "shell",
        sandbox_permissions: action.sandboxPermissions,
        additional_permissions: action.additionalPermissions,
      };
    case "unified_exec":
      return {
        type: "unified_exec",
        sandbox_permissions: action.sandboxPermissions,
        additional_permissions: action.additionalPermissions,
        tty: action.tty,
      };
    case "execve":
      return {
        type: "execve",
        source: action.source,
        program: action.program,
        additional_permissions: action.additionalPermissions,
      };
    case "network_access":
      return { type: "network_access", protocol: action.protocol, port: action.port };
    case "mcp_tool_call":
      return {
        type: "mcp_tool_call",
        server: action.server,
        tool_name: action.toolName,
        connector_id: action.connectorId,
        connector_name: action.connectorName,
        tool_title: action.toolTitle,
      };
    case "apply_patch":
    case "request_permissions":
      return { type: action.type };
  }
}

/** The terminal members of a review's event. Spec: analytics, "Terminal mapping". */
export function terminalFields(outcome: ReviewOutcome) {
  const none = { risk_level: null, user_authorization: null, outcome: null };
  switch (outcome.type) {
    case "assessed": {
      const word = outcome.outcome === "allow" ? "approved" : "denied";
      return {
        decision: word,
        terminal_status: word,
        failure_reason: null,
        risk_level: outcome.riskLevel,
        user_authorization: outcome.userAuthorization,
        outcome: outcome.outcome,
      };
    }
    case "timeout":
      return { decision: "denied", terminal_status: "timed_out", failure_reason: "timeout", ...none };
    case "cancelled":
      return { decision: "aborted", terminal_status: "aborted", failure_reason: "cancelled", ...none };
    case "failed":
      return { decision: "denied", terminal_status: "failed_closed", failure_reason: outcome.reason, ...none };
  }
}
