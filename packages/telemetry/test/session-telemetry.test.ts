import { describe, expect, it } from "vitest";
import { SessionTelemetry } from "../src/index.ts";
import { FACTS, ListSink, TOOLS } from "./support.ts";

function session(more: Partial<typeof FACTS> = {}, warn: (message: string) => void = () => {}) {
  const sink = new ListSink();
  const telemetry = new SessionTelemetry(sink, { ...FACTS, ...more }, { ...TOOLS, warn });
  return { sink, telemetry: telemetry.within(telemetry.startSpan("turn")) };
}

/** What every log event carries beside its own facts. */
const ABOUT = {
  "event.timestamp": "2026-11-20T22:21:47.042Z",
  "conversation.id": "t-1",
  "app.version": "0.125.0",
  auth_mode: "Chatgpt",
  originator: "my_probe",
  "terminal.type": "unknown",
  model: "gpt-5.2",
  slug: "gpt-5.2",
};
const IDENTITY = { "user.account_id": "acct-1", "user.email": "who@example.com" };
const ENVIRONMENT = {
  "auth.env_openai_api_key_present": false,
  "auth.env_codex_api_key_present": false,
  "auth.env_codex_api_key_enabled": false,
  "auth.env_refresh_token_url_override_present": false,
};

describe("log events and span events", () => {
  it("tell of a prompt without its text unless the settings want it", () => {
    const facts = { text: "hello there 😀", texts: 1, images: 2, localImages: 3 };
    const { sink, telemetry } = session();
    telemetry.userPrompt(facts);
    const name = { "event.name": "codex.user_prompt", prompt_length: "13" };
    expect(sink.logged).toEqual([{ ...name, prompt: "[REDACTED]", ...ABOUT, ...IDENTITY }]);
    const counts = { text_input_count: 1, image_input_count: 2, local_image_input_count: 3 };
    expect(sink.spanEvents).toEqual([{ name: "codex.user_prompt", attributes: { ...name, ...counts, ...ABOUT } }]);
    const open = session({ logUserPrompt: true });
    open.telemetry.userPrompt(facts);
    expect(open.sink.logged[0]?.["prompt"]).toBe("hello there 😀");
    expect(JSON.stringify(open.sink.spanEvents)).not.toContain("hello there");
  });

  it("tell how a session begins", () => {
    const { sink, telemetry } = session();
    telemetry.conversationStarts({
      providerName: "mock",
      reasoningEffort: null,
      reasoningSummary: "auto",
      contextWindow: null,
      autoCompactTokenLimit: null,
      approvalPolicy: "never",
      sandboxPolicy: "danger-full-access",
      mcpServers: ["a", "b"],
      activeProfile: null,
    });
    const common = {
      "event.name": "codex.conversation_starts",
      provider_name: "mock",
      ...ENVIRONMENT,
      reasoning_summary: "auto",
      approval_policy: "never",
      sandbox_policy: "danger-full-access",
    };
    expect(sink.logged).toEqual([{ ...common, mcp_servers: "a, b", ...ABOUT, ...IDENTITY }]);
    const counts = { mcp_server_count: 2, active_profile_present: false };
    expect(sink.spanEvents.map(event => event.attributes)).toEqual([{ ...common, ...counts, ...ABOUT }]);
  });

  it("tell of a request", () => {
    const { sink, telemetry } = session();
    telemetry.apiRequest({
      durationMs: 146.7,
      status: 200,
      error: null,
      attempt: 0,
      endpoint: "/responses",
      headerAttached: false,
    });
    const own = {
      "event.name": "codex.api_request",
      duration_ms: "147",
      "http.response.status_code": 200,
      attempt: 0,
      "auth.header_attached": false,
      "auth.retry_after_unauthorized": false,
      endpoint: "/responses",
      ...ENVIRONMENT,
    };
    expect(sink.logged).toEqual([{ ...own, ...ABOUT, ...IDENTITY }]);
    expect(sink.spanEvents[0]?.attributes).toEqual({ ...own, ...ABOUT });
    const tags = {
      auth_mode: "Chatgpt",
      session_source: "vscode",
      originator: "my_probe",
      model: "gpt-5.2",
      "app.version": "0.125.0",
      status: "200",
      success: "true",
    };
    expect(sink.counted).toEqual([{ name: "codex.api_request", by: 1, tags }]);
    expect(sink.recorded).toEqual([{ name: "codex.api_request.duration_ms", value: 147, tags, unit: "ms" }]);
    telemetry.apiRequest({
      durationMs: 1,
      status: null,
      error: "refused",
      attempt: 1,
      endpoint: "/responses",
      headerAttached: true,
    });
    expect(sink.counted[1]?.tags).toMatchObject({ status: "none", success: "false" });
    expect(sink.logged[1]).toMatchObject({ "error.message": "refused", attempt: 1, "auth.header_attached": true });
  });

  it("tell spans of failed stream events alone", () => {
    const { sink, telemetry } = session();
    telemetry.sseEvent({ kind: "response.created", durationMs: 0 });
    telemetry.sseEvent({ kind: "response.failed", durationMs: 3, error: "boom" });
    expect(sink.logged.map(event => [event["event.kind"], event["duration_ms"], event["error.message"]])).toEqual([
      ["response.created", "0", undefined],
      ["response.failed", "3", "boom"],
    ]);
    expect(sink.spanEvents.map(event => event.attributes["event.kind"])).toEqual(["response.failed"]);
    expect(sink.counted.map(({ name, tags }) => [name, tags["kind"], tags["success"]])).toEqual([
      ["codex.sse_event", "response.created", "true"],
      ["codex.sse_event", "response.failed", "false"],
    ]);
  });

  it("tell both of what a response used", () => {
    const { sink, telemetry } = session();
    telemetry.responseCompleted({
      inputTokens: 10,
      outputTokens: 5,
      cachedInputTokens: 4,
      reasoningOutputTokens: null,
      totalTokens: 15,
    });
    const own = {
      "event.name": "codex.sse_event",
      "event.kind": "response.completed",
      input_token_count: "10",
      output_token_count: "5",
      cached_token_count: 4,
      tool_token_count: "15",
    };
    expect(sink.logged[0]).toEqual({ ...own, ...ABOUT, ...IDENTITY });
    expect(sink.spanEvents[0]?.attributes).toEqual({ ...own, ...ABOUT });
  });

  it("tell logs alone what a tool was given, gave, and who let it", () => {
    const { sink, telemetry } = session();
    telemetry.toolDecision({ toolName: "shell", callId: "c1", decision: "approvedforsession", source: "User" });
    telemetry.toolResult(
      {
        toolName: "shell",
        callId: "c1",
        arguments: '{"command":"echo hi"}',
        durationMs: 159,
        success: true,
        output: "Exit code: 0\nWall time: 0.1 seconds\nOutput:\nhi\n",
      },
      { sandbox: "none", sandbox_policy: "danger-full-access" },
    );
    expect(sink.logged[0]).toMatchObject({ decision: "approvedforsession", source: "User" });
    expect(sink.logged[1]).toMatchObject({
      "event.name": "codex.tool_result",
      arguments: '{"command":"echo hi"}',
      duration_ms: "159",
      success: "true",
      mcp_server: "",
      mcp_server_origin: "",
    });
    expect(sink.spanEvents.map(event => event.attributes)).toEqual([
      {
        "event.name": "codex.tool_result",
        tool_name: "shell",
        call_id: "c1",
        duration_ms: "159",
        success: "true",
        arguments_length: 21,
        output_length: 47,
        output_line_count: 4,
        tool_origin: "builtin",
        mcp_tool: false,
        ...ABOUT,
      },
    ]);
    expect(sink.counted[0]?.tags).toMatchObject({ tool: "shell", success: "true", sandbox: "none" });
    telemetry.toolResult({
      toolName: "mcp__s__t",
      callId: "c2",
      arguments: "{}",
      durationMs: 1,
      success: false,
      output: "",
      mcpServer: { name: "s", origin: "https://s.example.com" },
    });
    expect(sink.logged[2]).toMatchObject({ mcp_server: "s", mcp_server_origin: "https://s.example.com" });
    expect(sink.spanEvents[1]?.attributes).toMatchObject({ tool_origin: "mcp", mcp_tool: true, output_line_count: 0 });
  });

  it("tell of WebSockets and of recovered logins", () => {
    const { sink, telemetry } = session();
    telemetry.webSocketConnect({
      durationMs: 2,
      status: 101,
      success: true,
      error: null,
      endpoint: "/responses",
      reused: false,
      headerAttached: true,
      headerName: "authorization",
    });
    telemetry.webSocketRequest({ durationMs: 3, error: null, reused: true });
    telemetry.webSocketEvent({ kind: "response.created", durationMs: 4, error: "late" });
    telemetry.authRecovery({ mode: "chatgpt", step: "refresh", outcome: "success", stateChanged: true });
    expect(sink.logged).toMatchObject([
      { "event.name": "codex.websocket_connect", success: "true", "auth.connection_reused": false },
      { "event.name": "codex.websocket_request", success: "true", "auth.connection_reused": true },
      { "event.name": "codex.websocket_event", success: "false", "error.message": "late" },
      { "event.name": "codex.auth_recovery", "auth.step": "refresh", "auth.state_changed": true },
    ]);
    expect(sink.counted.map(({ name }) => name)).toEqual(["codex.websocket.request", "codex.websocket.event"]);
  });

  it("follow the model of a turn, and stay out of spans without one", () => {
    const sink = new ListSink();
    const telemetry = new SessionTelemetry(sink, FACTS, TOOLS);
    telemetry.withModel("other").userPrompt({ text: "", texts: 0, images: 0, localImages: 0 });
    expect(sink.logged[0]).toMatchObject({ model: "other", slug: "other", prompt_length: "0" });
    expect(sink.spanEvents).toEqual([]);
    expect(telemetry.withModel("gpt-5.2")).toBe(telemetry);
  });
});

