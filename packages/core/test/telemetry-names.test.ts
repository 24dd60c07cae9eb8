import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stdioServerToml } from "@codex-ts-tools/mcp-servers";
import { functionCall, type Script } from "@codex-ts-tools/model-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listening, openWorld, type World } from "./harness.ts";
import { OtlpSink } from "./otlp-sink.ts";

/** Every metric that the specification names, beside those of a WebSocket, which another test looks at. */
const NAMES = [
  "codex.api_request",
  "codex.api_request.duration_ms",
  "codex.conversation.turn.count",
  "codex.hooks.run",
  "codex.hooks.run.duration_ms",
  "codex.mcp.call",
  "codex.mcp.call.duration_ms",
  "codex.profile.usage",
  "codex.skill.injected",
  "codex.sse_event",
  "codex.sse_event.duration_ms",
  "codex.task.compact",
  "codex.task.review",
  "codex.task.user_shell",
  "codex.thread.rename",
  "codex.thread.skills.description_truncated_chars",
  "codex.thread.skills.enabled_total",
  "codex.thread.skills.kept_total",
  "codex.thread.skills.truncated",
  "codex.thread.started",
  "codex.tool.call",
  "codex.tool.call.duration_ms",
  "codex.turn.e2e_duration_ms",
  "codex.turn.memory",
  "codex.turn.network_proxy",
  "codex.turn.token_usage",
  "codex.turn.tool.call",
  "codex.turn.ttfm.duration_ms",
  "codex.turn.ttft.duration_ms",
];
/** Named there, but of what this program does not do. */
const NOT_DONE = [
  // The store of plugins is not asked at the start.
  "codex.plugins.startup_sync",
  "codex.plugins.startup_sync.final",
  // The list of tools is kept by the connection, and asked for anew with it.
  "codex.mcp.tools.list.duration_ms",
  // No snapshot of the shell is taken.
  "codex.shell_snapshot",
  "codex.shell_snapshot.duration_ms",
  // Sub-agents are not resumed.
  "codex.multi_agent.resume",
  // Warnings of the model's server are told to people alone.
  "codex.model_warning",
  // Timings that the server sends about itself are passed over.
  "codex.responses_api_overhead.duration_ms",
  "codex.responses_api_inference_time.duration_ms",
];

const usage = { input: 10, cached: 4, output: 5, reasoning: 1 };
const script = [
  {
    items: [
      { type: "function_call", namespace: "mcp__fx__", name: "echo", arguments: "{}", call_id: "c1" },
      { type: "function_call", namespace: "mcp__fx__", name: "fail", arguments: "{}", call_id: "c2" },
      functionCall("update_plan", { plan: [] }, "c3"),
    ],
    usage,
  },
  { text: "done", usage },
  { text: "summary", usage },
  { text: "looks fine", usage },
] as unknown as Script;

let world: World;
let collector: OtlpSink;
let metrics: OtlpSink["metrics"];

beforeAll(async () => {
  collector = await OtlpSink.open();
  world = await openWorld(script, {
    config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"\nprofile = "p"\n',
    provider: `\n[profiles.p]\nmodel_reasoning_effort = "low"\n${collector.config()}\n${stdioServerToml("fx", { tools: ["echo", "fail"] })}`,
  });
  await mkdir(join(world.home, "skills", "tidy"), { recursive: true });
  const skill = "---\nname: tidy\ndescription: Tidies up.\n---\n\nTidy.\n";
  await writeFile(join(world.home, "skills", "tidy", "SKILL.md"), skill);
  const stop = [{ hooks: [{ type: "command", command: "cat > /dev/null" }] }];
  await writeFile(join(world.home, "hooks.json"), JSON.stringify({ hooks: { Stop: stop } }));
  const listening = await world.start();
  await listening.turn("$tidy up");
  await listening.thread.setName("named");
  for (const submission of [
    { type: "compact" },
    { type: "review", target: { type: "custom", instructions: "look" } },
    { type: "userShell", command: "echo hi" },
  ] as const) {
    await ended(listening, () => listening.thread.submit(submission));
  }
  await world.runtime.shutdown();
  metrics = collector.metrics;
});
afterAll(async () => {
  await world.close();
  await collector.close();
});

