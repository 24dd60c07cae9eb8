import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { customToolCall, functionCall } from "@codex-ts-tools/model-server";
import { describe, expect, it } from "vitest";
import { hook, token, turn, usage, world } from "./analytics-world.ts";

describe("analytics of a turn", () => {
  it("go to the backend of ChatGPT, each fact's events in a request of their own (D1 to D4)", async () => {
    const { sink, client } = await world({
      script: [
        { items: [functionCall("exec_command", { cmd: "true" }, "c1")], usage },
        { text: "done", usage },
      ],
      hooks: { PreToolUse: hook("true"), Stop: hook("exit 3") },
    });
    const { threadId, turnId } = await turn(client);
    const told = await sink.event("codex_turn_event");
    expect(sink.types).toEqual(["codex_thread_initialized", "codex_hook_run", "codex_hook_run", "codex_turn_event"]);
    for (const { line, headers, body } of sink.received) {
      expect(line).toBe("POST /backend-api/codex/analytics-events/events");
      expect(headers).toMatchObject({
        authorization: `Bearer ${token}`,
        "chatgpt-account-id": "acct-1",
        "content-type": "application/json",
        originator: "probe",
      });
      expect(headers["user-agent"]).toMatch(/^probe\/0\.125\.0 \(.*\(probe; 1\.2\)$/);
      expect(body.events).toHaveLength(1);
    }
    const [thread, before, stop] = sink.received.map(({ body }) => body.events[0]!.event_params);
    const app_server_client = {
      product_client_id: "probe",
      client_name: "probe",
      client_version: "1.2",
      rpc_transport: "stdio",
      experimental_api_enabled: null,
    };
    expect(thread).toMatchObject({
      thread_id: threadId,
      app_server_client,
      model: "gpt-5.2",
      ephemeral: false,
      thread_source: "user",
      initialization_mode: "new",
      parent_thread_id: null,
    });
    const hooked = { thread_id: threadId, turn_id: turnId, model_slug: "gpt-5.2", hook_source: "user" };
    expect(before).toEqual({ ...hooked, hook_name: "PreToolUse", status: "completed" });
    expect(stop).toEqual({ ...hooked, hook_name: "Stop", status: "failed" });
    expect(told).toMatchObject({
      thread_id: threadId,
      turn_id: turnId,
      submission_type: null,
      app_server_client,
      ephemeral: false,
      thread_source: "user",
      initialization_mode: "new",
      model: "gpt-5.2",
      model_provider: "mock",
      sandbox_policy: "full_access",
      reasoning_effort: null,
      reasoning_summary: "auto",
      service_tier: "default",
      approval_policy: "never",
      approvals_reviewer: "user",
      sandbox_network_access: true,
      collaboration_mode: "default",
      num_input_images: 0,
      is_first_turn: true,
      status: "completed",
      turn_error: null,
      steer_count: 0,
      input_tokens: 20,
      cached_input_tokens: 8,
      output_tokens: 10,
      reasoning_output_tokens: 2,
      total_tokens: 30,
      workspaces: null,
    });
  });

  it("say which repository it worked in, without the secret in its remote", async () => {
    const { sink, client, world: made } = await world();
    const git = (...args: string[]) => execFileSync("git", args, { cwd: made.workspace, stdio: "pipe" });
    git("init", "-q");
    git("remote", "add", "origin", "https://me:hunter2@example.com/r.git");
    writeFileSync(path.join(made.workspace, "new"), "");
    await turn(client);
    const { workspaces } = await sink.event("codex_turn_event");
    expect(workspaces).toEqual({
      [made.workspace]: {
        associated_remote_urls: { origin: "https://example.com/r.git" },
        has_changes: true,
      },
    });
    expect(JSON.stringify(sink.received)).not.toContain("hunter2");
  });

  it("tell a second turn from the first, and how a turn failed (D9)", async () => {
    const failed = { failed: { code: "context_length_exceeded", message: "too long" } };
    const { sink, client } = await world({ script: ["one", failed] });
    const { threadId } = await turn(client);
    const done = client.next(message => message["method"] === "turn/completed");
    await client.call("turn/start", { threadId, input: [{ type: "text", text: "again" }] });
    await done;
    await expect.poll(() => sink.types.filter(type => type === "codex_turn_event")).toHaveLength(2);
    const last = sink.received.at(-1)!.body.events[0]!.event_params;
    expect(last).toMatchObject({ is_first_turn: false, status: "failed", turn_error: "contextWindowExceeded" });
  });

  it("have no token counts when it was stopped (D9)", async () => {
    const { sink, client } = await world({ script: [{ delayMs: 60_000, text: "late" }] });
    const { thread } = await client.call("thread/start", {});
    const begun = client.next(message => message["method"] === "item/completed");
    const { turn: active } = await client.call("turn/start", {
      threadId: thread.id,
      input: [{ type: "text", text: "hi" }],
    });
    await begun;
    await client.call("turn/interrupt", { threadId: thread.id, turnId: active.id });
    expect(await sink.event("codex_turn_event")).toMatchObject({
      status: "interrupted",
      turn_error: null,
      input_tokens: null,
      total_tokens: null,
    });
  });

  it("tell of refused steering, and of a compaction", async () => {
    const { sink, client } = await world({ script: ["one", "summary"] });
    const { threadId } = await turn(client);
    const refused = await client.request("turn/steer", {
      threadId,
      expectedTurnId: "x",
      input: [{ type: "text", text: "more" }],
    });
    expect(refused["error"]).toBeDefined();
    expect(await sink.event("codex_turn_steer_event")).toMatchObject({
      thread_id: threadId,
      expected_turn_id: "x",
      accepted_turn_id: null,
      result: "rejected",
      rejection_reason: "no_active_turn",
    });
    await client.call("thread/compact/start", { threadId });
    expect(await sink.event("codex_compaction_event")).toMatchObject({
      thread_id: threadId,
      trigger: "manual",
      reason: "user_requested",
      phase: "standalone_turn",
      implementation: "responses",
      strategy: "memento",
      status: "completed",
      error: null,
    });
  });
});

describe("analytics are kept back", () => {
  it.each([
    ["an API key", { auth: { OPENAI_API_KEY: "sk-test" } }],
    ["no login", { auth: null }],
    ["`analytics.enabled = false`", { config: "[analytics]\nenabled = false\n[features]\napps = false\n" }],
  ])("with %s: the backend's socket is not touched (D8)", async (_what, options) => {
    const { sink, client } = await world({ ...options, hooks: { Stop: hook("true") } });
    await turn(client);
    await new Promise(resolve => setTimeout(resolve, 200));
    expect(sink.connections).toBe(0);
  });

  it("but for hooks when general analytics are off (D8)", async () => {
    const { sink, client } = await world({
      config: "[features]\ngeneral_analytics = false\n",
      hooks: { Stop: hook("true") },
    });
    await turn(client);
    await sink.event("codex_hook_run");
    expect(sink.types).toEqual(["codex_hook_run"]);
  });

  it("by a backend that fails: turns go on as ever", async () => {
    const { sink, client } = await world({ script: ["one", "two"] });
    sink.status = 500;
    await turn(client);
    await turn(client);
    await expect.poll(() => sink.types.filter(type => type === "codex_turn_event")).toHaveLength(2);
  });
});

const PLANTED_PATCH = "*** Begin Patch\n*** Add File: PLANTED-FILE\n+PLANTED-LINE\n*** End Patch\n";

describe("what is told", () => {
  it("holds no prompt, no command, no output, no path of the workspace and no secret", async () => {
    const {
      sink,
      client,
      world: made,
    } = await world({
      script: [
        {
          items: [
            functionCall("exec_command", { cmd: "echo PLANTED-OUTPUT # PLANTED-COMMAND" }, "c1"),
            functionCall("shell", { command: ["printf", "%s", "PLANTED-ARGV"], workdir: "/PLANTED-PATH" }, "c2"),
            functionCall("shell_command", { command: "exit 3", justification: "PLANTED-REASON" }, "c3"),
            customToolCall("apply_patch", PLANTED_PATCH, "c4"),
            functionCall("PLANTED_TOOL", { key: "PLANTED-ARGUMENT" }, "c5"),
          ],
        },
        "PLANTED-ANSWER",
        { failed: { code: "context_length_exceeded", message: "PLANTED-FAILURE" } },
      ],
      hooks: {
        SessionStart: hook("echo PLANTED-CONTEXT"),
        UserPromptSubmit: hook(`echo '{"systemMessage":"PLANTED-MESSAGE"}'`),
        PreToolUse: hook("cat > /dev/null; echo PLANTED-HOOK >&2; exit 9"),
        PostToolUse: hook("cat > /dev/null; echo PLANTED-FEEDBACK >&2; exit 2"),
        Stop: hook(`echo '{"continue":false,"stopReason":"PLANTED-STOP"}'`),
      },
      runtime: {
        env: { PATH: process.env["PATH"] ?? "", HOME: "/nowhere", OPENAI_API_KEY: "sk-PLANTED-KEY", TOKEN: "PLANTED" },
      },
    });
    const { threadId } = await turn(client, "PLANTED-PROMPT");
    const over = client.next(message => message["method"] === "turn/completed");
    const image = { type: "image", url: "data:image/png;base64,PLANTED" };
    await client.call("turn/start", { threadId, input: [{ type: "text", text: "PLANTED-AGAIN" }, image] });
    await over;
    await client
      .call("turn/steer", {
        threadId,
        input: [{ type: "text", text: "PLANTED-STEER" }],
        expectedTurnId: "none",
      })
      .catch(() => {});
    await expect.poll(() => sink.types.filter(type => type === "codex_turn_event")).toHaveLength(2);
    await sink.event("codex_turn_steer_event");
    expect(sink.types).toContain("codex_hook_run");
    const { authorization: _login, ...headers } = sink.received[0]!.headers;
    const sent = JSON.stringify([headers, sink.received.map(({ line, body }) => [line, body])]);
    expect(sent).not.toContain("PLANTED");
    expect(sent).not.toContain(token);
    expect(sent).not.toContain(made.workspace);
    expect(sent).not.toContain(made.home);
  });
});