describe("metrics", () => {
  it("are dropped with a warning when a name cannot be", () => {
    const warnings: string[] = [];
    const { sink, telemetry } = session({}, message => warnings.push(message));
    telemetry.count("");
    telemetry.duration("a b", 1);
    telemetry.histogram("fine", 1, { "": "x" });
    telemetry.histogram("fine", 2, { kept: "bad value!" });
    expect(sink.counted).toEqual([]);
    expect(sink.recorded.map(({ value, tags }) => [value, tags["kept"]])).toEqual([[2, "bad_value"]]);
    expect(warnings).toEqual([
      'A metric was dropped: metric name "" is not valid.',
      'A metric was dropped: metric name "a b" is not valid.',
      'A metric was dropped: tag "" of metric fine is not valid.',
    ]);
  });

  it("are not even put together where nobody wants them", () => {
    const { sink, telemetry } = session();
    sink.metrics = sink.logs = sink.traces = false;
    telemetry.toolDecision({ toolName: "shell", callId: "c", decision: "denied", source: "Config" });
    telemetry.count("codex.thread.started", 1, { is_git: "true" });
    telemetry.apiRequest({ durationMs: 1, status: 500, error: null, attempt: 0, endpoint: "/", headerAttached: false });
    expect([sink.logged, sink.spanEvents, sink.counted, sink.recorded]).toEqual([[], [], [], []]);
  });
});
