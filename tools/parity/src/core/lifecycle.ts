import { functionCall } from "@codex-ts-tools/model-server";
import { scenario } from "./stage.ts";

const say = (...texts: string[]) => ({ script: texts });

/** Rollback, resume, fork, compaction. */
export const lifecycle = [
  scenario("rolling one turn of two back", say("a1", "a2", "a3"), async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    await drive.turn(thread, "two");
    await drive.note("rollback", "thread/rollback", { threadId: thread, numTurns: 1 });
    await drive.turn(thread, "three");
  }),
  scenario("rolling every turn back", say("a1", "a2"), async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    await drive.note("rollback", "thread/rollback", { threadId: thread, numTurns: 5 });
    await drive.turn(thread, "x");
  }),
  scenario(
    "rolling back a turn with a change of settings",
    { ...say("a1", "a2", "a3"), files: { "work/sub/x": "" } },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "one");
      await drive.turn(thread, "two", { cwd: `${drive.place.work}/sub`, model: "gpt-5.4" });
      await drive.note("rollback", "thread/rollback", { threadId: thread, numTurns: 1 });
      await drive.turn(thread, "three");
    },
  ),
  scenario("rolling back what cannot be", say("a1"), async drive => {
    const thread = await drive.thread();
    await drive.note("none", "thread/rollback", { threadId: thread, numTurns: 0 });
    await drive.turn(thread, "one");
    const ephemeral = await drive.thread({ ephemeral: true });
    await drive.note("ephemeral", "thread/rollback", { threadId: ephemeral, numTurns: 1 });
  }),
  scenario("resuming after a restart", say("a1", "a2"), async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    await drive.restart();
    await drive.note("resume", "thread/resume", { threadId: thread });
    await drive.turn(thread, "two");
  }),
  scenario(
    "resuming after a crash within a command",
    { script: [{ items: [functionCall("exec_command", { cmd: "sleep 30", yield_time_ms: 20_000 }, "c1")] }, "a2"] },
    async drive => {
      const thread = await drive.thread();
      await drive.begin(thread, "one");
      await drive.item("started", "commandExecution");
      await drive.restart("kill");
      await drive.call("thread/resume", { threadId: thread });
      await drive.turn(thread, "two");
    },
  ),
  scenario("resuming with another model", say("a1", "a2"), async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    await drive.restart();
    await drive.note("resume", "thread/resume", { threadId: thread, model: "gpt-5.4" });
    await drive.turn(thread, "two");
  }),
  scenario("resuming after a rollback", say("a1", "a2", "a3"), async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    await drive.turn(thread, "two");
    await drive.call("thread/rollback", { threadId: thread, numTurns: 1 });
    await drive.restart();
    await drive.note("resume", "thread/resume", { threadId: thread });
    await drive.turn(thread, "three");
  }),
  scenario(
    "resuming after a change of settings within the thread",
    { ...say("a1", "a2", "a3"), files: { "work/sub/x": "" } },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "one", { cwd: `${drive.place.work}/sub`, model: "gpt-5.4", effort: "low" });
      await drive.restart();
      await drive.note("resume", "thread/resume", { threadId: thread });
      await drive.turn(thread, "two");
    },
  ),
  scenario("resuming an interrupted turn", { script: [{ text: "x", hang: true }, "a2"] }, async drive => {
    const thread = await drive.thread();
    const turn = await drive.begin(thread, "one");
    await drive.until("item/agentMessage/delta");
    await drive.call("turn/interrupt", { threadId: thread, turnId: turn });
    await drive.until("turn/completed");
    await drive.restart();
    await drive.note("resume", "thread/resume", { threadId: thread });
    await drive.turn(thread, "two");
  }),
  scenario("forking a thread", say("a1", "a2", "a3", "a4"), async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    await drive.turn(thread, "two");
    const fork = await drive.note("fork", "thread/fork", { threadId: thread });
    const id = String((fork.result?.["thread"] as { id?: string } | undefined)?.id);
    await drive.turn(id, "three");
    await drive.turn(thread, "still here");
  }),
  scenario("forking with another model", say("a1", "a2"), async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    const fork = await drive.note("fork", "thread/fork", { threadId: thread, model: "gpt-5.4" });
    const id = String((fork.result?.["thread"] as { id?: string } | undefined)?.id);
    await drive.turn(id, "two");
  }),
  scenario("forking without a record", say("a1", "a2"), async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    const fork = await drive.note("fork", "thread/fork", { threadId: thread, ephemeral: true });
    const id = String((fork.result?.["thread"] as { id?: string } | undefined)?.id);
    await drive.turn(id, "two");
    await drive.note("rollback", "thread/rollback", { threadId: id, numTurns: 1 });
  }),
  scenario("forking in the middle of a turn", { script: [{ text: "x", hang: true }, "forked"] }, async drive => {
    const thread = await drive.thread();
    const turn = await drive.begin(thread, "one");
    await drive.until("item/agentMessage/delta");
    const fork = await drive.note("fork", "thread/fork", { threadId: thread });
    const id = String((fork.result?.["thread"] as { id?: string } | undefined)?.id);
    const from = drive.wire.messages.length;
    await drive.begin(id, "two");
    await drive.until("turn/completed", params => params["threadId"] === id, from);
    await drive.call("turn/interrupt", { threadId: thread, turnId: turn });
  }),
  scenario("a name, and a fork of the named thread", say("a1"), async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "one");
    await drive.note("name", "thread/name/set", { threadId: thread, name: "  My name " });
    await drive.note("fork", "thread/fork", { threadId: thread });
  }),
  scenario(
    "compacting by hand",
    { ...say("first", "SUMMARY", "after"), config: 'compact_prompt = "PLEASE COMPACT"' },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "hello one");
      const from = drive.wire.messages.length;
      await drive.call("thread/compact/start", { threadId: thread });
      await drive.until("turn/completed", () => true, from);
      await drive.turn(thread, "after");
    },
  ),
  scenario(
    "compacting twice",
    { ...say("first", "SUMMARY 1", "second", "SUMMARY 2", "after"), config: 'compact_prompt = "PLEASE COMPACT"' },
    async drive => {
      const thread = await drive.thread();
      for (const prompt of ["one", "two"]) {
        await drive.turn(thread, prompt);
        const from = drive.wire.messages.length;
        await drive.call("thread/compact/start", { threadId: thread });
        await drive.until("turn/completed", () => true, from);
      }
      await drive.turn(thread, "after");
    },
  ),
  scenario(
    "compacting an empty thread",
    { ...say("SUMMARY", "after"), config: 'compact_prompt = "PLEASE COMPACT"' },
    async drive => {
      const thread = await drive.thread();
      await drive.call("thread/compact/start", { threadId: thread });
      await drive.until("turn/completed");
      await drive.turn(thread, "after");
    },
  ),
  scenario(
    "compacting in the middle of a turn",
    {
      script: [
        { items: [functionCall("exec_command", { cmd: "echo hi" }, "c1")], usage: { input: 5000, output: 0 } },
        "SUMMARY",
        { text: "done", usage: { input: 10, output: 1 } },
        "after",
      ],
      config: 'compact_prompt = "PLEASE COMPACT"\nmodel_auto_compact_token_limit = 1000',
    },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "hello");
      await drive.turn(thread, "2");
    },
  ),
  scenario(
    "compacting before a turn",
    {
      script: [{ text: "a", usage: { input: 300_000, output: 0 } }, "SUMMARY", "after", "more"],
      config: 'compact_prompt = "PLEASE COMPACT"',
    },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "one");
      await drive.turn(thread, "two");
      await drive.turn(thread, "three");
    },
  ),
  scenario(
    "compacting what is too long to compact",
    {
      script: [
        "a1",
        "a2",
        { failed: { code: "context_length_exceeded" } },
        { failed: { code: "context_length_exceeded" } },
        "SUMMARY",
        "after",
      ],
      config: 'compact_prompt = "PLEASE COMPACT"',
    },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "one");
      await drive.turn(thread, "two");
      const from = drive.wire.messages.length;
      await drive.call("thread/compact/start", { threadId: thread });
      await drive.until("turn/completed", () => true, from);
      await drive.turn(thread, "three");
    },
  ),
  scenario(
    "a compaction that fails once",
    {
      script: ["a1", { failed: { code: "invalid_prompt", message: "no" } }, "SUMMARY", "after"],
      config: 'compact_prompt = "PLEASE COMPACT"',
    },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "one");
      const from = drive.wire.messages.length;
      await drive.call("thread/compact/start", { threadId: thread });
      await drive.until("turn/completed", () => true, from);
      await drive.turn(thread, "two");
    },
  ),
  scenario(
    "an interrupted compaction",
    { script: ["a1", { text: "SUMMARY", hang: true }, "after"], config: 'compact_prompt = "PLEASE COMPACT"' },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "one");
      const from = drive.wire.messages.length;
      await drive.call("thread/compact/start", { threadId: thread });
      const started = await drive.item("started", "contextCompaction", from);
      await drive.server.waitForRequest(1);
      // What the answer says until it hangs has been read by then.
      await drive.pause(1500);
      await drive.call("turn/interrupt", { threadId: thread, turnId: String(started.params?.["turnId"]) });
      await drive.until("turn/completed", () => true, from);
      await drive.turn(thread, "two");
    },
  ),
  scenario(
    "compacting for a smaller model",
    {
      script: [{ text: "a", usage: { input: 250_000, output: 0 } }, "SUMMARY", "after"],
      config: 'compact_prompt = "PLEASE COMPACT"',
      model: "gpt-5.4",
    },
    async drive => {
      const thread = await drive.thread({ config: { model_context_window: 400_000 } });
      await drive.turn(thread, "one");
      await drive.turn(thread, "two", { model: "gpt-5.2" });
    },
  ),
  scenario(
    "resuming after a compaction",
    { ...say("first", "SUMMARY", "after", "again"), config: 'compact_prompt = "PLEASE COMPACT"' },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "hello one");
      const from = drive.wire.messages.length;
      await drive.call("thread/compact/start", { threadId: thread });
      await drive.until("turn/completed", () => true, from);
      await drive.restart();
      await drive.note("resume", "thread/resume", { threadId: thread });
      await drive.turn(thread, "after");
      await drive.turn(thread, "again");
    },
  ),
];
