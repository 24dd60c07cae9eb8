import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Fact,
  type FactOf,
  initialState,
  originOf,
  platformOf,
  reduce,
  type SteerRejection,
} from "../src/index.ts";
import {
  app_server_client,
  completed,
  eventsOf,
  guardianStarted,
  initialize,
  resolved,
  review,
  runtime,
  started,
  threadStarted,
  turnFacts,
  turnRequest,
  turnResponse,
  usage,
  workspaceFact,
  workspaces,
} from "./support.ts";

describe("a thread", () => {
  it("is told of with its client and its machine", () => {
    expect(JSON.stringify({ events: eventsOf(initialize, threadStarted) })).toBe(
      '{"events":[{"event_type":"codex_thread_initialized","event_params":{"thread_id":"T","app_server_client":{"product_client_id":"probe","client_name":"probe","client_version":"9.9.9","rpc_transport":"stdio","experimental_api_enabled":null},"runtime":{"codex_rs_version":"0.125.0","runtime_os":"linux","runtime_os_version":"12.0.0","runtime_arch":"x86_64"},"model":"gpt-5.2","ephemeral":false,"thread_source":"user","initialization_mode":"new","subagent_source":null,"parent_thread_id":null,"created_at":1795213307}}]}',
    );
  });

  it.each([
    ["thread/start", "new"],
    ["thread/resume", "resumed"],
    ["thread/fork", "forked"],
  ] as const)("of %s is %s", (method, mode) => {
    const response = { ...threadStarted.response, method } as FactOf<"response">["response"];
    const [event] = eventsOf(initialize, { ...threadStarted, response });
    expect(event?.event_params["initialization_mode"]).toBe(mode);
  });

  it("is not told of before its client shook hands, nor with a time before 1970", () => {
    expect(eventsOf(threadStarted)).toEqual([]);
    const thread = { id: "T", ephemeral: true, source: "mcp" as never, createdAt: -5 };
    const response = { method: "thread/start" as const, thread, model: "m" };
    const [event] = eventsOf(initialize, { ...threadStarted, response });
    expect(event?.event_params).toMatchObject({ created_at: 0, ephemeral: true, thread_source: null });
  });

  it.each([
    ["cli", "user", null, null],
    ["vscode", "user", null, null],
    ["exec", "user", null, null],
    ["appServer", null, null, null],
    ["unknown", null, null, null],
    [{ custom: "x" }, null, null, null],
    [{ subAgent: "review" }, "subagent", "review", null],
    [{ subAgent: "compact" }, "subagent", "compact", null],
    [{ subAgent: "memory_consolidation" }, "subagent", "memory_consolidation", null],
    [{ subAgent: { other: "guardian" } }, "subagent", "guardian", null],
    [
      {
        subAgent: {
          thread_spawn: { parent_thread_id: "P", depth: 1, agent_path: null, agent_nickname: null, agent_role: null },
        },
      },
      "subagent",
      "thread_spawn",
      "P",
    ],
  ] as const)("from %j comes from %s, %s", (source, thread_source, subagent_source, parent_thread_id) => {
    expect(originOf(source as never)).toEqual({ thread_source, subagent_source, parent_thread_id });
  });

  it("of a sub-agent names its parent, and needs no handshake (D12, D13)", () => {
    const fact = { ...guardianStarted, threadId: "S" };
    expect(eventsOf(fact)[0]?.event_params).toEqual({
      thread_id: "S",
      app_server_client: { ...app_server_client, rpc_transport: "in_process" },
      runtime,
      model: "codex-auto-review",
      ephemeral: true,
      thread_source: "subagent",
      initialization_mode: "new",
      subagent_source: "guardian",
      parent_thread_id: "T",
      created_at: 5,
    });
    const [review] = eventsOf({ ...fact, source: "review", parentThreadId: null });
    expect(review?.event_params).toMatchObject({ subagent_source: "review", parent_thread_id: null });
  });
});