async function ended(listening: Listening, begin: () => void): Promise<void> {
  const from = listening.events.length;
  begin();
  await listening.until(({ method }) => method === "turn/completed", from);
}

/** The tags of a metric's points, without those that every metric has. */
function tags(name: string): Record<string, unknown>[] {
  const common = new Set(["auth_mode", "session_source", "originator", "model", "app.version"]);
  return (metrics[name] ?? []).map(point =>
    Object.fromEntries(Object.entries(point.tags).filter(([tag]) => !common.has(tag))),
  );
}

describe("the metrics of a session", () => {
  it("are the ones that the specification names, and no others", () => {
    expect(Object.keys(metrics).sort()).toEqual(NAMES);
    expect(NAMES.filter(name => NOT_DONE.includes(name))).toEqual([]);
  });

  it("tell calls of MCP tools by their own names and how they ended", () => {
    expect(tags("codex.mcp.call")).toEqual([
      { status: "ok", tool: "echo" },
      { status: "error", tool: "fail" },
    ]);
  });

  it("tell the sandbox with every tool", () => {
    const sandbox = { sandbox: "none", sandbox_policy: "danger-full-access" };
    const told = tags("codex.tool.call").sort((a, b) => String(a["tool"]).localeCompare(String(b["tool"])));
    expect(told).toEqual([
      { tool: "mcp__fx__echo", success: "true", ...sandbox },
      { tool: "mcp__fx__fail", success: "false", ...sandbox },
      { tool: "update_plan", success: "true", ...sandbox },
    ]);
  });

  it("tell what else a session did, how a compaction was made, and which skill was brought in", () => {
    expect(tags("codex.task.compact")).toEqual([{ type: "local" }]);
    expect(tags("codex.task.review")).toEqual([{}]);
    expect(tags("codex.task.user_shell")).toEqual([{}]);
    expect(tags("codex.thread.rename")).toEqual([{}]);
    expect(tags("codex.skill.injected")).toEqual([{ skill: "tidy", status: "ok" }]);
    expect(tags("codex.profile.usage").length).toBeGreaterThan(0);
    // The turn, the compaction and the review; and the reviewer's own turn.
    const counted = (metrics["codex.conversation.turn.count"] ?? []).reduce((sum, point) => sum + point.sum, 0);
    expect(counted).toBe(4);
    expect(metrics["codex.thread.skills.enabled_total"]?.[0]?.sum).toBe(1);
  });

  it("tell of memories that there are none", () => {
    const none = {
      read_allowed: "false",
      feature_enabled: "false",
      config_use_memories: "true",
      has_citations: "false",
    };
    for (const told of tags("codex.turn.memory")) expect(told).toEqual(none);
  });
});

it("the log has an event for everything a session without questions and WebSockets does", () => {
  const names = new Set(collector.logs.map(log => log["event.name"]));
  expect([...names].sort()).toEqual([
    "codex.api_request",
    "codex.conversation_starts",
    "codex.sse_event",
    "codex.tool_result",
    "codex.user_prompt",
  ]);
});

it("spans are told of the session, of its tasks, of requests and of tools", () => {
  const names = new Set(collector.spans.map(({ name }) => name));
  expect([...names].sort()).toEqual([
    "mcp__fx__echo",
    "mcp__fx__fail",
    "run_sampling_request",
    "session_init",
    "session_task.compact",
    "session_task.review",
    "session_task.turn",
    "update_plan",
  ]);
});

it("logs say which server a tool is of, and where that is", () => {
  const results = collector.logs.filter(log => log["event.name"] === "codex.tool_result");
  const told = results.map(log => [log["tool_name"], log["mcp_server"], log["mcp_server_origin"]]);
  expect(new Set(told.map(line => line.join(" ")))).toEqual(
    new Set(["mcp__fx__echo fx stdio", "mcp__fx__fail fx stdio", "update_plan  "]),
  );
});
