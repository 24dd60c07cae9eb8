import { existsSync } from "node:fs";
import { join } from "node:path";
import { stdioServerToml } from "@codex-ts-tools/mcp-servers";
import type { Script } from "@codex-ts-tools/model-server";
import { describe, expect, it } from "vitest";
import { open } from "./harness.ts";

const text = (words: string) => [{ type: "text", text: words }];

function calling(name: string, args: object): Script {
  return [
    { items: [{ type: "function_call", name, arguments: JSON.stringify(args), call_id: "c1" }] },
    { text: "done" },
  ] as unknown as Script;
}

describe("the protocol", () => {
  it("shakes hands once, lists two tools, and says what it does not know", async () => {
    const world = await open([]);
    expect(world.messages[0]?.result).toEqual({
      protocolVersion: "2025-06-18",
      capabilities: { tools: { listChanged: true } },
      serverInfo: { name: "codex-mcp-server", title: "Codex", version: "0.125.0", user_agent: "agent/0.125.0 (t; 1)" },
    });
    expect((await world.request("initialize", {})).error).toEqual({
      code: -32600,
      message: "initialize called more than once",
    });
    expect((await world.request("ping")).result).toEqual({});
    expect((await world.request("bogus/x", {})).error).toEqual({
      code: -32601,
      message: "method not found: bogus/x",
      data: { method: "bogus/x" },
    });
    expect((await world.request("tasks/list", {})).error).toMatchObject({ code: -32601 });
    const tools = (await world.request("tools/list", {})).result?.["tools"] as {
      name: string;
      title: string;
      inputSchema: Record<string, unknown>;
      outputSchema: unknown;
    }[];
    expect(tools.map(({ name, title }) => [name, title])).toEqual([
      ["codex", "Codex"],
      ["codex-reply", "Codex Reply"],
    ]);
    for (const { inputSchema, outputSchema } of tools) {
      expect(Object.keys(inputSchema)).toEqual(["properties", "required", "type"]);
      expect(inputSchema["required"]).toEqual(["prompt"]);
      expect(outputSchema).toEqual({
        type: "object",
        properties: { threadId: { type: "string" }, content: { type: "string" } },
        required: ["threadId", "content"],
      });
    }
    expect(Object.keys(tools[0]?.inputSchema["properties"] as object)).toEqual([
      "approval-policy",
      "base-instructions",
      "compact-prompt",
      "config",
      "cwd",
      "developer-instructions",
      "model",
      "profile",
      "prompt",
      "sandbox",
    ]);
    expect(Object.keys(tools[1]?.inputSchema["properties"] as object)).toEqual([
      "conversationId",
      "prompt",
      "threadId",
    ]);
    world.send({ id: "never", method: "resources/list", params: {} });
    expect((await world.request("ping")).result).toEqual({});
    expect(world.messages.some(({ id }) => id === "never")).toBe(false);
  });

  const UNKNOWN = "01a22945-3747-79df-93f5-3e76ddd2d39a";
  it.each<[string, string, unknown, string]>([
    ["a tool that is none", "nope", {}, "Unknown tool 'nope'"],
    ["no arguments", "codex", undefined, "Missing arguments for codex tool-call; the `prompt` field is required."],
    ["no prompt", "codex", {}, "Failed to parse configuration for Codex tool: missing field `prompt`"],
    [
      "a prompt that is no text",
      "codex",
      { prompt: 1 },
      "Failed to parse configuration for Codex tool: invalid type: integer `1`, expected a string",
    ],
    [
      "a sandbox that is none",
      "codex",
      { prompt: "x", sandbox: "weird" },
      "Failed to parse configuration for Codex tool: unknown variant `weird`, expected one of `read-only`, `workspace-write`, `danger-full-access`",
    ],
    [
      "a policy that is none",
      "codex",
      { prompt: "x", "approval-policy": "zz" },
      "Failed to parse configuration for Codex tool: unknown variant `zz`, expected one of `untrusted`, `on-failure`, `on-request`, `never`",
    ],
    [
      "a profile that is none",
      "codex",
      { prompt: "x", profile: "nope" },
      "Failed to load Codex configuration from overrides: config profile `nope` not found",
    ],
    [
      "a provider that is none",
      "codex",
      { prompt: "x", config: { model_provider: "zz" } },
      "Failed to load Codex configuration from overrides: Model provider `zz` not found",
    ],
    [
      "no arguments of a reply",
      "codex-reply",
      undefined,
      "Missing arguments for codex-reply tool-call; the `thread_id` and `prompt` fields are required.",
    ],
    [
      "no prompt of a reply",
      "codex-reply",
      { threadId: "x" },
      "Failed to parse configuration for Codex tool: missing field `prompt`",
    ],
    [
      "no conversation",
      "codex-reply",
      { prompt: "x" },
      "Failed to parse thread_id: either threadId or conversationId must be provided",
    ],
    [
      "an id that is none",
      "codex-reply",
      { prompt: "x", threadId: "zz" },
      "Failed to parse thread_id: invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `z` at 1",
    ],
  ])("%s is a result that says so", async (_what, name, args, message) => {
    const world = await open([]);
    expect(await world.call(name, args)).toEqual({ content: text(message), isError: true });
  });

  it("a conversation that nobody began is a result with its id", async () => {
    const world = await open([]);
    const message = `Session not found for thread_id: ${UNKNOWN}`;
    expect(await world.call("codex-reply", { prompt: "x", threadId: UNKNOWN })).toEqual({
      content: text(message),
      structuredContent: { threadId: UNKNOWN, content: message },
      isError: true,
    });
  });
});

