import { createServer } from "node:net";
import { functionCall, type Script } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, it } from "vitest";
import { openWorld, type World, type WorldOptions } from "./harness.ts";
import { OtlpSink } from "./otlp-sink.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function sink(): Promise<OtlpSink> {
  const opened = await OtlpSink.open();
  closing.push(() => opened.close());
  return opened;
}

async function world(script: Script, options: WorldOptions): Promise<World> {
  const opened = await openWorld(script, options);
  closing.push(() => opened.close());
  return opened;
}

const FREE = 'approval_policy = "never"\nsandbox_mode = "danger-full-access"\n';
const usage = { input: 10, cached: 4, output: 5, reasoning: 1 };
const callAndDone = (command: string): Script => [
  { items: [functionCall("shell_command", { command }, "c1")], usage },
  { text: "done", usage },
];

/** Config lines come before the provider's table: tables of ours go after it. */
const withTables = (collector: OtlpSink, config: string, more = ""): WorldOptions => ({
  config,
  provider: `\n${collector.config(more)}`,
});

describe("a turn with collectors", () => {
  it("tells log events in the order of the reference program (D10)", async () => {
    const collector = await sink();
    const { start, runtime } = await world(callAndDone("echo hi"), withTables(collector, FREE));
    const thread = await start();
    await thread.turn("hello there!!");
    await runtime.shutdown();
    const told = collector.logs.map(log => {
      const { "event.name": name, "event.kind": kind = "" } = log;
      return `${name} ${String("input_token_count" in log ? "counts" : kind)}`.trim();
    });
    const stream = (deltas: string[]) => [
      "codex.api_request",
      ...["created", ...deltas, "output_item.done", "completed"].map(kind => `codex.sse_event response.${kind}`),
      "codex.sse_event counts",
    ];
    const isDelta = (line: string) =>
      /\.(added|delta|part\.|done)$|content_part|output_text/.test(line) && !line.endsWith("output_item.done");
    expect(told.filter(line => !isDelta(line))).toEqual([
      "codex.conversation_starts",
      "codex.user_prompt",
      ...stream([]),
      "codex.tool_decision",
      "codex.tool_result",
      ...stream([]),
    ]);
    const [, prompt] = collector.logs;
    expect(prompt).toMatchObject({
      prompt_length: "13",
      prompt: "[REDACTED]",
      originator: "core_test",
      model: "gpt-5.2",
    });
    const byName = (name: string) => collector.logs.find(log => log["event.name"] === name);
    expect(byName("codex.api_request")).toMatchObject({
      endpoint: "/responses",
      attempt: 0,
      "http.response.status_code": 200,
      "auth.header_attached": false,
    });
    expect(collector.logs.find(log => "input_token_count" in log)).toMatchObject({
      input_token_count: "10",
      output_token_count: "5",
      cached_token_count: 4,
      reasoning_token_count: 1,
      tool_token_count: "15",
    });
    const decision = { tool_name: "shell_command", call_id: "c1", decision: "approved", source: "Config" };
    expect(byName("codex.tool_decision")).toMatchObject(decision);
    expect(byName("codex.tool_result")).toMatchObject({
      arguments: '{"command":"echo hi"}',
      success: "true",
      output: expect.stringContaining("hi"),
      mcp_server: "",
    });
  });

  it("nests its spans in the trace that it was asked in, without anybody's words", async () => {
    const collector = await sink();
    const { start, runtime } = await world(callAndDone("echo planted-command"), withTables(collector, FREE));
    const thread = await start();
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await thread.turn("planted-prompt", { trace: { traceparent } });
    await runtime.shutdown();
    const { spans } = collector;
    const turn = spans.find(({ name }) => name === "session_task.turn")!;
    expect(turn).toMatchObject({ parent: "b7ad6b7169203331", trace: "0af7651916cd43dd8448eb211c80319c" });
    expect(turn.attributes).toMatchObject({ model: "gpt-5.2", "thread.id": thread.thread.id });
    expect(turn.events.map(event => event["event.name"])).toContain("codex.user_prompt");
    const children = spans.filter(({ parent }) => parent === turn.id).map(({ name }) => name);
    expect(children.sort()).toEqual(["run_sampling_request", "run_sampling_request", "shell_command"]);
    const texts = collector.bodies.filter(({ path }) => path !== "/logs").map(({ text }) => text);
    expect(texts.join("")).not.toMatch(/planted-(prompt|command)/);
  });

  it("belongs to the trace that the program was started in", async () => {
    const collector = await sink();
    const env = {
      PATH: process.env["PATH"],
      TRACEPARENT: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    };
    const { start, runtime } = await world(["done"], { ...withTables(collector, FREE), runtime: { env } });
    await (await start()).turn("hi");
    await runtime.shutdown();
    expect(new Set(collector.spans.map(({ trace }) => trace))).toEqual(new Set(["0af7651916cd43dd8448eb211c80319c"]));
  });

  it("counts what it did", async () => {
    const collector = await sink();
    const { start, runtime } = await world(callAndDone("exit 3"), withTables(collector, FREE));
    await (await start()).turn("hi");
    await runtime.shutdown();
    const { metrics } = collector;
    expect(metrics["codex.thread.started"]).toMatchObject([
      { sum: 1, tags: { is_git: "false", session_source: "exec", originator: "core_test", model: "gpt-5.2" } },
    ]);
    const sandbox = { tool: "shell_command", sandbox: "none", sandbox_policy: "danger-full-access" };
    expect(metrics["codex.tool.call"]).toMatchObject([{ sum: 1, tags: { ...sandbox, success: "false" } }]);
    expect(metrics["codex.api_request"]).toMatchObject([{ sum: 2, tags: { status: "200", success: "true" } }]);
    const tokens = metrics["codex.turn.token_usage"]!.map(({ sum, tags }) => [tags["token_type"], sum]);
    expect(Object.fromEntries(tokens)).toEqual({
      total: 30,
      input: 20,
      cached_input: 8,
      output: 10,
      reasoning_output: 2,
    });
    for (const name of ["codex.turn.e2e_duration_ms", "codex.turn.ttft.duration_ms", "codex.turn.ttfm.duration_ms"]) {
      expect(metrics[name]).toHaveLength(1);
    }
    expect(metrics["codex.turn.tool.call"]).toMatchObject([{ sum: 1 }]);
    expect(metrics["codex.conversation.turn.count"]).toMatchObject([{ sum: 1 }]);
  });

  it("tells logs and spans of the list of models that it fetched, ahead of any session", async () => {
    const collector = await sink();
    const auth = '\n[model_providers.mock.auth]\ncommand = "echo"\nargs = ["planted-token"]\n';
    const { start, runtime } = await world(
      { replies: ["done"], models: { body: { models: [] } } },
      { config: FREE, provider: `${auth}${collector.config()}` },
    );
    await (await start()).turn("go");
    await runtime.shutdown();
    const told = {
      "event.name": "codex.api_request",
      endpoint: "/models",
      attempt: expect.anything(),
      success: true,
      duration_ms: expect.stringMatching(/^\d+$/),
      "http.response.status_code": expect.anything(),
      "auth.header_attached": true,
      "auth.header_name": "authorization",
      "auth.mode": "ApiKey",
      "auth.env_openai_api_key_present": false,
      "auth.env_codex_api_key_present": false,
      "auth.env_codex_api_key_enabled": false,
      "auth.env_refresh_token_url_override_present": false,
    };
    expect(collector.logs.slice(0, 2)).toEqual([
      told,
      expect.objectContaining({ "event.name": "codex.conversation_starts" }),
    ]);
    expect(collector.spans.filter(({ name }) => name === "list_models").map(({ events }) => events)).toEqual([[told]]);
    const requests = (collector.metrics["codex.api_request"] ?? []).reduce((sum, { sum: count }) => sum + count, 0);
    expect(requests).toBe(1);
    expect(collector.bodies.some(({ text }) => text.includes("planted-token"))).toBe(false);
  });

  it("tells who decided", async () => {
    const collector = await sink();
    const options = withTables(collector, 'approval_policy = "untrusted"\nsandbox_mode = "danger-full-access"\n');
    const script: Script = [
      { items: [functionCall("shell_command", { command: "touch a" }, "c1")] },
      { items: [functionCall("shell_command", { command: "touch b" }, "c2")] },
      { items: [functionCall("shell_command", { command: "touch c" }, "c3")] },
      "done",
    ];
    const { start, runtime } = await world(script, options);
    const thread = await start();
    const answers = ["accept", "acceptForSession", "decline"];
    thread.answer = () => ({ decision: answers.shift() });
    await thread.turn("go");
    await runtime.shutdown();
    const decisions = collector.logs.filter(log => log["event.name"] === "codex.tool_decision");
    expect(decisions.map(({ call_id, decision, source }) => [call_id, decision, source])).toEqual([
      ["c1", "approved", "User"],
      ["c2", "approvedforsession", "User"],
      ["c3", "denied", "User"],
    ]);
  });

  it("tells prompts when the settings say so", async () => {
    const collector = await sink();
    const { start, runtime } = await world(["done"], withTables(collector, FREE, "log_user_prompt = true"));
    await (await start()).turn("say it");
    await runtime.shutdown();
    expect(collector.logs.find(log => log["event.name"] === "codex.user_prompt")).toMatchObject({ prompt: "say it" });
  });
});

