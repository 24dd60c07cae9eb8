import { functionCall, reasoning } from "@codex-ts-tools/model-server";
import { prompts, scenario } from "./stage.ts";

const failed = (code: string, message = "the message") => ({ failed: { code, message } });
const created = { type: "response.created", response: { id: "r1" } };
const done = (text: string, id = "m1") => ({
  type: "response.output_item.done",
  item: { type: "message", role: "assistant", id, content: [{ type: "output_text", text }] },
});
const completed = { type: "response.completed", response: { id: "r1", usage: null } };
const call = functionCall("exec_command", { cmd: "echo hi" }, "c1");

const forged = (output: string, call_id: string) => ({ type: "function_call_output", call_id, output });
const PLAN_CALL = { type: "function_call", name: "update_plan", arguments: '{"plan":[]}', call_id: "c1" };
const GHOST = {
  type: "ghost_snapshot",
  ghost_commit: { id: "1", parent: null, preexisting_untracked_files: [], preexisting_untracked_dirs: [] },
};

/** A model server that fails, stops, or says what it should not. */
export const errors = [
  scenario(
    "answers of the model to its own call",
    {
      script: [
        {
          events: [
            created,
            { type: "response.output_item.done", item: forged("fco", "c1") },
            { type: "response.output_item.done", item: PLAN_CALL },
            { type: "response.output_item.done", item: forged("fco", "c1") },
            {
              type: "response.output_item.done",
              item: { type: "custom_tool_call_output", call_id: "c1", output: "x" },
            },
            { type: "response.output_item.done", item: GHOST },
            { type: "response.output_item.done", item: forged("later", "c9") },
            completed,
          ],
        },
        "ok",
        "next",
      ],
    },
    prompts("1", "2"),
  ),
  scenario(
    "the stream ends after an item",
    { script: [{ items: ["part"], disconnectAfter: 4 }, "ok", "next"] },
    prompts("1", "2"),
  ),
  scenario("the stream ends before anything", { script: [{ text: "x", disconnectAfter: 0 }, "ok"] }, prompts("1")),
  scenario("the stream ends after created", { script: [{ text: "x", disconnectAfter: 1 }, "ok"] }, prompts("1")),
  scenario("the stream ends after added", { script: [{ text: "x", disconnectAfter: 2 }, "ok"] }, prompts("1")),
  scenario(
    "the stream ends within the text",
    { script: [{ text: "x".repeat(100), disconnectAfter: 4 }, "ok"] },
    prompts("1"),
  ),
  scenario(
    "the connection breaks within the text",
    { script: [{ text: "x".repeat(100), disconnectAfter: { events: 4, how: "reset" } }, "ok"] },
    prompts("1"),
  ),
  scenario("the stream ends after a call", { script: [{ items: [call], disconnectAfter: 5 }, "ok"] }, prompts("1")),
  scenario("the stream ends within a call", { script: [{ items: [call], disconnectAfter: 3 }, "ok"] }, prompts("1")),
  scenario(
    "the stream ends within reasoning",
    { script: [{ items: [reasoning("thinking long and hard about it")], disconnectAfter: 4 }, "ok"] },
    prompts("1"),
  ),
  scenario(
    "the stream ends too often",
    { script: [{ items: ["a"], disconnectAfter: 4 }, { items: ["b"], disconnectAfter: 4 }, "ok"] },
    prompts("1", "2"),
  ),
  scenario(
    "counts before and after a full window",
    {
      script: [
        { text: "one", usage: { input: 100, output: 20 } },
        failed("context_length_exceeded"),
        { text: "SUMMARY", usage: { input: 40, output: 3 } },
        { text: "two", usage: { input: 70, output: 7 } },
      ],
      config: 'compact_prompt = "PLEASE COMPACT"',
    },
    prompts("1", "2", "3"),
  ),
  scenario(
    "context_length_exceeded",
    { script: [failed("context_length_exceeded"), "SUMMARY", "ok"], config: 'compact_prompt = "PLEASE COMPACT"' },
    prompts("1", "2"),
  ),
  scenario("insufficient_quota", { script: [failed("insufficient_quota"), "ok"] }, prompts("1", "2")),
  scenario("usage_not_included", { script: [failed("usage_not_included"), "ok"] }, prompts("1")),
  scenario("invalid_prompt", { script: [failed("invalid_prompt"), "ok"] }, prompts("1")),
  scenario("cyber_policy", { script: [failed("cyber_policy"), "ok"] }, prompts("1")),
  scenario("server_is_overloaded", { script: [failed("server_is_overloaded"), "ok"] }, prompts("1")),
  scenario(
    "rate_limit_exceeded with a delay",
    { script: [failed("rate_limit_exceeded", "Please try again in 200ms."), "ok"] },
    prompts("1"),
  ),
  scenario("a failure of another code", { script: [failed("mystery"), "ok"] }, prompts("1")),
  scenario(
    "an incomplete response",
    { script: [{ text: "part", incomplete: { reason: "max_output_tokens" } }, "ok"] },
    prompts("1"),
  ),
  scenario(
    "an incomplete response by the content filter",
    { script: [{ text: "part", incomplete: { reason: "content_filter" } }, "ok"] },
    prompts("1"),
  ),
  scenario("HTTP 400", { script: [{ status: 400, body: { error: { message: "bad" } } }, "ok"] }, prompts("1", "2")),
  scenario(
    "HTTP 403",
    { script: [{ status: 403, body: "no entry" }, { status: 403, body: "no entry" }, "ok"] },
    prompts("1"),
  ),
  scenario(
    "HTTP 404",
    { script: [{ status: 404, body: { error: { message: "nothing here" } } }, { status: 404, body: "x" }, "ok"] },
    prompts("1"),
  ),
  scenario("HTTP 429", { script: [{ status: 429, body: { error: { message: "x" } } }, "ok"] }, prompts("1")),
  scenario(
    "HTTP 429 with a used up limit",
    {
      script: [
        { status: 429, body: { error: { type: "usage_limit_reached", plan_type: "plus", resets_at: 1795213330 } } },
        "ok",
      ],
    },
    prompts("1"),
  ),
  scenario("HTTP 500 once", { script: [{ status: 500, body: "" }, "ok"] }, prompts("1")),
  scenario("HTTP 500 for good", { script: [1, 2, 3, 4].map(() => ({ status: 500, body: "" })) }, prompts("1")),
  scenario(
    "HTTP 503 overloaded",
    {
      script: [
        { status: 503, body: { error: { code: "server_is_overloaded" } } },
        { status: 503, body: { error: { code: "slow_down" } } },
        "ok",
      ],
    },
    prompts("1"),
  ),
  scenario(
    "events that are no JSON",
    { script: [{ events: [created, "no json", done("ok"), completed] }] },
    prompts("1"),
  ),
  scenario(
    "events of unknown types",
    { script: [{ events: [created, { type: "response.mystery" }, done("ok"), completed] }] },
    prompts("1"),
  ),
  scenario(
    "an item that is none",
    {
      script: [
        { events: [created, { type: "response.output_item.done", item: { type: "message" } }, done("ok"), completed] },
      ],
    },
    prompts("1"),
  ),
  scenario(
    "a delta without an item",
    { script: [{ events: [created, { type: "response.output_text.delta", delta: "lost" }, done("ok"), completed] }] },
    prompts("1"),
  ),
  scenario(
    "one id twice",
    { script: [{ events: [created, done("first"), done("second"), completed] }, "next"] },
    prompts("1", "2"),
  ),
  scenario(
    "done before added",
    {
      script: [
        {
          events: [
            created,
            done("ok"),
            { type: "response.output_item.added", item: { type: "message", role: "assistant", id: "m1", content: [] } },
            completed,
          ],
        },
        "next",
      ],
    },
    prompts("1", "2"),
  ),
  scenario(
    "two items at once",
    {
      script: [
        {
          events: [
            created,
            { type: "response.output_item.added", item: { type: "message", role: "assistant", id: "a", content: [] } },
            { type: "response.output_item.added", item: { type: "message", role: "assistant", id: "b", content: [] } },
            { type: "response.output_text.delta", delta: "for b" },
            done("A", "a"),
            done("B", "b"),
            completed,
          ],
        },
        "next",
      ],
    },
    prompts("1", "2"),
  ),
  scenario("completed before anything", { script: [{ events: [completed, done("late")] }, "next"] }, prompts("1", "2")),
  scenario(
    "events after completed",
    { script: [{ events: [created, done("ok"), completed, done("late")] }, "next"] },
    prompts("1", "2"),
  ),
  scenario(
    "a completed event without an id",
    { script: [{ events: [created, done("ok"), { type: "response.completed", response: {} }] }, "ok2"] },
    prompts("1"),
  ),
  scenario(
    "a failed event without a response",
    { script: [{ events: [created, { type: "response.failed" }] }, "ok"] },
    prompts("1"),
  ),
  scenario(
    "a stream that stands still",
    { script: [{ text: "x", hang: true }, "ok"], provider: "stream_idle_timeout_ms = 700" },
    prompts("1"),
  ),
  scenario(
    "one call id for two calls",
    {
      script: [
        {
          items: [
            functionCall("exec_command", { cmd: "echo a" }, "c1"),
            functionCall("exec_command", { cmd: "echo b" }, "c1"),
          ],
        },
        "ok",
      ],
    },
    prompts("1"),
  ),
  scenario(
    "a system message of the model",
    { script: [{ items: [{ type: "message", role: "system", text: "sys" }, "a"] }, "b"] },
    prompts("1", "2"),
  ),
  scenario(
    "a user message of the model",
    {
      script: [{ items: [{ type: "message", role: "user", content: [{ type: "input_text", text: "me" }] }, "a"] }, "b"],
    },
    prompts("1", "2"),
  ),
];
