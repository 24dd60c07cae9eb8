import { functionCall } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { prompts, scenario } from "./stage.ts";

const sleep = (cmd: string, id = "c1") => functionCall("exec_command", { cmd, yield_time_ms: 20_000 }, id);

async function steered(drive: Drive): Promise<void> {
  const thread = await drive.thread();
  const turn = await drive.begin(thread, "1");
  await drive.item("started", "commandExecution");
  await drive.note("steer", "turn/steer", {
    threadId: thread,
    expectedTurnId: turn,
    input: [{ type: "text", text: "more" }],
  });
  await drive.until("turn/completed");
}

/** Interrupting, steering, queueing. */
export const control = [
  scenario("steering during a command", { script: [{ items: [sleep("sleep 1; echo done")] }, "ok"] }, steered),
  scenario(
    "a second prompt during a command",
    { script: [{ items: [sleep("sleep 1; echo done")] }, "ok"] },
    async drive => {
      const thread = await drive.thread();
      await drive.begin(thread, "1");
      await drive.item("started", "commandExecution");
      await drive.begin(thread, "queued");
      await drive.until("turn/completed");
    },
  ),
  scenario(
    "steering while the model answers",
    { script: [{ text: "slow answer", eventDelayMs: 150 }, "ok"] },
    async drive => {
      const thread = await drive.thread();
      const turn = await drive.begin(thread, "1");
      await drive.item("started", "agentMessage");
      await drive.call("turn/steer", {
        threadId: thread,
        expectedTurnId: turn,
        input: [{ type: "text", text: "more" }],
      });
      await drive.until("turn/completed");
    },
  ),
  scenario("steering that is refused", { script: ["ok"] }, async drive => {
    const thread = await drive.thread();
    const input = [{ type: "text", text: "x" }];
    await drive.note("idle", "turn/steer", { threadId: thread, expectedTurnId: "nope", input });
    await drive.note("blank id", "turn/steer", { threadId: thread, expectedTurnId: "", input });
    await drive.turn(thread, "1");
    await drive.note("idle again", "turn/steer", { threadId: thread, expectedTurnId: "nope", input });
  }),
  scenario("steering the wrong turn", { script: [{ items: [sleep("sleep 1")] }, "ok"] }, async drive => {
    const thread = await drive.thread();
    const turn = await drive.begin(thread, "1");
    await drive.item("started", "commandExecution");
    await drive.note("wrong", "turn/steer", {
      threadId: thread,
      expectedTurnId: "nope",
      input: [{ type: "text", text: "x" }],
    });
    await drive.note("empty", "turn/steer", { threadId: thread, expectedTurnId: turn, input: [] });
    await drive.until("turn/completed");
  }),
  scenario("interrupting a command", { script: [{ items: [sleep("sleep 30")] }, "after"] }, async drive => {
    const thread = await drive.thread();
    const turn = await drive.begin(thread, "1");
    await drive.item("started", "commandExecution");
    await drive.call("turn/interrupt", { threadId: thread, turnId: turn });
    await drive.until("turn/completed");
    await drive.call("thread/backgroundTerminals/clean", { threadId: thread });
    await drive.turn(thread, "2");
  }),
  scenario(
    "interrupting a shell command",
    {
      script: [{ items: [functionCall("shell_command", { command: "sleep 30", timeout_ms: 60_000 }, "c1")] }, "after"],
    },
    async drive => {
      const thread = await drive.thread();
      const turn = await drive.begin(thread, "1");
      await drive.item("started", "commandExecution");
      await drive.call("turn/interrupt", { threadId: thread, turnId: turn });
      await drive.until("turn/completed");
      await drive.turn(thread, "2");
    },
  ),
  scenario(
    "interrupting the model's answer",
    { script: [{ text: "a long answer", hang: true }, "after"] },
    async drive => {
      const thread = await drive.thread();
      const turn = await drive.begin(thread, "1");
      await drive.until("item/agentMessage/delta");
      await drive.call("turn/interrupt", { threadId: thread, turnId: turn });
      await drive.until("turn/completed");
      await drive.turn(thread, "2");
    },
  ),
  scenario(
    "interrupting after one message of two",
    {
      script: [
        {
          events: [
            { type: "response.created", response: { id: "r" } },
            {
              type: "response.output_item.done",
              item: { type: "message", role: "assistant", id: "m", content: [{ type: "output_text", text: "first" }] },
            },
          ],
          hang: true,
        },
        "after",
      ],
    },
    async drive => {
      const thread = await drive.thread();
      const turn = await drive.begin(thread, "1");
      await drive.item("completed", "agentMessage");
      await drive.call("turn/interrupt", { threadId: thread, turnId: turn });
      await drive.until("turn/completed");
      await drive.turn(thread, "2");
    },
  ),
  scenario(
    "interrupting before the model answers",
    { script: [{ text: "x", delayMs: 30_000 }, "after"] },
    async drive => {
      const thread = await drive.thread();
      const turn = await drive.begin(thread, "1");
      await drive.item("completed", "userMessage");
      await drive.server.waitForRequest(0);
      await drive.call("turn/interrupt", { threadId: thread, turnId: turn });
      await drive.until("turn/completed");
      await drive.turn(thread, "2");
    },
  ),
  scenario("interrupting with input queued", { script: [{ items: [sleep("sleep 30")] }, "after"] }, async drive => {
    const thread = await drive.thread();
    const turn = await drive.begin(thread, "1");
    await drive.item("started", "commandExecution");
    await drive.call("turn/steer", { threadId: thread, expectedTurnId: turn, input: [{ type: "text", text: "lost" }] });
    await drive.call("turn/interrupt", { threadId: thread, turnId: turn });
    await drive.until("turn/completed");
    await drive.call("thread/backgroundTerminals/clean", { threadId: thread });
    await drive.turn(thread, "2");
  }),
  scenario(
    "a question answered with cancel",
    {
      script: [{ items: [functionCall("exec_command", { cmd: "touch x" }, "c1")] }, "after"],
      config: 'sandbox_mode = "read-only"\napproval_policy = "untrusted"',
    },
    async drive => {
      drive.answer = () => ({ result: { decision: "cancel" } });
      const thread = await drive.thread();
      await drive.turn(thread, "1");
      await drive.turn(thread, "2");
    },
  ),
  scenario("a command of the person on an idle thread", { script: ["after"] }, async drive => {
    const thread = await drive.thread();
    await drive.call("thread/shellCommand", { threadId: thread, command: "echo mine; exit 3" });
    await drive.until("turn/completed");
    await drive.turn(thread, "2");
  }),
  scenario(
    "a command of the person during a turn",
    { script: [{ items: [sleep("sleep 1.5; echo model")] }, "ok", "after"] },
    async drive => {
      const thread = await drive.thread();
      await drive.begin(thread, "1");
      await drive.item("started", "commandExecution");
      await drive.call("thread/shellCommand", { threadId: thread, command: "echo mine" });
      await drive.until("turn/completed");
      await drive.turn(thread, "2");
    },
  ),
  scenario("a long output of a person's command", { script: ["after"] }, async drive => {
    const thread = await drive.thread();
    await drive.call("thread/shellCommand", { threadId: thread, command: "seq 1 20000" });
    await drive.until("turn/completed");
    await drive.turn(thread, "2");
  }),
  scenario(
    "three turns, one command each",
    {
      script: [1, 2, 3].flatMap(n => [
        { items: [functionCall("exec_command", { cmd: `echo ${n}` }, `c${n}`)] },
        `done ${n}`,
      ]),
    },
    prompts("1", "2", "3"),
  ),
];
