import type { Json } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { type Path, pathsOf, withMember } from "../mutations.ts";
import { WHOLE } from "../whole-items.ts";
import { scenario } from "./stage.ts";

const TIME = "2026-11-20T10:00:00.000Z";
const line = (type: string, payload: unknown) => JSON.stringify({ timestamp: TIME, type, payload });
const event = (type: string, payload: Json) => line("event_msg", { type, ...payload });
const message = (role: string, text: string): Json => ({
  type: "message",
  role,
  content: [{ type: role === "user" ? "input_text" : "output_text", text }],
});
const prompt = (text: string) => ({ message: text, images: [], local_images: [], text_elements: [] });

const meta = (id: string) => ({
  id,
  timestamp: TIME,
  cwd: "/tmp",
  originator: "o",
  cli_version: "0.0.1",
  source: "vscode",
  model_provider: "mock",
  base_instructions: { text: "base" },
});

/** A turn as it stands in a file, with lines of its own before its answer. */
function turnOf(n: number, own: readonly string[]): string[] {
  return [
    event("task_started", {
      turn_id: `turn-${n}`,
      started_at: 1,
      model_context_window: 1000,
      collaboration_mode_kind: "default",
    }),
    line("response_item", message("user", `question ${n}`)),
    event("user_message", prompt(`question ${n}`)),
    ...own,
    event("agent_message", { message: `answer ${n}`, phase: null, memory_citation: null }),
    line("response_item", message("assistant", `answer ${n}`)),
    event("task_complete", { turn_id: `turn-${n}`, last_agent_message: "answer", completed_at: 2, duration_ms: 1 }),
  ];
}

/** Payloads as they should be, by the kind of their line. */
const PAYLOADS: Readonly<Record<string, readonly [type: string, payload: Json]>> = {
  ...Object.fromEntries(
    Object.entries(WHOLE).map(([kind, item]) => [`item, ${kind}`, ["response_item", item]] as const),
  ),
  compaction: [
    "compacted",
    { message: "sum", replacement_history: [message("user", "old"), message("assistant", "kept")] },
  ],
  "settings of a turn": [
    "turn_context",
    {
      turn_id: "turn-2",
      cwd: "/tmp",
      current_date: "2026-11-20",
      timezone: "Etc/UTC",
      approval_policy: "never",
      sandbox_policy: { type: "workspace-write", writable_roots: ["/tmp"], network_access: false },
      model: "gpt-5.2",
      personality: "pragmatic",
      collaboration_mode: { mode: "default", settings: { model: "gpt-5.2", reasoning_effort: null } },
      effort: "high",
      summary: "auto",
      truncation_policy: { mode: "bytes", limit: 10000 },
    },
  ],
  "event, user_message": [
    "event_msg",
    { type: "user_message", ...prompt("more"), images: ["data:"], local_images: ["/tmp/a.png"] },
  ],
  "event, agent_message": [
    "event_msg",
    { type: "agent_message", message: "said", phase: "commentary", memory_citation: null },
  ],
  "event, agent_reasoning": ["event_msg", { type: "agent_reasoning", text: "thought" }],
  "event, agent_reasoning_raw_content": ["event_msg", { type: "agent_reasoning_raw_content", text: "raw" }],
  "event, token_count": [
    "event_msg",
    {
      type: "token_count",
      info: {
        total_token_usage: {
          input_tokens: 9,
          cached_input_tokens: 1,
          output_tokens: 2,
          reasoning_output_tokens: 1,
          total_tokens: 11,
        },
        last_token_usage: {
          input_tokens: 9,
          cached_input_tokens: 1,
          output_tokens: 2,
          reasoning_output_tokens: 1,
          total_tokens: 11,
        },
        model_context_window: 1000,
      },
      rate_limits: null,
    },
  ],
  "event, task_started": [
    "event_msg",
    {
      type: "task_started",
      turn_id: "turn-2",
      started_at: 1,
      model_context_window: 1000,
      collaboration_mode_kind: "default",
    },
  ],
  "event, task_complete": [
    "event_msg",
    { type: "task_complete", turn_id: "turn-2", last_agent_message: "x", completed_at: 2, duration_ms: 1 },
  ],
  "event, turn_aborted": [
    "event_msg",
    { type: "turn_aborted", turn_id: "turn-2", reason: "interrupted", completed_at: 2, duration_ms: 1 },
  ],
  "event, thread_rolled_back": ["event_msg", { type: "thread_rolled_back", num_turns: 1 }],
  "event, error": ["event_msg", { type: "error", message: "bad", codex_error_info: "other" }],
  "event, context_compacted": ["event_msg", { type: "context_compacted" }],
  "event, entered_review_mode": [
    "event_msg",
    { type: "entered_review_mode", target: { type: "custom", instructions: "look" }, user_facing_hint: "hint" },
  ],
  "event, exited_review_mode": [
    "event_msg",
    {
      type: "exited_review_mode",
      review_output: {
        findings: [],
        overall_correctness: "good",
        overall_explanation: "fine",
        overall_confidence_score: 1,
      },
    },
  ],
  "event, image_generation_end": [
    "event_msg",
    {
      type: "image_generation_end",
      call_id: "i",
      status: "completed",
      revised_prompt: "p",
      result: "AAAA",
      saved_path: "/tmp/i.png",
    },
  ],
  "event, item_completed": [
    "event_msg",
    {
      type: "item_completed",
      thread_id: "019aa000-0000-7000-8000-000000000010",
      turn_id: "turn-2",
      item: { type: "Plan", id: "p", text: "plan" },
    },
  ],
  "event, exec_command_end": [
    "event_msg",
    {
      type: "exec_command_end",
      call_id: "e",
      process_id: "1",
      turn_id: "turn-2",
      command: ["bash", "-lc", "ls"],
      cwd: "/tmp",
      parsed_cmd: [{ type: "list_files", cmd: "ls", path: null }],
      source: "agent",
      stdout: "",
      stderr: "",
      aggregated_output: "out",
      exit_code: 0,
      duration: { secs: 1, nanos: 0 },
      formatted_output: "",
      status: "completed",
    },
  ],
  "event, patch_apply_end": [
    "event_msg",
    {
      type: "patch_apply_end",
      call_id: "p",
      turn_id: "turn-2",
      stdout: "",
      stderr: "",
      success: true,
      changes: { "/tmp/a": { type: "add", content: "x" } },
      status: "completed",
    },
  ],
  "event, mcp_tool_call_end": [
    "event_msg",
    {
      type: "mcp_tool_call_end",
      call_id: "m",
      invocation: { server: "s", tool: "t", arguments: { a: 1 } },
      duration: { secs: 1, nanos: 0 },
      result: { Ok: { content: [{ type: "text", text: "x" }], isError: false } },
    },
  ],
  "event, web_search_end": [
    "event_msg",
    { type: "web_search_end", call_id: "w", query: "q", action: { type: "search", query: "q" } },
  ],
  "event, thread_name_updated": [
    "event_msg",
    { type: "thread_name_updated", thread_id: "019aa000-0000-7000-8000-000000000010", thread_name: "name" },
  ],
};

