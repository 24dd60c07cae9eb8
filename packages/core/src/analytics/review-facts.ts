import type { GuardianAction, ReviewOutcome } from "@codex-ts/analytics";
import { type AdditionalPermissionProfile, encodeAdditionalPermissions } from "@codex-ts/permissions";
import type { ReviewAction, ReviewQuestion, ReviewVerdict } from "../approvals/slots.ts";
import type { TurnScope } from "../turn/turn-scope.ts";

/** Time a reviewer has, milliseconds (spec: guardian). */
const REVIEW_TIMEOUT_MS = 90_000;

/** An automatic review begins. What is given back is told how it ended, once. Spec: analytics, A5.6. */
export function beginReview(turn: TurnScope, question: ReviewQuestion): (verdict: ReviewVerdict) => void {
  const { session } = turn;
  const { analytics, clock, ids } = session.services;
  if (!analytics.wants("guardianReview")) return () => {};
  const [startedAt, startedMs] = [clock.now(), clock.monotonic()];
  return verdict => {
    const facts = verdict.facts ?? {};
    analytics.track({
      kind: "guardianReview",
      review: {
        threadId: session.id,
        turnId: turn.id,
        reviewId: facts.reviewId ?? ids.uuid4(),
        targetItemId: question.targetItemId,
        source: facts.source ?? "main_turn",
        action: actionOf(question.action),
        actionTruncated: facts.actionTruncated ?? false,
        outcome: facts.outcome ?? outcomeOf(verdict),
        session: facts.session ?? null,
        timeoutMs: facts.timeoutMs ?? REVIEW_TIMEOUT_MS,
        timeToFirstTokenMs: facts.timeToFirstTokenMs ?? null,
        completionLatencyMs: Math.round(clock.monotonic() - startedMs),
        startedAt: Math.floor(startedAt / 1000),
        completedAt: Math.floor(clock.now() / 1000),
        usage: facts.usage ?? null,
      },
    });
  };
}

function outcomeOf({ type }: ReviewVerdict): ReviewOutcome {
  switch (type) {
    case "approved":
    case "approvedForSession":
      return { type: "assessed", outcome: "allow", riskLevel: null, userAuthorization: null };
    case "denied":
      return { type: "assessed", outcome: "deny", riskLevel: null, userAuthorization: null };
    case "timedOut":
      return { type: "timeout" };
    case "aborted":
      return { type: "cancelled" };
  }
}

const PROTOCOLS = { http: "http", https: "https", socks5Tcp: "socks5_tcp", socks5Udp: "socks5_udp" } as const;

type Overlay = Extract<GuardianAction, { type: "shell" }>["additionalPermissions"];

/** Permissions as they stand on the wire. */
function overlay(permissions: AdditionalPermissionProfile | null): Overlay {
  return permissions === null ? null : (encodeAdditionalPermissions(permissions) as Overlay);
}

/** An action in the words of analytics. Only what may be told is taken over. */
function actionOf(action: ReviewAction): GuardianAction {
  switch (action.kind) {
    case "shell": {
      const { sandboxPermissions, additionalPermissions } = action;
      return { type: "shell", sandboxPermissions, additionalPermissions: overlay(additionalPermissions) };
    }
    case "exec_command": {
      const { sandboxPermissions, additionalPermissions, tty } = action;
      return { type: "unified_exec", sandboxPermissions, additionalPermissions: overlay(additionalPermissions), tty };
    }
    case "execve": {
      const { origin, program, additionalPermissions } = action;
      const source = origin === "shell" ? "shell" : "unified_exec";
      return { type: "execve", source, program, additionalPermissions: overlay(additionalPermissions) };
    }
    case "apply_patch":
      return { type: "apply_patch" };
    case "network_access":
      return { type: "network_access", protocol: PROTOCOLS[action.protocol], port: action.port };
    case "mcp_tool_call": {
      const detail = (name: string) => {
        const value = action.details[name];
        return typeof value === "string" ? value : null;
      };
      return {
        type: "mcp_tool_call",
        server: action.server,
        toolName: action.toolName,
        connectorId: detail("connector_id"),
        connectorName: detail("connector_name"),
        toolTitle: detail("tool_title"),
      };
    }
    case "request_permissions":
      return { type: "request_permissions" };
  }
}
