import { createRuntime } from "@codex-ts/core";
import { describe, expect, it } from "vitest";
import { createServer } from "../src/index.ts";
import { TestClient, World, type Json } from "./harness.ts";

const text = (words: string) => [{ type: "text", text: words, text_elements: [] }];

/** A second program on the same home: nothing is shared with the first but the disk. */
async function secondProgram(world: World): Promise<{ client: TestClient; close: () => Promise<void> }> {
  const env = { PATH: process.env["PATH"] ?? "", HOME: world.home };
  const server = createServer(
    identity => createRuntime({ codexHome: world.home, env, version: "0.125.0", ...identity }),
    { codexHome: world.home, version: "0.125.0", cwd: world.workspace, env },
  );
  const client = new TestClient(server);
  await client.call("initialize", { clientInfo: { name: "second", title: null, version: "1" } });
  return { client, close: () => server.close() };
}

const promptsOf = (thread: Json): string[] =>
  thread["turns"].flatMap((entry: Json) =>
    entry["items"].flatMap((item: Json) => (item["type"] === "userMessage" ? [item["content"][0].text] : [])),
  );

describe("two programs that resume one thread", () => {
  it("both go on with it; its record holds every turn of both, and each turn whole", async () => {
    const world = await World.create({ script: { respond: request => `echo ${request.lastUserText()}` } });
    const first = await world.client();
    const { thread } = await first.call("thread/start", { cwd: world.workspace });
    await first.turn(thread.id, "begin");
    const second = await secondProgram(world);
    try {
      const resumed = await second.client.call("thread/resume", { threadId: thread.id });
      expect(promptsOf(resumed.thread)).toEqual(["begin"]);
      await Promise.all([
        (async () => {
          for (let n = 0; n < 4; n++) await first.turn(thread.id, `first ${n}`);
        })(),
        (async () => {
          for (let n = 0; n < 4; n++) await second.client.turn(thread.id, `second ${n}`);
        })(),
      ]);
      for (const client of [first, second.client]) {
        const { thread: read } = await client.call("thread/read", { threadId: thread.id, includeTurns: true });
        const prompts = promptsOf(read);
        for (const who of ["first", "second"]) {
          expect(prompts.filter(prompt => prompt.startsWith(who))).toEqual([0, 1, 2, 3].map(n => `${who} ${n}`));
        }
      }
      const { data } = await second.client.call("thread/list", {});
      expect(data.map((entry: Json) => entry["id"])).toEqual([thread.id]);
    } finally {
      await second.close();
    }
  });
});

describe("a client that goes away while it is asked for an approval", () => {
  const config = 'approval_policy = "untrusted"\nsandbox_mode = "danger-full-access"';
  const script = [
    { items: [{ type: "function_call", name: "exec_command", arguments: { cmd: "touch made" }, call_id: "c" }] },
    { text: "done" },
  ];

  it("leaves the question open: who resumes the thread is asked it, and the turn goes on with the answer", async () => {
    const world = await World.create({ script, config });
    const asker = await world.client();
    const { thread } = await asker.call("thread/start", { cwd: world.workspace });
    await asker.call("turn/start", { threadId: thread.id, input: text("go") });
    const asked = await asker.seen(message => message["method"] === "item/commandExecution/requestApproval");
    asker.close();

    const successor = await world.client();
    const resumed = await successor.call("thread/resume", { threadId: thread.id });
    expect(resumed.thread.status).toMatchObject({ type: "active" });
    const again = await successor.seen(message => message["method"] === "item/commandExecution/requestApproval");
    expect(again["params"]).toMatchObject({ itemId: asked["params"].itemId, turnId: asked["params"].turnId });
    successor.send({ id: again["id"], result: { decision: "decline" } });
    const end = await successor.seen(message => message["method"] === "turn/completed");
    expect(end["params"].turn.status).toBe("completed");
    const { thread: read } = await successor.call("thread/read", { threadId: thread.id, includeTurns: true });
    expect(read.turns).toHaveLength(1);
  });

  it("may be followed by one that interrupts: nothing was run, and the thread takes another turn", async () => {
    const world = await World.create({ script, config });
    const asker = await world.client();
    const { thread } = await asker.call("thread/start", { cwd: world.workspace });
    const { turn: started } = await asker.call("turn/start", { threadId: thread.id, input: text("go") });
    await asker.seen(message => message["method"] === "item/commandExecution/requestApproval");
    asker.close();

    const successor = await world.client();
    await successor.call("thread/resume", { threadId: thread.id });
    await successor.call("turn/interrupt", { threadId: thread.id, turnId: started.id });
    const end = await successor.seen(message => message["method"] === "turn/completed");
    expect(end["params"].turn.status).toBe("interrupted");
    await successor.turn(thread.id, "again");
    expect(JSON.stringify(world.model.requests[1]!.body)).toContain("again");
  });
});