describe("a turn", () => {
  const params = (...facts: Fact[]) =>
    eventsOf(...facts).find(({ event_type }) => event_type === "codex_turn_event")?.event_params;

  it("is told of once, with all its members in their order (D4, D15)", () => {
    const events = eventsOf(...turnFacts).slice(1);
    expect(JSON.stringify(events[0])).toBe(
      '{"event_type":"codex_turn_event","event_params":{"thread_id":"T","turn_id":"U","submission_type":null,"app_server_client":{"product_client_id":"probe","client_name":"probe","client_version":"9.9.9","rpc_transport":"stdio","experimental_api_enabled":null},"runtime":{"codex_rs_version":"0.125.0","runtime_os":"linux","runtime_os_version":"12.0.0","runtime_arch":"x86_64"},"ephemeral":false,"thread_source":"user","initialization_mode":"new","subagent_source":null,"parent_thread_id":null,"model":"gpt-5.2","model_provider":"mock","sandbox_policy":"full_access","reasoning_effort":null,"reasoning_summary":"auto","service_tier":"default","approval_policy":"never","approvals_reviewer":"user","sandbox_network_access":true,"collaboration_mode":"default","personality":"pragmatic","num_input_images":0,"is_first_turn":true,"status":"completed","turn_error":null,"steer_count":0,"total_tool_call_count":null,"shell_command_count":null,"file_change_count":null,"mcp_tool_call_count":null,"dynamic_tool_call_count":null,"subagent_tool_call_count":null,"web_search_count":null,"image_generation_count":null,"input_tokens":20,"cached_input_tokens":8,"output_tokens":10,"reasoning_output_tokens":2,"total_tokens":30,"duration_ms":381,"started_at":1795213307,"completed_at":1795213308,"workspaces":null}}',
    );
    expect(events).toHaveLength(1);
  });

  it("says which repositories it worked in", () => {
    expect(params(...turnFacts.slice(0, -1), workspaceFact, completed)?.["workspaces"]).toEqual(workspaces);
  });

  it.each(["initialize", "request", "turnResolvedConfig"] as const)("is not told of without %s", missing => {
    expect(params(...turnFacts.filter(({ kind }) => kind !== missing))).toBeUndefined();
  });

  it("is not told of without an answer to its request, or after a refusal (D15, D16)", () => {
    expect(params(...turnFacts.filter(fact => fact !== turnResponse))).toBeUndefined();
    const refusal: Fact = { kind: "errorResponse", connectionId: 1, requestId: 2, reason: null };
    expect(params(...turnFacts.map(fact => (fact === turnResponse ? refusal : fact)))).toBeUndefined();
    expect(params(initialize, threadStarted, turnRequest, refusal, completed)).toBeUndefined();
  });

  it("may have begun unnoticed, or before 1970, and may have no usage (D17)", () => {
    expect(params(...turnFacts.filter(fact => fact !== started))?.["started_at"]).toBeNull();
    const before: Fact = { kind: "turnStarted", threadId: "T", turnId: "U", startedAt: -1 };
    expect(params(...turnFacts.map(fact => (fact === started ? before : fact)))?.["started_at"]).toBeNull();
    expect(params(...turnFacts.filter(fact => fact !== usage))).toMatchObject({
      input_tokens: null,
      cached_input_tokens: null,
      output_tokens: null,
      reasoning_output_tokens: null,
      total_tokens: null,
    });
  });

  it("tells how it ended", () => {
    const ended = (change: Partial<FactOf<"turnCompleted">>) =>
      params(...turnFacts.slice(0, -1), { ...completed, ...change });
    expect(ended({ status: "failed", error: "contextWindowExceeded" })).toMatchObject({
      status: "failed",
      turn_error: "contextWindowExceeded",
    });
    expect(ended({ status: "interrupted" })).toMatchObject({ status: "interrupted", turn_error: null });
    expect(ended({ status: "inProgress", completedAt: null, durationMs: null })).toMatchObject({
      status: null,
      completed_at: 0,
      duration_ms: null,
    });
  });

  it("writes settings in the words of the backend", () => {
    const change = {
      reasoningSummary: "none",
      serviceTier: "fast",
      personality: "none",
      approvalsReviewer: "auto_review",
      reasoningEffort: "xhigh",
    } as const;
    const facts = turnFacts.map(fact => (fact === resolved ? { ...resolved, ...change } : fact));
    expect(params(...facts)).toMatchObject({
      reasoning_summary: null,
      service_tier: "fast",
      personality: null,
      approvals_reviewer: "guardian_subagent",
      reasoning_effort: "xhigh",
    });
  });

  it("warns when its connection or its thread is not known", () => {
    const state = initialState();
    const warnings = (facts: Fact[]) => facts.map(fact => reduce(state, fact).warning).filter(text => text !== null);
    expect(warnings([turnRequest, turnResponse, resolved, completed])).toEqual([
      "dropping the turn event of turn U: connection not initialized",
    ]);
    expect(warnings([initialize, completed])).toEqual(["dropping the turn event of turn U: thread not initialized"]);
  });

  it("is told of exactly once in whatever order its facts come, if its client and thread came first", () => {
    const later = [turnRequest, turnResponse, resolved, started, usage, workspaceFact, completed];
    fc.assert(
      fc.property(fc.shuffledSubarray(later, { minLength: later.length }), order => {
        const ordered = order.indexOf(turnRequest) < order.indexOf(turnResponse);
        const told = eventsOf(initialize, threadStarted, ...order, ...order.filter(fact => fact === usage)).filter(
          ({ event_type }) => event_type === "codex_turn_event",
        );
        expect(told).toHaveLength(ordered ? 1 : 0);
      }),
    );
  });

  it("does not pile up when it never becomes an event", () => {
    const state = initialState();
    for (let n = 0; n < 10_000; n++) reduce(state, { ...completed, turnId: `u${n}` });
    expect(state.turns.size).toBe(4096);
    expect(state.turns.has("u9999")).toBe(true);
  });
});

