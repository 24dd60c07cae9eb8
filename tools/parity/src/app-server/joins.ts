import { customToolCall, functionCall, reasoning, type Reply } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { scenario } from "./stage.ts";

const WEATHER = {
  name: "weather",
  description: "W",
  inputSchema: { type: "object", properties: { city: { type: "string" } } },
};

const held: Reply = { items: [functionCall("weather", { city: "held" }, "held")] };
const run = (command: string, id: string): Reply => ({ items: [functionCall("shell_command", { command }, id)] });
const patch = "*** Begin Patch\n*** Add File: hello.txt\n+hi\n*** End Patch\n";

/** What came before the call that keeps the turn open. */
const before: readonly (readonly [name: string, replies: readonly Reply[], config?: string])[] = [
  ["nothing else", []],
  ["a command that ended", [run("echo hi", "c1")]],
  ["a command that failed", [run("echo hi; exit 3", "c1")]],
  ["a patch", [{ items: [customToolCall("apply_patch", patch, "p1")] }]],
  [
    "words and thoughts",
    [
      {
        items: [
          reasoning("thinking"),
          { type: "message", text: "first I look", phase: "commentary" },
          functionCall("shell_command", { command: "echo looked" }, "c1"),
        ],
      },
    ],
  ],
  ["a plan", [{ items: [functionCall("update_plan", { plan: [{ step: "a", status: "pending" }] }, "u1")] }]],
  ["a search of the web", [{ items: [{ type: "web_search_call", query: "x" }, functionCall("nope", {}, "n1")] }]],
  ["an image", [{ items: [functionCall("view_image", { path: "none.png" }, "i1")] }]],
];

async function looks(drive: Drive, threadId: string): Promise<void> {
  await drive.pause(300);
  await drive.note("joined", "thread/resume", { threadId });
  await drive.note("read", "thread/read", { threadId, includeTurns: true });
  await drive.note("turns", "thread/turns/list", { threadId });
  await drive.note("fork in memory", "thread/fork", { threadId, ephemeral: true });
  await drive.note("fork", "thread/fork", { threadId });
}

async function over(drive: Drive, threadId: string, turnId: string): Promise<void> {
  await drive.note("interrupt", "turn/interrupt", { threadId, turnId });
  await drive.until("turn/completed", params => JSON.stringify(params).includes(turnId));
}

/** What a client sees of a turn that it joins in the middle. */
export const joins = [
  ...before.map(([name, replies]) =>
    scenario(
      `joining a turn that waits for its client, after ${name}`,
      { script: ["before", ...replies, held, "done"], git: true },
      async drive => {
        const threadId = await drive.thread({ dynamicTools: [WEATHER] });
        await drive.turn(threadId, "before");
        const turnId = await drive.begin(threadId, "go");
        await drive.until("item/tool/call");
        await looks(drive, threadId);
        await over(drive, threadId, turnId);
        await drive.note("after", "thread/read", { threadId, includeTurns: true });
      },
    ),
  ),
  scenario(
    "joining a turn that waits for an approval",
    {
      script: ["before", run("touch x", "c1"), "done"],
      config: 'approval_policy = "untrusted"\nsandbox_mode = "read-only"',
    },
    async drive => {
      const threadId = await drive.thread();
      await drive.turn(threadId, "before");
      const turnId = await drive.begin(threadId, "go");
      await drive.until("item/commandExecution/requestApproval");
      await looks(drive, threadId);
      await over(drive, threadId, turnId);
    },
  ),
  scenario("joining a turn that runs a command", { script: ["before", run("sleep 20", "c1"), "done"] }, async drive => {
    const threadId = await drive.thread();
    await drive.turn(threadId, "before");
    const turnId = await drive.begin(threadId, "go");
    await drive.item("started", "commandExecution");
    await looks(drive, threadId);
    await over(drive, threadId, turnId);
  }),
  scenario(
    "joining a turn in the middle of an answer",
    { script: ["before", { text: "a long answer that does not end", hang: true }] },
    async drive => {
      const threadId = await drive.thread();
      await drive.turn(threadId, "before");
      const turnId = await drive.begin(threadId, "go");
      await drive.item("started", "agentMessage");
      await looks(drive, threadId);
      await over(drive, threadId, turnId);
    },
  ),
];