describe("conversations", () => {
  it("tell their events in order and end with the last message", async () => {
    const world = await open([{ text: "one" }, { text: "two" }]);
    const first = await world.call("codex", { prompt: "hello", sandbox: "read-only", cwd: "." });
    const { threadId } = first["structuredContent"] as { threadId: string };
    expect(first).toEqual({ content: text("one"), structuredContent: { threadId, content: "one" } });
    const types = world.events(1).filter(type => !["raw_response_item", "token_count"].includes(type));
    expect(types).toEqual([
      "session_configured",
      "mcp_startup_complete",
      "task_started",
      "item_started",
      "item_completed",
      "user_message",
      "item_started",
      "agent_message_content_delta",
      "agent_message_delta",
      "item_completed",
      "agent_message",
      "task_complete",
    ]);
    const [configured, , started] = world.messages.filter(({ method }) => method === "codex/event");
    expect(configured?.params).toMatchObject({
      _meta: { requestId: 1, threadId },
      id: "",
      msg: {
        session_id: threadId,
        model: "gpt-5.2",
        approval_policy: "on-request",
        sandbox_policy: { type: "read-only" },
        cwd: world.work,
      },
    });
    expect(started?.params).toMatchObject({ id: "1", msg: { turn_id: "1", collaboration_mode_kind: "default" } });

    const second = await world.call("codex-reply", { prompt: "again", conversationId: threadId });
    expect(second).toEqual({ content: text("two"), structuredContent: { threadId, content: "two" } });
    expect(world.model.requests[1]?.userTexts()).toContain("hello");
    // How servers start is told once a conversation.
    expect(world.events(2)).not.toContain("mcp_startup_complete");
  });

  it("tell the effort that a call asks for", async () => {
    const world = await open([{ text: "one" }]);
    await world.call("codex", { prompt: "hello", config: { model_reasoning_effort: "high" } });
    const configured = world.messages.find(({ params }) => params?.msg?.type === "session_configured");
    expect(configured?.params?.msg).toMatchObject({ reasoning_effort: "high" });
  });

  it("go on beside each other", async () => {
    const world = await open((request: { userTexts(): string[] }) => ({ text: `to ${request.userTexts().at(-1)}` }));
    const calls = ["a", "b", "c"].map(prompt => world.call("codex", { prompt }));
    const contents = (await Promise.all(calls)).map(
      result => (result["structuredContent"] as { content: string }).content,
    );
    expect(contents).toEqual(["to a", "to b", "to c"]);
  });

  it("end with what went wrong", async () => {
    const world = await open([{ status: 400, body: { error: { message: "no" } } } as never]);
    const result = await world.call("codex", { prompt: "x" });
    expect(result["isError"]).toBe(true);
    expect(world.events(1)).toContain("error");
  });

  it("fail to start with why", async () => {
    const world = await open([], '[mcp_servers.bad]\ncommand = "/no/such"\nrequired = true\n');
    const result = await world.call("codex", { prompt: "x" });
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result)).toContain("Failed to start Codex session: ");
  });

  it("tell how their servers start", async () => {
    const world = await open([{ text: "hi" }], stdioServerToml("fx"));
    await world.call("codex", { prompt: "x" });
    const summary = world.messages.find(({ params }) => params?.msg?.type === "mcp_startup_complete");
    expect(summary?.params?.msg).toEqual({ type: "mcp_startup_complete", ready: ["fx"], failed: [], cancelled: [] });
  });

  it("report progress to who asks for it", async () => {
    const world = await open([{ text: "hi" }]);
    await world.call("codex", { prompt: "x" }, { _meta: { progressToken: "p" } });
    const progress = world.messages
      .filter(({ method }) => method === "notifications/progress")
      .map(({ params }) => params);
    expect(progress).toEqual([
      { progressToken: "p", progress: 1, message: "userMessage" },
      { progressToken: "p", progress: 2, message: "agentMessage" },
    ]);
  });

  it("stop when the call is cancelled, and can be taken up again", async () => {
    const world = await open([{ items: [], hang: true } as never, { text: "back" }]);
    world.send({ id: 77, method: "tools/call", params: { name: "codex", arguments: { prompt: "x" } } });
    const { params } = await world.until(message => message.params?.msg?.type === "user_message");
    const { threadId } = params!["_meta"] as { threadId: string };
    while (world.model.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 10));
    world.send({ method: "notifications/cancelled", params: { requestId: 77 } });
    await world.until(message => message.params?.msg?.type === "turn_aborted");
    expect(await world.call("codex-reply", { prompt: "again", threadId })).toMatchObject({ content: text("back") });
    expect(world.messages.some(({ id }) => id === 77)).toBe(false);
  });
});