describe("what is remembered", () => {
  it("of clients, threads and requests does not pile up in a server that runs for weeks", () => {
    const state = initialState();
    for (let n = 0; n < 5000; n++) {
      reduce(state, { ...initialize, connectionId: n });
      const { response } = threadStarted;
      const thread = "thread" in response ? { ...response, thread: { ...response.thread, id: `T${n}` } } : response;
      reduce(state, { ...threadStarted, connectionId: n, response: thread } as FactOf<"response">);
      reduce(state, { ...turnRequest, connectionId: n, requestId: n });
    }
    const sizes = [state.connections, state.threads, state.threadConnections, state.requests].map(({ size }) => size);
    expect(sizes).toEqual([4096, 4096, 4096, 4096]);
    expect(state.threads.has("T4999")).toBe(true);
    expect(state.threads.has("T0")).toBe(false);
  });
});

describe("a steer", () => {
  const request: FactOf<"request"> = {
    kind: "request",
    connectionId: 1,
    requestId: "s",
    request: {
      method: "turn/steer",
      threadId: "T",
      expectedTurnId: "U",
      input: [{ type: "image" }, { type: "localImage" }, { type: "text" }],
    },
    createdAt: 7,
  };

  it("that was taken is counted in its turn and told of", () => {
    const answer: Fact = {
      kind: "response",
      connectionId: 1,
      requestId: "s",
      response: { method: "turn/steer", turnId: "U" },
    };
    const events = eventsOf(...turnFacts.slice(0, -1), request, answer, completed).slice(1);
    expect(events[0]).toEqual({
      event_type: "codex_turn_steer_event",
      event_params: {
        thread_id: "T",
        expected_turn_id: "U",
        accepted_turn_id: "U",
        app_server_client,
        runtime,
        thread_source: "user",
        subagent_source: null,
        parent_thread_id: null,
        num_input_images: 2,
        result: "accepted",
        rejection_reason: null,
        created_at: 7,
      },
    });
    expect(events[1]?.event_params["steer_count"]).toBe(1);
  });

  it.each<SteerRejection | null>([
    "non_steerable_review",
    "non_steerable_compact",
    "input_too_large",
    "empty_input",
    "no_active_turn",
    "expected_turn_mismatch",
    null,
  ])("that was refused says why: %s (D20)", reason => {
    const refusal: Fact = { kind: "errorResponse", connectionId: 1, requestId: "s", reason };
    expect(eventsOf(initialize, threadStarted, request, refusal)[1]?.event_params).toMatchObject({
      result: "rejected",
      rejection_reason: reason,
      accepted_turn_id: null,
    });
    expect(eventsOf(initialize, request, refusal)).toEqual([]);
    expect(eventsOf(initialize, threadStarted, refusal)).toHaveLength(1);
  });

  it("is not mixed up with a request of another connection, or of another type of id", () => {
    const refusal = (connectionId: number, requestId: string | number): Fact => ({
      kind: "errorResponse",
      connectionId,
      requestId,
      reason: null,
    });
    expect(eventsOf(initialize, threadStarted, request, refusal(2, "s"))).toHaveLength(1);
    const numbered = { ...request, requestId: "1" };
    expect(eventsOf(initialize, threadStarted, numbered, refusal(1, 1))).toHaveLength(1);
  });
});

