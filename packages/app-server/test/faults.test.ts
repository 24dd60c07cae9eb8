import { functionCall } from "@codex-ts-tools/model-server";
import { describe, expect, it } from "vitest";
import { type Json, World } from "./harness.ts";

describe("clients that misbehave", () => {
  it("by not reading hold up neither the turn nor the other clients, and miss nothing when they read again", async () => {
    const world = await World.create({ script: ["hello", { text: "word ".repeat(3_000), chunk: 2 }] });
    const [quick, slow] = [await world.client(), await world.client()];
    const threadId = await quick.thread();
    await quick.turn(threadId, "hi");
    await slow.call("thread/resume", { threadId });
    slow.output.pause();
    const { turn } = await quick.turn(threadId, "x");
    expect(turn.status).toBe("completed");
    expect(slow.methods()).not.toContain("turn/completed");
    slow.output.resume();
    const deltas = (messages: Json[]) =>
      messages.filter(({ method, params }) => method === "item/agentMessage/delta" && params.turnId === turn.id).length;
    await slow.seen("turn/completed");
    expect(deltas(slow.messages)).toBe(deltas(quick.messages));
    expect(deltas(slow.messages)).toBeGreaterThan(5_000);
  });

  it("by dribbling a request byte by byte hold up nobody", async () => {
    const world = await World.create();
    const dribbler = world.connect();
    const line = `${JSON.stringify({ id: 1, method: "initialize", params: { clientInfo: { name: "slow", version: "1" } } })}\n`;
    const client = await world.client();
    const answers: Json[] = [];
    for (const [index, character] of [...line].entries()) {
      dribbler.input.write(character);
      if (index % 20 === 0) answers.push(await client.call("mock/experimentalMethod", {}));
    }
    expect(answers.every(answer => answer["echoed"] === null)).toBe(true);
    await dribbler.seen(message => message["id"] === 1);
    expect(dribbler.messages[0]).toMatchObject({ id: 1, result: { platformFamily: "unix" } });
  });

  it("by sending an enormous line are answered all the same", async () => {
    const client = await (await World.create()).client();
    const value = "x".repeat(20_000_000);
    const answer = await client.request("mock/experimentalMethod", { value });
    expect(answer["result"].echoed).toHaveLength(value.length);
  });

  it("by sending what is no object, prototypes or deep nesting change nothing", async () => {
    const client = await (await World.create()).client();
    const strange = [
      '{"__proto__":{"a":1}}',
      '{"constructor":5}',
      `${'{"a":'.repeat(120)}1${"}".repeat(120)}`,
      '{"value":"\\ud800"}',
    ];
    for (const params of strange) {
      const answered = client.next(message => message["id"] === "s");
      client.raw(`{"id":"s","method":"mock/experimentalMethod","params":${params}}`);
      await answered;
    }
    expect(({} as Json)["a"]).toBeUndefined();
    expect(await client.call("mock/experimentalMethod", {})).toEqual({ echoed: null });
  });
});

describe("many", () => {
  it("requests in one go are all answered, in their order", async () => {
    const client = await (await World.create()).client();
    await client.call("mock/experimentalMethod", {});
    const from = client.messages.length;
    const MANY = 100_000;
    const lines = Array.from(
      { length: MANY },
      (_, n) => `{"id":"r${n}","method":"mock/experimentalMethod","params":{}}`,
    );
    const last = client.next(message => message["id"] === `r${MANY - 1}`);
    client.raw(lines.join("\n"));
    await last;
    const answers = client.messages.slice(from);
    expect(answers).toHaveLength(MANY);
    expect(answers.every((answer, n) => answer["id"] === `r${n}` && answer["result"] !== undefined)).toBe(true);
  });

  it("notifications wait for a client that does not read, and another hears them at once", async () => {
    const world = await World.create();
    const [deaf, other] = [await world.client(), await world.client()];
    deaf.output.pause();
    const isLast = (message: Json) => message["params"]?.message === "9999";
    const heard = other.next(isLast);
    for (let n = 0; n < 10_000; n++) world.server.broadcast("warning", { message: String(n) });
    await heard;
    expect(deaf.methods()).toEqual([]);
    deaf.output.resume();
    await deaf.seen(isLast);
    expect(deaf.messages.filter(message => message["method"] === "warning")).toHaveLength(10_000);
  });

  it("clients at once are served, and leave nothing behind", async () => {
    const world = await World.create();
    const clients = await Promise.all(Array.from({ length: 1_000 }, (_, n) => world.client({}, `c${n}`)));
    const answers = await Promise.all(clients.map(client => client.call("thread/loaded/list")));
    expect(answers).toHaveLength(1_000);
    for (const client of clients) client.close();
    await world.server.withoutClients();
  });

  it("turns at once run beside each other", async () => {
    const world = await World.create({ script: { respond: request => `answer to ${request.userTexts().at(-1)}` } });
    const client = await world.client();
    const ids = await Promise.all(Array.from({ length: 30 }, () => client.thread()));
    const turns = await Promise.all(ids.map((id, n) => client.turn(id, `question ${n}`)));
    expect(turns.every(end => end["turn"].status === "completed")).toBe(true);
    const texts = client.messages.flatMap(({ method, params }) =>
      method === "item/completed" && params.item.type === "agentMessage"
        ? [`${params.threadId} ${params.item.text}`]
        : [],
    );
    expect(texts.sort()).toEqual(ids.map((id, n) => `${id} answer to question ${n}`).sort());
  });

  it("threads are resumed after a restart, also one that was cut off in the middle of a command", async () => {
    const hanging = { items: [functionCall("exec_command", { cmd: "sleep 30", yield_time_ms: 30_000 }, "call_1")] };
    const first = await World.create({
      config: 'sandbox_mode = "danger-full-access"\napproval_policy = "never"',
      script: { rules: [{ when: { user: "hang" }, reply: hanging }], otherwise: "fine" },
    });
    const client = await first.client();
    const ids = await Promise.all(Array.from({ length: 100 }, () => client.thread()));
    await Promise.all(ids.map(id => client.turn(id, "x")));
    const running = client.next(
      message => message["method"] === "item/started" && message["params"].item.type === "commandExecution",
    );
    await client.call("turn/start", { threadId: ids[0]!, input: [{ type: "text", text: "hang" }] });
    await running;
    await first.server.close();

    const { createServer } = await import("../src/index.ts");
    const { createRuntime } = await import("@codex-ts/core");
    const { TestClient } = await import("./harness.ts");
    const options = { codexHome: first.home, version: "0.125.0", cwd: first.workspace, env: {} };
    const again = createServer(({ originator }) => createRuntime({ ...options, originator }), options);
    const later = new TestClient(again);
    await later.call("initialize", { clientInfo: { name: "t", version: "1" } });
    const resumed = await Promise.all(ids.map(threadId => later.call("thread/resume", { threadId })));
    expect(resumed.map(answer => answer["thread"].turns.length).sort()).toEqual([
      ...Array.from({ length: 99 }, () => 1),
      2,
    ]);
    const cut = resumed.find(answer => answer["thread"].turns.length === 2)!;
    expect(cut["thread"].turns[1].status).toBe("interrupted");
    expect((await later.turn(ids[0]!, "again")).turn.status).toBe("completed");
    await again.close();
  });
});