describe("approvals", () => {
  const escalated = (cmd: string) =>
    calling("exec_command", { cmd, sandbox_permissions: "require_escalated", justification: "why" });

  it.each([
    [{ decision: "approved" }, true],
    [{ action: "accept", content: {} }, true],
    [{ decision: "denied" }, false],
    [{ decision: "nonsense" }, false],
    [{ action: "decline" }, false],
    ["garbage", false],
  ])("of commands are elicitations; %j runs it: %s", async (answer, runs) => {
    const world = await open(escalated("touch made"));
    world.answer = () => answer;
    await world.call("codex", { prompt: "x", "approval-policy": "on-request", sandbox: "read-only" });
    const asked = world.messages.find(({ method }) => method === "elicitation/create");
    const threadId = (
      world.messages.find(({ method }) => method === "codex/event")!.params!["_meta"] as { threadId: string }
    ).threadId;
    expect(asked?.params).toEqual({
      message: `Allow Codex to run \`/bin/bash -lc 'touch made'\` in \`${world.work}\`?`,
      requestedSchema: { type: "object", properties: {} },
      threadId,
      codex_elicitation: "exec-approval",
      codex_mcp_tool_call_id: "1",
      codex_event_id: "1",
      codex_call_id: "c1",
      codex_command: ["/bin/bash", "-lc", "touch made"],
      codex_cwd: world.work,
      codex_parsed_cmd: [{ type: "unknown", cmd: "touch made" }],
    });
    expect(existsSync(join(world.work, "made"))).toBe(runs);
    const told = world.messages.map(({ params }) => String((params?.["msg"] as { type?: string } | undefined)?.type));
    expect(told.filter(type => type.startsWith("exec_") && !type.endsWith("_delta"))).toEqual([
      "exec_approval_request",
      ...(runs ? ["exec_command_begin", "exec_command_end"] : []),
    ]);
  });

  it("of patches show what would change", async () => {
    const patch = "*** Begin Patch\n*** Add File: new.txt\n+hello\n*** End Patch\n";
    const script = [
      { items: [{ type: "custom_tool_call", name: "apply_patch", input: patch, call_id: "c1" }] },
      { text: "done" },
    ] as unknown as Script;
    const world = await open(script);
    world.answer = () => ({ decision: "approved" });
    await world.call("codex", { prompt: "x", "approval-policy": "untrusted", sandbox: "read-only" });
    const asked = world.messages.find(({ method }) => method === "elicitation/create");
    expect(asked?.params).toMatchObject({
      message: expect.stringContaining("Allow Codex to apply proposed code changes?") as string,
      codex_elicitation: "patch-approval",
      codex_changes: { [join(world.work, "new.txt")]: { type: "add", content: "hello\n" } },
    });
    expect(existsSync(join(world.work, "new.txt"))).toBe(true);
  });
});