describe("a compaction", () => {
  const compaction: Fact = {
    kind: "compaction",
    threadId: "T",
    turnId: "U",
    trigger: "auto",
    reason: "context_limit",
    implementation: "responses",
    phase: "mid_turn",
    strategy: "memento",
    status: "failed",
    error: "no",
    activeContextTokensBefore: 9,
    activeContextTokensAfter: 3,
    startedAt: 1,
    completedAt: 2,
    durationMs: 1000,
  };

  it("waits for nothing: before its thread is known it is dropped with a warning (D14)", () => {
    const state = initialState();
    expect(reduce(state, compaction)).toMatchObject({ events: [], warning: expect.stringContaining("T") as string });
    reduce(state, initialize);
    reduce(state, threadStarted);
    expect(reduce(state, compaction).events).toEqual([
      {
        event_type: "codex_compaction_event",
        event_params: {
          thread_id: "T",
          turn_id: "U",
          app_server_client,
          runtime,
          thread_source: "user",
          subagent_source: null,
          parent_thread_id: null,
          trigger: "auto",
          reason: "context_limit",
          implementation: "responses",
          phase: "mid_turn",
          strategy: "memento",
          status: "failed",
          error: "no",
          active_context_tokens_before: 9,
          active_context_tokens_after: 3,
          started_at: 1,
          completed_at: 2,
          duration_ms: 1000,
        },
      },
    ]);
  });
});

describe("a hook run", () => {
  const hook: FactOf<"hookRun"> = {
    kind: "hookRun",
    tracking: { threadId: "T", turnId: "U", modelSlug: "gpt-5.2" },
    hookName: "PreToolUse",
    hookSource: "user",
    status: "completed",
  };

  it("is told of as it ended; one that still runs counts as failed (D18)", () => {
    expect(JSON.stringify({ events: eventsOf(hook) })).toBe(
      '{"events":[{"event_type":"codex_hook_run","event_params":{"thread_id":"T","turn_id":"U","model_slug":"gpt-5.2","hook_name":"PreToolUse","hook_source":"user","status":"completed"}}]}',
    );
    for (const status of ["failed", "stopped", "blocked"] as const)
      expect(eventsOf({ ...hook, status })[0]?.event_params["status"]).toBe(status);
    expect(eventsOf({ ...hook, status: "running" })[0]?.event_params["status"]).toBe("failed");
  });
});

describe("a machine", () => {
  it.each([
    ["linux", "x64", "linux", "x86_64"],
    ["darwin", "arm64", "macos", "aarch64"],
    ["win32", "x64", "windows", "x86_64"],
    ["freebsd", "riscv64", "freebsd", "riscv64"],
  ])("%s on %s is told as %s on %s", (platform, arch, runtime_os, runtime_arch) => {
    expect(platformOf(platform, arch, "1.2.3")).toEqual({ runtime_os, runtime_arch, runtime_os_version: "1.2.3" });
  });
});

describe("a review", () => {
  it("needs its thread's client", () => {
    const fact: Fact = { kind: "guardianReview", review };
    const state = initialState();
    expect(reduce(state, fact)).toMatchObject({ events: [], warning: expect.any(String) as string });
  });
});
