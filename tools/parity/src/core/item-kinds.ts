import type { ReplyItem } from "@codex-ts-tools/model-server";
import { prompts, scenario } from "./stage.ts";

/** One response with this item and words after it, and a second turn that shows what was kept. */
function said(name: string, ...items: ReplyItem[]) {
  return scenario(
    `the model says ${name}`,
    { script: [...items.map(item => ({ items: [item, "after"] })), "second", "third"] },
    async drive => {
      const thread = await drive.thread();
      for (const _ of items) await drive.turn(thread, "go");
      await drive.turn(thread, "on");
    },
  );
}

const part = (type: string, more: object) => ({ type, ...more });
const message = (content: unknown, more: object = {}): ReplyItem => ({ type: "message", content, ...more });

/** Items of kinds and shapes that a model's server rarely sends. */
export const itemKinds = [
  said(
    "messages with parts of other kinds",
    message([part("refusal", { refusal: "no" })]),
    message([part("refusal", { text: "no" }), part("output_text", { text: "yes" })]),
    message([part("input_text", { text: "typed" })]),
    message([part("output_text", { text: "a" }), part("input_text", { text: "b" })]),
    message([part("input_image", { image_url: "data:image/png;base64,AA==" })]),
    message([
      part("input_image", { image_url: "data:image/png;base64,AA==", detail: "low" }),
      part("output_text", { text: "seen" }),
    ]),
    message([part("input_image", {})]),
    message([part("output_text", {})]),
    message([part("output_text", { text: null })]),
    message([part("output_text", { text: "annotated", annotations: [{ a: 1 }], logprobs: [] })]),
    message([]),
    message("plain"),
    message(null),
  ),
  said(
    "messages with odd members",
    { type: "message", text: "odd phase", phase: "odd" },
    { type: "message", text: "no phase", phase: null },
    { type: "message", text: "final", phase: "final_answer", end_turn: true },
    { type: "message", text: "not the end", phase: "commentary", end_turn: false },
    { type: "message", text: "end of no kind", end_turn: "yes" },
    { type: "message", text: "number id", id: 3 as never },
    { type: "message", text: "developer", role: "developer" },
    { type: "message", text: "tool", role: "tool" },
    { type: "message", text: "more", more: { than: "needed" }, status: "incomplete" },
    { type: "message", text: "status of no kind", status: 3 },
  ),
  said(
    "outputs of calls",
    { type: "function_call_output", call_id: "x1", output: "out of nothing" },
    { type: "function_call_output", call_id: "x2", output: [{ type: "input_text", text: "parts" }] },
    { type: "function_call_output", output: "no id" },
    { type: "function_call_output", call_id: "x3", output: 3 },
    { type: "custom_tool_call_output", call_id: "x4", output: "custom" },
    { type: "custom_tool_call_output", call_id: "x5", name: "n", output: "custom" },
    { type: "tool_search_output", call_id: "x6", status: "completed", execution: "client", tools: [] },
    { type: "tool_search_output", call_id: "x7", status: "completed", execution: "server", tools: [{ a: 1 }] },
    { type: "tool_search_output", call_id: null, status: "completed", execution: "server", tools: [] },
    { type: "tool_search_output", call_id: "x8", execution: "server", tools: [] },
    { type: "mcp_tool_call_output", call_id: "x9", output: { content: [], is_error: false } },
  ),
  said(
    "items that stand for others",
    {
      type: "ghost_snapshot",
      ghost_commit: { id: "abc", parent: null, preexisting_untracked_files: [], preexisting_untracked_dirs: [] },
    },
    { type: "ghost_snapshot" },
    { type: "compaction", encrypted_content: "enc" },
    { type: "compaction_summary", encrypted_content: "enc2" },
    { type: "compaction", encrypted_content: null },
    { type: "compaction" },
    { type: "context_compaction", encrypted_content: "enc3" },
    { type: "context_compaction" },
    { type: "other" },
    { type: "other", more: 1 },
    { type: "" },
  ),
  said(
    "calls that are none",
    { type: "function_call", arguments: "{}", call_id: "y1" } as never,
    { type: "function_call", name: null, arguments: "{}", call_id: "y2" } as never,
    { type: "function_call", name: "update_plan", arguments: "{}", namespace: 3, call_id: "y3" },
    { type: "custom_tool_call", name: "apply_patch", call_id: "y4" } as never,
    { type: "custom_tool_call", name: "apply_patch", input: { a: 1 }, call_id: "y5" } as never,
    { type: "local_shell_call", call_id: "y6", status: "odd", action: { type: "exec", command: ["echo"] } },
    { type: "local_shell_call", call_id: "y7", action: { type: "run", command: ["echo"] } },
    { type: "local_shell_call", call_id: "y8", action: { type: "exec", command: "echo" } },
    { type: "local_shell_call", call_id: "y9", action: { type: "exec", command: ["echo"], timeout_ms: -1 } },
    { type: "local_shell_call", call_id: "y10", action: { type: "exec", command: ["echo"], timeout_ms: 1.5 } },
    { type: "local_shell_call", call_id: "y11", action: { type: "exec", command: ["echo"], env: { A: 1 } } },
    { type: "local_shell_call", call_id: "y12", action: null },
    { type: "tool_search_call", call_id: "y13", execution: null, arguments: { query: "x" } },
    { type: "tool_search_call", call_id: "y14", execution: "server", arguments: { query: "x" } },
    { type: "tool_search_call", call_id: null as never, execution: "client", arguments: { query: "x" } },
    { type: "tool_search_call", call_id: "y15", execution: "odd", arguments: { query: "x" } },
  ),
  said(
    "reasoning of odd shapes",
    { type: "reasoning", summary: [], content: null, encrypted_content: "e" },
    { type: "reasoning", summary: [{ type: "summary_text", text: "a" }], content: [], encrypted_content: "e" },
    { type: "reasoning", summary: [{ type: "odd", text: "a" }] },
    { type: "reasoning", summary: [{ type: "summary_text" }] },
    { type: "reasoning", summary: null as never },
    { type: "reasoning", summary: [{ type: "summary_text", text: "b" }], content: [{ type: "text", text: "t" }] },
    {
      type: "reasoning",
      summary: [{ type: "summary_text", text: "b" }],
      content: [
        { type: "reasoning_text", text: "r" },
        { type: "text", text: "t" },
      ],
    },
    { type: "reasoning", summary: [{ type: "summary_text", text: "b" }], content: [{ type: "odd", text: "t" }] },
    { type: "reasoning", summary: [{ type: "summary_text", text: "b" }], encrypted_content: 3 },
    { type: "reasoning", summary: [{ type: "summary_text", text: "b" }], status: "completed" },
  ),
  said(
    "searches and images of odd shapes",
    { type: "web_search_call", action: { type: "search", query: "q", queries: ["a", "b"] } },
    { type: "web_search_call", action: { type: "search", queries: [] } },
    { type: "web_search_call", action: { type: "search", queries: "a" } },
    { type: "web_search_call", action: { type: "open_page", url: 3 } },
    { type: "web_search_call", action: { type: "open_page" } },
    { type: "web_search_call", action: "search" },
    { type: "web_search_call", status: 3, action: { type: "search", query: "q" } },
    { type: "image_generation_call", id: "i2", status: "completed" },
    { type: "image_generation_call", status: "completed", result: "aGk=" },
    { type: "file_search_call", id: "f", queries: ["a"], status: "completed" },
    { type: "computer_call", id: "f", call_id: "cc", action: {} },
    { type: "mcp_call", id: "f", name: "n", arguments: "{}" },
  ),
  scenario(
    "a call of a shell by its item's id alone",
    {
      script: [
        {
          items: [
            {
              type: "local_shell_call",
              id: "z1",
              call_id: null as never,
              status: "completed",
              action: { type: "exec", command: ["echo", "id"] },
            },
          ],
        },
        "done",
        "again",
      ],
    },
    prompts("go", "on"),
  ),
  scenario(
    "a call without any id",
    {
      script: [
        {
          events: [
            { type: "response.created", response: { id: "r" } },
            {
              type: "response.output_item.done",
              output_index: 0,
              item: {
                type: "local_shell_call",
                status: "completed",
                action: { type: "exec", command: ["echo", "id"] },
              },
            },
            { type: "response.completed", response: { id: "r", usage: null } },
          ],
        },
        "done",
        "again",
      ],
    },
    prompts("go", "on"),
  ),
  scenario(
    "end_turn in the response",
    {
      script: [
        {
          events: [
            { type: "response.created", response: { id: "r" } },
            {
              type: "response.output_item.done",
              output_index: 0,
              item: { type: "message", id: "m", role: "assistant", content: [{ type: "output_text", text: "go on" }] },
            },
            { type: "response.completed", response: { id: "r", end_turn: false, usage: null } },
          ],
        },
        {
          events: [
            { type: "response.created", response: { id: "r" } },
            { type: "response.output_item.done", output_index: 0, item: { ...functionCallItem("e1") } },
            { type: "response.completed", response: { id: "r", end_turn: true, usage: null } },
          ],
        },
        "done",
        "again",
      ],
    },
    prompts("go", "on"),
  ),
];

function functionCallItem(callId: string) {
  return {
    type: "function_call",
    id: `fc_${callId}`,
    name: "update_plan",
    arguments: '{"plan":[]}',
    call_id: callId,
    status: "completed",
  };
}
