import { customToolCall, functionCall, reasoning, type Json, type ReplyItem } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { prompts, scenario } from "./stage.ts";

const patch = (...lines: string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");
const created = { type: "response.created", response: { id: "r" } };
const completed = (usage: unknown = null) => ({ type: "response.completed", response: { id: "r", usage } });
const message = (text: string, id = "m") => ({
  type: "message",
  id,
  role: "assistant",
  content: [{ type: "output_text", text }],
});
const added = (item: object) => ({ type: "response.output_item.added", output_index: 0, item });
const done = (item: object) => ({ type: "response.output_item.done", output_index: 0, item });
const delta = (text: unknown, more: object = {}) => ({
  type: "response.output_text.delta",
  delta: text,
  item_id: "m",
  ...more,
});

function events(name: string, ...responses: readonly (readonly (Json | string)[])[]) {
  return scenario(
    `a stream: ${name}`,
    { script: [...responses.map(list => ({ events: list })), "second", "third"] },
    async drive => {
      const thread = await drive.thread();
      for (const _ of responses) await drive.turn(thread, "go");
      await drive.turn(thread, "on");
    },
  );
}

const wrongUsages: readonly unknown[] = [
  { input_tokens: 1 },
  { input_tokens: 1, output_tokens: 2, total_tokens: 3 },
  { input_tokens: 1, output_tokens: 2, total_tokens: 3, input_tokens_details: null, output_tokens_details: null },
  { input_tokens: 1, output_tokens: 2, total_tokens: 3, input_tokens_details: {}, output_tokens_details: {} },
  { input_tokens: "1", output_tokens: 2, total_tokens: 3 },
  { input_tokens: 1.5, output_tokens: 2, total_tokens: 3 },
  { input_tokens: -1, output_tokens: 2, total_tokens: 3 },
  { input_tokens: 1, output_tokens: 2, total_tokens: 99, input_tokens_details: { cached_tokens: 50 } },
  3,
];

const REASONING_DELTAS = [
  created,
  added({ type: "reasoning", id: "rs", summary: [] }),
  { type: "response.reasoning_summary_part.added", summary_index: 0 },
  { type: "response.reasoning_summary_text.delta", delta: "one", summary_index: 0 },
  { type: "response.reasoning_summary_text.delta", delta: "no index" },
  { type: "response.reasoning_summary_part.added" },
  { type: "response.reasoning_summary_part.added", summary_index: 1 },
  { type: "response.reasoning_summary_text.delta", delta: "two", summary_index: 1 },
  { type: "response.reasoning_text.delta", delta: "raw", content_index: 0 },
  { type: "response.reasoning_text.delta", delta: "raw without an index" },
  { type: "response.reasoning_text.delta", content_index: 1 },
  done({
    type: "reasoning",
    id: "rs",
    summary: [
      { type: "summary_text", text: "one" },
      { type: "summary_text", text: "two" },
    ],
    content: [{ type: "reasoning_text", text: "raw" }],
  }),
  added(message("")),
  delta("ans"),
  delta("wer"),
  done(message("answer")),
  completed(),
];

const LONG = "x".repeat(3000);

function longHistory(items: readonly ReplyItem[]) {
  return items.map(item => ({ items: [item] }));
}

/** Streams and turns with what the other scenarios leave out. */
export const samplings = [
  events("reasoning in pieces", REASONING_DELTAS),
  events(
    "deltas of odd kinds",
    [
      created,
      added(message("")),
      delta(3),
      delta(null),
      delta(""),
      delta("a"),
      { type: "response.output_text.delta" },
      done(message("a")),
      completed(),
    ],
    [
      created,
      delta("early"),
      added(message("", "m2")),
      delta("b", { item_id: "other" }),
      done(message("bc", "m2")),
      delta("late"),
      completed(),
    ],
    [created, added(message("full already")), delta("x"), done(message("other text")), completed()],
    [added(message("")), delta("c"), done(message("c")), completed()],
    [
      created,
      added({ type: "function_call", id: "f", name: "update_plan", arguments: "", call_id: "c" }),
      { type: "response.function_call_arguments.delta", delta: "{" },
      { type: "response.function_call_arguments.done", arguments: "{}" },
      done(message("d")),
      completed(),
    ],
  ),
  ...wrongUsages.map((usage, n) => events(`usage ${n}`, [created, done(message("a")), completed(usage)])),
  events(
    "ends of odd kinds",
    [created, done(message("a")), { type: "response.completed" }],
    [created, done(message("b")), { type: "response.completed", response: null }],
    [created, done(message("c")), { type: "response.completed", response: { id: 3 } }],
    [
      created,
      done(message("d")),
      { type: "response.completed", response: { id: "r", usage: null, status: "incomplete", end_turn: "x" } },
    ],
    [created, done(message("e")), { type: "response.done", response: { id: "r" } }, completed()],
    [created, done(message("f")), { type: "response.incomplete", response: { incomplete_details: null } }],
    [created, done(message("g")), { type: "response.incomplete" }],
    [created, done(message("h")), { type: "response.failed", response: { error: null } }],
    [
      created,
      done(message("i")),
      { type: "response.failed", response: { error: { code: null, message: "only words" } } },
    ],
    [created, done(message("j")), { type: "error", error: { code: "x", message: "y" } }],
    [created, done(message("k")), { type: "error", code: "server_error", message: "boom" }],
  ),
  events("a patch in pieces", [
    created,
    added({ type: "custom_tool_call", id: "ctc", name: "apply_patch", input: "", call_id: "p1" }),
    ...patch("*** Add File: made.txt", "+one", "+two")
      .match(/[\s\S]{1,9}/g)!
      .map(piece => ({ type: "response.custom_tool_call_input.delta", item_id: "ctc", delta: piece })),
    done({
      type: "custom_tool_call",
      id: "ctc",
      name: "apply_patch",
      input: patch("*** Add File: made.txt", "+one", "+two"),
      call_id: "p1",
    }),
    completed(),
  ]),
  scenario(
    "a patch in pieces that are told",
    {
      features: "apply_patch_streaming_events = true",
      files: { "work/there.txt": "a\n" },
      script: [
        {
          events: [
            created,
            added({ type: "custom_tool_call", id: "ctc", name: "apply_patch", input: "", call_id: "p1" }),
            ...patch(
              "*** Add File: made.txt",
              "+one",
              "+two",
              "*** Update File: there.txt",
              "@@",
              "-a",
              "+b",
              "*** Delete File: none.txt",
            )
              .match(/[\s\S]{1,9}/g)!
              .map(piece => ({ type: "response.custom_tool_call_input.delta", item_id: "ctc", delta: piece })),
            done({
              type: "custom_tool_call",
              id: "ctc",
              name: "apply_patch",
              input: patch("*** Add File: made.txt", "+one", "+two"),
              call_id: "p1",
            }),
            completed(),
          ],
        },
        "done",
      ],
    },
    prompts("go"),
  ),
  scenario(
    "turns that change little by little",
    { script: ["1", "2", "3", "4", "5", "6"], model: "gpt-5.2" },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "a", { effort: "high" });
      await drive.turn(thread, "b", { summary: "none" });
      await drive.turn(thread, "c", { effort: "minimal", summary: "concise" });
      await drive.turn(thread, "d", { approvalPolicy: "on-request" });
      await drive.turn(thread, "e", {
        sandboxPolicy: {
          type: "workspaceWrite",
          writableRoots: [],
          networkAccess: true,
          excludeTmpdirEnvVar: true,
          excludeSlashTmp: true,
        },
      });
      await drive.turn(thread, "f", {
        sandboxPolicy: { type: "readOnly" },
        approvalPolicy: "never",
        model: "gpt-5.1-codex",
      });
    },
  ),
  scenario(
    "images in a conversation, then a model that takes none",
    {
      files: {
        "work/p.png": Buffer.from(
          "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
          "base64",
        ),
        "home/models.json": "{}",
      },
      script: [{ items: [functionCall("view_image", { path: "p.png" }, "v1")] }, "seen", "blind"],
    },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "look");
      await drive.turn(thread, "again", { model: "gpt-oss-20b" });
    },
  ),
  scenario(
    "outputs that are cut when they are kept",
    {
      config: "tool_output_token_limit = 100",
      script: [
        { items: [functionCall("shell_command", { command: `echo ${LONG}` }, "c1")] },
        { items: [functionCall("exec_command", { cmd: "seq 1 5000", max_output_tokens: 1000 }, "c2")] },
        "done",
        "again",
      ],
    },
    prompts("go", "on"),
  ),
  scenario(
    "compacting with a prompt of one's own and a long conversation",
    {
      config: 'compact_prompt = "COMPACT NOW"\nmodel_auto_compact_token_limit = 2000',
      script: [
        { items: ["one"], usage: { input: 500, output: 10 } },
        { items: [functionCall("update_plan", { plan: [] }, "u1")], usage: { input: 2500, output: 10 } },
        { text: "SUMMARY middle", usage: { input: 100, output: 10 } },
        {
          items: [
            reasoning("thinking", { encrypted_content: "abcd".repeat(400) }),
            customToolCall("apply_patch", "nonsense", "p1"),
          ],
          usage: { input: 300, output: 10 },
        },
        { text: "two", usage: { input: 400, output: 10 } },
        { text: "three", usage: { input: 400, output: 10 } },
      ],
    },
    prompts("first", "second", "third"),
  ),
  scenario(
    "interrupting between two commands",
    { script: longHistory([functionCall("shell_command", { command: "sleep 30", timeout_ms: 60_000 }, "c1")]) },
    async (drive: Drive) => {
      const thread = await drive.thread();
      const turn = await drive.begin(thread, "go");
      await drive.item("started", "commandExecution");
      await drive.call("turn/interrupt", { threadId: thread, turnId: turn });
      await drive.until("turn/completed");
      await drive.note("read", "thread/read", { threadId: thread, includeTurns: true });
    },
  ),
];