describe("telemetry that is not wanted or does not work", () => {
  it("touches no collector when nothing is exported", async () => {
    const collector = await sink();
    const off = `[otel]\nexporter = "none"\nmetrics_exporter = { otlp-http = { endpoint = "${collector.url}/m", protocol = "json" } }\n[analytics]\nenabled = false`;
    const { start, runtime } = await world(["done"], { config: FREE, provider: `\n${off}` });
    await (await start()).turn("hi");
    await runtime.shutdown();
    expect(collector.connections).toBe(0);
  });

  it("sends no metrics where the door does not send them by default", async () => {
    const collector = await sink();
    const options = withTables(collector, FREE);
    const { start, runtime } = await world(["done"], {
      ...options,
      runtime: { telemetry: { metricsByDefault: false, serviceName: "codex-app-server" } },
    });
    await (await start()).turn("hi");
    await runtime.shutdown();
    expect(new Set(collector.bodies.map(({ path }) => path))).toEqual(new Set(["/logs", "/traces"]));
    expect(collector.bodies[0]!.text).toContain("codex-app-server");
  });

  it("lets turns go on when the collector is gone, with one warning", async () => {
    const port = await deadPort();
    const lines: string[] = [];
    const to = `{ otlp-http = { endpoint = "http://127.0.0.1:${port}/v1", protocol = "json", headers = { k = "planted-secret" } } }`;
    const { start, runtime } = await world(["one", "two"], {
      config: FREE,
      provider: `\n[otel]\nexporter = ${to}\ntrace_exporter = ${to}\nmetrics_exporter = ${to}`,
      runtime: { log: line => lines.push(line) },
    });
    const thread = await start();
    for (const prompt of ["a", "b"]) {
      const events = await thread.turn(prompt);
      expect(events.at(-1)).toMatchObject({ method: "turn/completed", params: { turn: { status: "completed" } } });
    }
    await runtime.shutdown();
    expect(lines.length).toBeLessThanOrEqual(1);
    expect(lines.join("")).not.toContain("planted-secret");
  }, 60_000);

  it("tells what is wrong with its settings and works without", async () => {
    const lines: string[] = [];
    const { start } = await world(["done"], {
      config: FREE,
      provider: '\n[otel]\nexporter = { otlp-http = { endpoint = "collector", protocol = "json" } }',
      runtime: { log: line => lines.push(line) },
    });
    const events = await (await start()).turn("hi");
    expect(events.at(-1)).toMatchObject({ params: { turn: { status: "completed" } } });
    expect(lines).toEqual([
      "Telemetry is off: otel.exporter.otlp-http.endpoint must be an address that begins with http:// or https://. Mend [otel] in config.toml.",
    ]);
  });
});

async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  return port;
}
