import type { Json, Script } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { scenario } from "./stage.ts";

/** A provider that calls itself OpenAI has the server compact. */
const OPENAI = (drive: Drive): Json => ({
  modelProvider: "oai",
  config: {
    "model_providers.oai": {
      name: "OpenAI",
      base_url: drive.place.baseUrl,
      wire_api: "responses",
      request_max_retries: 1,
      stream_max_retries: 1,
    },
  },
});

const message = (role: string, text: string): Json => ({
  type: "message",
  role,
  content: [{ type: role === "assistant" ? "output_text" : "input_text", text }],
});

const OUTPUT = [
  message("user", "hello one"),
  message("assistant", "said"),
  message("developer", "not kept"),
  message("user", "<environment_context>\n  <cwd>/x</cwd>\n</environment_context>"),
  { type: "function_call", name: "f", arguments: "{}", call_id: "c" },
  { type: "function_call_output", call_id: "c", output: "o" },
  { type: "compaction", encrypted_content: "ENCRYPTED" },
];

const script = (replies: Script & readonly unknown[], answer: Json): Script =>
  ({ replies, routes: { "POST /responses/compact": answer } }) as Script;

async function compactByHand(drive: Drive, thread: string): Promise<void> {
  const from = drive.wire.messages.length;
  await drive.call("thread/compact/start", { threadId: thread });
  await drive.until("turn/completed", () => true, from);
}

/** Compaction by the server. */
export const remoteCompaction = [
  scenario(
    "the server compacts by hand",
    { script: script(["first", "after", "more"], { body: { output: OUTPUT } }) },
    async drive => {
      const thread = await drive.thread(OPENAI(drive));
      await drive.turn(thread, "hello one");
      await compactByHand(drive, thread);
      await drive.turn(thread, "after");
      await drive.turn(thread, "more");
    },
  ),
  scenario(
    "the server compacts in the middle of a turn",
    {
      script: script(
        [
          {
            items: [{ type: "function_call", name: "exec_command", arguments: { cmd: "echo hi" }, call_id: "c1" }],
            usage: { input: 5000, output: 0 },
          },
          { text: "done", usage: { input: 10, output: 1 } },
          "after",
        ],
        { body: { output: OUTPUT } },
      ),
      config: "model_auto_compact_token_limit = 1000",
    },
    async drive => {
      const thread = await drive.thread(OPENAI(drive));
      await drive.turn(thread, "hello");
      await drive.turn(thread, "2");
    },
  ),
  scenario(
    "the server compacts before a turn",
    {
      script: script([{ text: "a", usage: { input: 300_000, output: 0 } }, "after", "more"], {
        body: { output: OUTPUT },
      }),
    },
    async drive => {
      const thread = await drive.thread(OPENAI(drive));
      await drive.turn(thread, "one");
      await drive.turn(thread, "two");
      await drive.turn(thread, "three");
    },
  ),
  scenario(
    "the server compacts before, in and after a turn whose answer is to have a shape",
    {
      script: script(
        [
          { text: "a", usage: { input: 300_000, output: 0 } },
          {
            items: [{ type: "function_call", name: "exec_command", arguments: { cmd: "echo hi" }, call_id: "c1" }],
            usage: { input: 300_000, output: 0 },
          },
          { text: "done", usage: { input: 10, output: 1 } },
          "after",
        ],
        { body: { output: OUTPUT } },
      ),
    },
    async drive => {
      const thread = await drive.thread(OPENAI(drive));
      await drive.turn(thread, "one");
      const outputSchema = { type: "object", properties: {}, required: [], additionalProperties: false };
      await drive.turn(thread, "two", { outputSchema });
      await compactByHand(drive, thread);
      await drive.turn(thread, "three");
    },
  ),
  scenario(
    "the server refuses to compact",
    { script: script(["first", "after"], { status: 400, body: { error: { message: "no" } } }) },
    async drive => {
      const thread = await drive.thread(OPENAI(drive));
      await drive.turn(thread, "hello one");
      await compactByHand(drive, thread);
      await drive.turn(thread, "after");
    },
  ),
  scenario(
    "the server cannot compact for a while",
    {
      script: script(["first", "after"], [{ status: 500, body: "x" }, { body: { output: OUTPUT } }] as unknown as Json),
    },
    async drive => {
      const thread = await drive.thread(OPENAI(drive));
      await drive.turn(thread, "hello one");
      await compactByHand(drive, thread);
      await drive.turn(thread, "after");
    },
  ),
  scenario(
    "the server compacts to what cannot be read",
    { script: script(["first", "after"], { body: "nonsense" }) },
    async drive => {
      const thread = await drive.thread(OPENAI(drive));
      await drive.turn(thread, "hello one");
      await compactByHand(drive, thread);
      await drive.turn(thread, "after");
    },
  ),
  scenario(
    "an empty thread and a server that compacts",
    { script: script(["after"], { body: { output: [] } }) },
    async drive => {
      const thread = await drive.thread(OPENAI(drive));
      await compactByHand(drive, thread);
      await drive.turn(thread, "after");
    },
  ),
];
