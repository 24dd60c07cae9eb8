import { describe, expect, it } from "vitest";
import { Op, type OpOf } from "../src/core/index.ts";
import { decode } from "../src/index.ts";

/** What is read from JSON text, and written again. */
function throughJson(value: object): unknown {
  return JSON.parse(JSON.stringify(decode(Op, JSON.parse(JSON.stringify(value)))));
}

const bare = [
  "interrupt",
  "clean_background_terminals",
  "realtime_conversation_close",
  "realtime_conversation_list_voices",
  "list_mcp_tools",
  "reload_user_config",
  "list_skills",
  "compact",
  "drop_memories",
  "update_memories",
  "undo",
  "shutdown",
  "list_models",
] as const;

const items = [{ type: "text", text: "go", text_elements: [] }];
const write = { entries: [{ path: { type: "path", path: "/x" }, access: "write" }] };

const filled: readonly { type: Op["type"]; [field: string]: unknown }[] = [
  { type: "realtime_conversation_start", output_modality: "text", prompt: null, transport: { type: "websocket" } },
  {
    type: "realtime_conversation_audio",
    frame: { data: "AA==", sample_rate: 1, num_channels: 1, samples_per_channel: null, item_id: null },
  },
  { type: "realtime_conversation_text", text: "x" },
  { type: "user_input", items },
  {
    type: "user_input",
    items: [{ type: "local_image", path: "/x.png" }],
    final_output_json_schema: { type: "object" },
  },
  {
    type: "user_input_with_turn_context",
    items,
    responsesapi_client_metadata: { k: "v" },
    cwd: "/w",
    approval_policy: "untrusted",
    approvals_reviewer: "user",
    sandbox_policy: { type: "danger-full-access" },
    model: "m",
    effort: "low",
    summary: "auto",
    service_tier: null,
    personality: "friendly",
  },
  {
    type: "user_turn",
    items,
    cwd: "/w",
    approval_policy: "never",
    sandbox_policy: { type: "danger-full-access" },
    model: "m",
  },
  {
    type: "inter_agent_communication",
    communication: {
      author: "/root",
      recipient: "/root/w1",
      other_recipients: [],
      content: "T",
      trigger_turn: true,
    },
  },
  { type: "override_turn_context" },
  { type: "override_turn_context", effort: null, environments: [{ environment_id: "e", cwd: "/w" }] },
  { type: "exec_approval", id: "c1", turn_id: "t", decision: "approved" },
  {
    type: "exec_approval",
    id: "c1",
    decision: { approved_execpolicy_amendment: { proposed_execpolicy_amendment: ["ls"] } },
  },
  { type: "patch_approval", id: "p1", decision: "abort" },
  { type: "resolve_elicitation", server_name: "s", request_id: "e1", decision: "accept", content: { a: "b" } },
  { type: "resolve_elicitation", server_name: "s", request_id: 7, decision: "cancel" },
  { type: "user_input_answer", id: "t", response: { answers: { q: { answers: ["a"] } } } },
  {
    type: "request_permissions_response",
    id: "c1",
    response: { permissions: { file_system: write, network: null }, scope: "session" },
  },
  {
    type: "dynamic_tool_response",
    id: "c2",
    response: { content_items: [{ type: "inputText", text: "sunny" }], success: true },
  },
  { type: "add_to_history", text: "x" },
  { type: "get_history_entry_request", offset: 1, log_id: 2 },
  { type: "refresh_mcp_servers", config: { mcp_servers: {}, mcp_oauth_credentials_store_mode: "auto" } },
  { type: "list_skills", cwds: ["/w"], force_reload: true },
  { type: "set_thread_name", name: "N" },
  { type: "set_thread_memory_mode", mode: "disabled" },
  { type: "thread_rollback", num_turns: 1 },
  { type: "review", review_request: { target: { type: "custom", instructions: "x" }, user_facing_hint: "x" } },
  {
    type: "approve_guardian_denied_action",
    event: {
      id: "r",
      turn_id: "u",
      status: "denied",
      action: { type: "command", source: "shell", command: "ls", cwd: "/" },
    },
  },
  { type: "run_user_shell_command", command: "true" },
];

describe("an operation", () => {
  it.each(bare)("%s needs nothing but its tag", type => {
    expect(throughJson({ type })).toEqual({ type });
  });

  it.each(filled)("$type survives reading and writing", op => {
    expect(throughJson(op)).toEqual(op);
  });

  it("is one of those that are tested here", () => {
    let tags: string[] = [];
    try {
      decode(Op, { type: "?" });
    } catch (error) {
      tags = [...(error as Error).message.matchAll(/`(\w+)`/g)].map(match => match[1]!);
    }
    expect(tags).toHaveLength(36);
    expect([...new Set([...bare, ...filled.map(op => op.type)])].sort()).toEqual(tags.sort());
  });

  it("loses members that nobody knows", () => {
    expect(throughJson({ type: "compact", later: 1 })).toEqual({ type: "compact" });
    expect(throughJson({ type: "thread_rollback", num_turns: 2, turns: 3 })).toEqual({
      type: "thread_rollback",
      num_turns: 2,
    });
  });

  it("tells a setting that is cleared from one that is left alone", () => {
    const read = (more: object) =>
      decode(Op, { type: "override_turn_context", ...more }) as OpOf<"override_turn_context">;
    expect(read({})).not.toHaveProperty("service_tier");
    expect(read({ service_tier: null }).service_tier).toBeNull();
    expect(read({ service_tier: "flex", model: null })).toEqual({
      type: "override_turn_context",
      service_tier: "flex",
    });
  });

  it("grants for the turn unless it says otherwise", () => {
    expect(throughJson({ type: "request_permissions_response", id: "c", response: { permissions: {} } })).toMatchObject(
      { response: { permissions: { network: null, file_system: null }, scope: "turn" } },
    );
  });

  it.each([
    [{}, "missing field `type`"],
    [{ type: "user_input" }, "missing field `items`"],
    [{ type: "exec_approval", id: "c", decision: "maybe" }, "unknown variant `maybe`, expected one of `approved`, "],
    [{ type: "thread_rollback", num_turns: -1 }, "invalid value: integer `-1`, expected u32"],
    [{ type: "set_thread_memory_mode", mode: "x" }, "unknown variant `x`, expected `enabled` or `disabled`"],
    [{ type: "user_turn", items: [] }, "missing field `cwd`"],
  ])("of the wrong shape, %j, is refused: %s", (value, text) => {
    expect(() => decode(Op, value)).toThrow(text);
  });
});
