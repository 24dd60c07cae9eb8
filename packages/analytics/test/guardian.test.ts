import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type GuardianAction, type GuardianReview, reviewedAction, type ReviewOutcome } from "../src/index.ts";
import {
  app_server_client,
  eventsOf,
  guardianStarted,
  initialize,
  resolved,
  review,
  runtime,
  threadStarted,
  turnFacts,
} from "./support.ts";

const eventOf = (change: Partial<GuardianReview> = {}) =>
  eventsOf(initialize, threadStarted, { kind: "guardianReview", review: { ...review, ...change } })[1]!.event_params;

describe("an automatic review", () => {
  it("is told of with its assessment and its session (D7)", () => {
    expect(eventOf()).toEqual({
      app_server_client,
      runtime,
      thread_id: "T",
      turn_id: "U",
      review_id: "R",
      target_item_id: "c1",
      approval_request_source: "main_turn",
      reviewed_action: { type: "shell", sandbox_permissions: "require_escalated", additional_permissions: null },
      reviewed_action_truncated: false,
      decision: "approved",
      terminal_status: "approved",
      failure_reason: null,
      risk_level: "low",
      user_authorization: "high",
      outcome: "allow",
      guardian_thread_id: "G",
      guardian_session_kind: "trunk_new",
      guardian_model: "codex-auto-review",
      guardian_reasoning_effort: "low",
      had_prior_review_context: false,
      review_timeout_ms: 90_000,
      tool_call_count: null,
      time_to_first_token_ms: 858,
      completion_latency_ms: 980,
      started_at: 1795213307,
      completed_at: 1795213308,
      input_tokens: 10,
      cached_input_tokens: 4,
      output_tokens: 5,
      reasoning_output_tokens: 1,
      total_tokens: 15,
    });
  });

  it("comes after its session's start and before the end of its turn (D7)", () => {
    const facts = turnFacts.map(fact =>
      fact === resolved ? { ...resolved, approvalsReviewer: "auto_review" as const } : fact,
    );
    const end = facts.findIndex(fact => fact.kind === "turnCompleted");
    const events = eventsOf(
      ...facts.slice(0, end),
      guardianStarted,
      { kind: "guardianReview", review },
      ...facts.slice(end),
    );
    expect(events).toMatchObject([
      { event_type: "codex_thread_initialized", event_params: { thread_id: "T", thread_source: "user" } },
      {
        event_type: "codex_thread_initialized",
        event_params: {
          thread_id: "G",
          thread_source: "subagent",
          subagent_source: "guardian",
          model: "codex-auto-review",
          parent_thread_id: "T",
          app_server_client: { rpc_transport: "in_process" },
        },
      },
      { event_type: "codex_guardian_review", event_params: { thread_id: "T", guardian_thread_id: "G" } },
      { event_type: "codex_turn_event", event_params: { approvals_reviewer: "guardian_subagent" } },
    ]);
  });

  const assessed = { riskLevel: "high", userAuthorization: "low" } as const;
  it.each<[ReviewOutcome, string, string, string | null, string | null]>([
    [{ type: "assessed", outcome: "allow", ...assessed }, "approved", "approved", null, "allow"],
    [{ type: "assessed", outcome: "deny", ...assessed }, "denied", "denied", null, "deny"],
    [{ type: "timeout" }, "denied", "timed_out", "timeout", null],
    [{ type: "cancelled" }, "aborted", "aborted", "cancelled", null],
    [{ type: "failed", reason: "prompt_build_error" }, "denied", "failed_closed", "prompt_build_error", null],
    [{ type: "failed", reason: "session_error" }, "denied", "failed_closed", "session_error", null],
    [{ type: "failed", reason: "parse_error" }, "denied", "failed_closed", "parse_error", null],
  ])("that ended with %j is %s, %s", (outcome, decision, terminal_status, failure_reason, word) => {
    const told = eventOf({ outcome });
    expect(told).toMatchObject({ decision, terminal_status, failure_reason, outcome: word });
    expect(told["risk_level"]).toBe(word === null ? null : "high");
  });

  it("of the network names no target, and without a session has no session members (D11)", () => {
    const action = { type: "network_access", protocol: "https", port: 443 } as const;
    const told = eventOf({
      action,
      session: null,
      usage: null,
      outcome: { type: "timeout" },
      source: "delegated_subagent",
    });
    expect(told).toMatchObject({
      target_item_id: null,
      approval_request_source: "delegated_subagent",
      reviewed_action: { type: "network_access", protocol: "https", port: 443 },
      terminal_status: "timed_out",
      failure_reason: "timeout",
      guardian_thread_id: null,
      guardian_session_kind: null,
      guardian_model: null,
      had_prior_review_context: null,
      total_tokens: null,
    });
    for (const key of ["retry_reason", "rationale", "target", "host"])
      expect(JSON.stringify(told)).not.toContain(`"${key}"`);
  });

  it.each<[GuardianAction, object]>([
    [
      { type: "unified_exec", sandboxPermissions: "use_default", additionalPermissions: null, tty: true },
      { type: "unified_exec", sandbox_permissions: "use_default", additional_permissions: null, tty: true },
    ],
    [
      { type: "execve", source: "shell", program: "/bin/ls", additionalPermissions: null },
      { type: "execve", source: "shell", program: "/bin/ls", additional_permissions: null },
    ],
    [{ type: "apply_patch" }, { type: "apply_patch" }],
    [{ type: "request_permissions" }, { type: "request_permissions" }],
    [
      { type: "mcp_tool_call", server: "s", toolName: "t", connectorId: null, connectorName: "n", toolTitle: "T" },
      {
        type: "mcp_tool_call",
        server: "s",
        tool_name: "t",
        connector_id: null,
        connector_name: "n",
        tool_title: "T",
      },
    ],
  ])("tells of %j no more than is allowed", (action, told) => {
    expect(reviewedAction(action)).toEqual(told);
  });

  it("lets nothing out that somebody adds to an action or a review", () => {
    const kinds: GuardianAction[] = [
      review.action,
      { type: "unified_exec", sandboxPermissions: "use_default", additionalPermissions: null, tty: false },
      { type: "execve", source: "unified_exec", program: "ls", additionalPermissions: null },
      { type: "apply_patch" },
      { type: "network_access", protocol: "http", port: 80 },
      { type: "mcp_tool_call", server: "s", toolName: "t", connectorId: null, connectorName: null, toolTitle: null },
      { type: "request_permissions" },
    ];
    const names = ["command", "argv", "cwd", "files", "patch", "host", "url", "target", "justification", "rationale"];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.constantFrom(...names), fc.string(), (action, name, text) => {
        const planted = `SECRET-${text}`;
        const told = eventOf({ action: { ...action, [name]: planted }, [name]: planted } as Partial<GuardianReview>);
        expect(JSON.stringify(told)).not.toContain("SECRET-");
      }),
    );
  });
});