const idOf = (at: number) => `019aa000-0000-7000-8000-0000000${String(10_000 + at)}`;
const fileOf = (at: number) =>
  `home/sessions/2026/11/20/rollout-2026-11-20T${String(10 + Math.floor(at / 60)).padStart(2, "0")}-${String(at % 60).padStart(2, "0")}-00-${idOf(at)}.jsonl`;

/** What a member may be in place of what it should be; the model's own items have been through all others. */
const FEW: readonly unknown[] = [undefined, null, 70_000, "other", [], { type: "other" }];

/** One file for each way in which a payload may be wrong, between turns that are whole. */
function filesOf(type: string, payload: Json): string[] {
  // In a compaction the reference keeps items of types that it does not know, as items of the type "other".
  const paths = pathsOf(payload).filter(path => type !== "compacted" || path.at(-1) !== "type");
  const broken = paths.flatMap((path: Path) => FEW.map(wrong => withMember(payload, path, wrong)));
  return [payload, ...broken].map((one, at) =>
    [line("session_meta", meta(idOf(at))), ...turnOf(1, []), ...turnOf(2, [line(type, one)]), ...turnOf(3, [])].join(
      "\n",
    ),
  );
}

async function read(drive: Drive, count: number): Promise<void> {
  for (let at = 0; at < count; at++) {
    const threadId = idOf(at);
    await drive.note(`${at} read`, "thread/read", { threadId, includeTurns: true });
    await drive.note(`${at} resume`, "thread/resume", { threadId });
    await drive.wire.call("turn/start", { threadId, input: [{ type: "text", text: `go ${at}` }] });
    await drive.until("turn/completed", params => params["threadId"] === threadId);
  }
}

/** Session files with a line whose payload is wrong in some way: read, resumed and gone on with. */
export const lines = Object.entries(PAYLOADS).map(([kind, [type, payload]]) => {
  const texts = filesOf(type, payload);
  const files = Object.fromEntries(texts.map((text, at) => [fileOf(at), `${text}\n`]));
  const replies = texts.map((_, at) => `done ${at}`);
  return scenario(`lines: ${kind}`, { script: replies, files }, drive => read(drive, texts.length));
});
