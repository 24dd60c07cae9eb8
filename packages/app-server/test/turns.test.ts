import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { functionCall, type Reply } from "@codex-ts-tools/model-server";
import { describe, expect, it } from "vitest";
import { allMatch, type Json, pause, type TestClient, World } from "./harness.ts";

const usage = { input: 10, cached: 2, output: 5, reasoning: 1, total: 15 };
const says = (id: string, text: string): Reply => ({ items: [{ type: "message", id, text }], usage, chunk: 3 });
const runs = (cmd: string, callId: string, more: Json = {}): Reply => ({
  items: [functionCall("exec_command", { cmd, ...more }, callId)],
  usage,
});

/** Methods and what tells them apart, without token counts and rate limits. */
function story(client: TestClient, from: number): string[] {
  return client.messages.slice(from).flatMap(({ method, params, id, result }) => {
    if (method === undefined) return [`answer ${JSON.stringify(Object.keys(result ?? {}))}`];
    if (method === "thread/tokenUsage/updated" || method === "account/rateLimits/updated" || method === "warning")
      return [];
    if (method === "thread/status/changed")
      return [`status ${params.status.type} ${params.status.activeFlags ?? ""}`.trim()];
    if (method.startsWith("item/") && params.item)
      return [`${method} ${params.item.type} ${params.item.status ?? ""}`.trim()];
    if (method === "turn/completed") return [`${method} ${params.turn.status}`];
    return [id === undefined ? method : `ask ${method}`];
  });
}

describe("a turn", () => {
  it("streams a plain message in the order that clients know", async () => {
    const world = await World.create({ script: [says("msg_1", "Hi there")] });
    const client = await world.client();
    const threadId = await client.thread();
    const from = client.messages.length;
    const done = client.next("turn/completed");
    const answer = await client.request("turn/start", { threadId, input: [{ type: "text", text: "hello" }] });
    const turnId = answer["result"].turn.id;
    const empty = { id: turnId, items: [], error: null, completedAt: null, durationMs: null };
    expect(answer["result"]).toEqual({ turn: { ...empty, status: "inProgress", startedAt: null } });
    const end = (await done)["params"];
    expect(story(client, from)).toEqual(
      [
        "thread/started",
        'answer ["turn"]',
        "status active",
        "turn/started",
        "item/started userMessage",
        "item/completed userMessage",
        "item/started agentMessage",
        "item/agentMessage/delta",
        "item/agentMessage/delta",
        "item/agentMessage/delta",
        "item/completed agentMessage",
        "status idle",
        "turn/completed completed",
      ].slice(client.methods(from)[0] === "thread/started" ? 0 : 1),
    );
    expect(end["turn"]).toMatchObject({ id: turnId, items: [], status: "completed", error: null });
    expect(end["turn"].durationMs).toBeGreaterThanOrEqual(0);
    const [started] = allMatch(client.messages, "item/started");
    expect(started!["item"]).toEqual({
      type: "userMessage",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      content: [{ type: "text", text: "hello", text_elements: [] }],
    });
    const completed = allMatch(client.messages, "item/completed")[1]!;
    const agent = { type: "agentMessage", id: "msg_1", text: "Hi there", phase: null, memoryCitation: null };
    expect(completed).toEqual({ item: agent, threadId, turnId });
    const total = { totalTokens: 15, inputTokens: 10, cachedInputTokens: 2, outputTokens: 5, reasoningOutputTokens: 1 };
    expect(allMatch(client.messages, "thread/tokenUsage/updated")).toEqual([
      { threadId, turnId, tokenUsage: { total, last: total, modelContextWindow: 258_400 } },
    ]);
  });

  it("fails with the status before the error and the error before the end", async () => {
    const world = await World.create({
      script: [{ status: 400, body: '{"error":{"message":"bad"}}' }, says("m", "fine")],
    });
    const client = await world.client();
    const threadId = await client.thread();
    await client.caughtUp();
    const from = client.messages.length;
    const { turn } = await client.turn(threadId, "x");
    expect(story(client, from).slice(-3)).toEqual(["status systemError", "error", "turn/completed failed"]);
    expect(turn.error).toEqual({
      message: '{"error":{"message":"bad"}}',
      codexErrorInfo: "other",
      additionalDetails: null,
    });
    expect(allMatch(client.messages, "error")[0]).toEqual({
      error: turn.error,
      willRetry: false,
      threadId,
      turnId: turn.id,
    });
    expect((await client.call("thread/read", { threadId }))["thread"].status).toEqual({ type: "systemError" });
    expect((await client.turn(threadId, "again")).turn.status).toBe("completed");
  });

  it("takes an empty input as an error of the thread, not of the request", async () => {
    const client = await (await World.create()).client();
    const threadId = await client.thread();
    const error = client.next("error");
    await client.call("turn/start", { threadId, input: [] });
    expect((await error)["params"].error).toMatchObject({
      message: "input must not be empty",
      codexErrorInfo: "badRequest",
    });
    expect(client.methods()).not.toContain("turn/started");
  });

  it("refuses too much text, and the wrong kind of input", async () => {
    const client = await (await World.create()).client();
    const threadId = await client.thread();
    const text = (length: number) => [{ type: "text", text: "ä".repeat(length) }];
    expect(await client.refused("turn/start", { threadId, input: [...text(1_048_576), ...text(1)] })).toEqual({
      code: -32602,
      message: "Input exceeds the maximum length of 1048576 characters.",
      data: { input_error_code: "input_too_large", max_chars: 1_048_576, actual_chars: 1_048_577 },
    });
    expect((await client.refused("turn/start", { threadId, input: [{ type: "video" }] }))["message"]).toBe(
      "Invalid request: unknown variant `video`, expected one of `text`, `image`, `localImage`, `skill`, `mention`",
    );
    const both = { permissionProfile: { type: "disabled" }, sandboxPolicy: { type: "dangerFullAccess" } };
    expect((await client.refused("turn/start", { threadId, input: [], ...both }))["message"]).toBe(
      "`permissionProfile` cannot be combined with `sandboxPolicy`",
    );
    const unknown = "01a1fbc0-92e9-74b1-8dc6-66fdd1792eed";
    expect(await client.refused("turn/start", { threadId: unknown, input: [] })).toEqual({
      code: -32600,
      message: `thread not found: ${unknown}`,
    });
  });
});

describe("steering and interrupting", () => {
  it("queues a second turn/start into the running turn", async () => {
    let release = () => {};
    const hold = new Promise<void>(resolve => (release = resolve));
    const world = await World.create({ script: [{ ...says("m1", "one"), hold }, says("m2", "two")] });
    const client = await world.client();
    const threadId = await client.thread();
    const started = client.next("turn/started");
    const done = client.next("turn/completed");
    const first = await client.call("turn/start", { threadId, input: [{ type: "text", text: "a" }] });
    await started;
    const second = await client.call("turn/start", { threadId, input: [{ type: "text", text: "b" }] });
    expect(second["turn"].id).not.toBe(first["turn"].id);
    // A thread does what it is told one after the other: once it has its name, the second input is in its turn.
    await client.call("thread/name/set", { threadId, name: "N" });
    await client.seen("thread/name/updated");
    expect(
      await client.call("turn/steer", {
        threadId,
        expectedTurnId: first["turn"].id,
        input: [{ type: "text", text: "c" }],
      }),
    ).toEqual({
      turnId: first["turn"].id,
    });
    expect(
      (await client.refused("turn/steer", { threadId, expectedTurnId: "nope", input: [{ type: "text", text: "c" }] }))[
        "message"
      ],
    ).toBe(`expected active turn id \`nope\` but found \`${first["turn"].id}\``);
    release();
    await done;
    expect(client.methods().filter(method => method === "turn/started")).toHaveLength(1);
    const texts = allMatch(client.messages, "item/completed").flatMap(({ item }) =>
      item.type === "userMessage" ? [item.content[0].text] : [],
    );
    expect(texts).toEqual(["a", "b", "c"]);
    expect(
      (await client.refused("turn/steer", { threadId, expectedTurnId: "x", input: [{ type: "text", text: "c" }] }))[
        "message"
      ],
    ).toBe("no active turn to steer");
    expect((await client.refused("turn/steer", { threadId, expectedTurnId: "", input: [] }))["message"]).toBe(
      "expectedTurnId must not be empty",
    );
  });

  it("answers an interrupt just before the end of the turn is told", async () => {
    const world = await World.create({ script: [{ hang: true, items: ["never"] }] });
    const client = await world.client();
    const threadId = await client.thread();
    const item = client.next(
      message => message["method"] === "item/started" && message["params"].item.type === "agentMessage",
    );
    const { turn } = await client.call("turn/start", { threadId, input: [{ type: "text", text: "a" }] });
    await item;
    expect((await client.refused("turn/interrupt", { threadId, turnId: "other" }))["message"]).toBe(
      `expected active turn id other but found ${turn.id}`,
    );
    const from = client.messages.length;
    const done = client.next("turn/completed");
    const [one, two] = await Promise.all([
      client.request("turn/interrupt", { threadId, turnId: turn.id }),
      client.request("turn/interrupt", { threadId, turnId: turn.id }),
    ]);
    await done;
    expect([one["result"], two["result"]]).toEqual([{}, {}]);
    expect(story(client, from)).toEqual(["answer []", "answer []", "status idle", "turn/completed interrupted"]);
    expect((await client.refused("turn/interrupt", { threadId, turnId: turn.id }))["message"]).toBe(
      "no active turn to interrupt",
    );
  });
});

describe("approvals", () => {
  const script = () => [runs("touch a.txt", "call_1"), says("m", "done")];
  const config = 'approval_policy = "untrusted"\nsandbox_mode = "danger-full-access"';

  async function asked(world: World) {
    const client = await world.client();
    const threadId = await client.thread();
    await client.caughtUp();
    const from = client.messages.length;
    const request = client.next("item/commandExecution/requestApproval");
    const done = client.next("turn/completed");
    const { turn } = await client.call("turn/start", { threadId, input: [{ type: "text", text: "go" }] });
    return { client, threadId, turnId: turn.id as string, request: await request, done, from };
  }

  it("are asked after the item has started, and the flag shows it", async () => {
    const world = await World.create({ script: script(), config });
    const { client, threadId, turnId, request, done, from } = await asked(world);
    expect(request["id"]).toBe(0);
    expect(request["params"]).toMatchObject({
      threadId,
      turnId,
      itemId: "call_1",
      cwd: world.workspace,
      commandActions: [{ type: "unknown", command: "touch a.txt" }],
      proposedExecpolicyAmendment: ["touch", "a.txt"],
      availableDecisions: [
        "accept",
        { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch", "a.txt"] } },
        "cancel",
      ],
    });
    expect(request["params"].command).toMatch(/sh -lc 'touch a\.txt'$/);
    for (const absent of ["approvalId", "reason", "additionalPermissions"])
      expect(request["params"]).not.toHaveProperty(absent);
    client.send({ id: 0, result: { decision: "accept" } });
    await done;
    const tail = story(client, from);
    const start = tail.indexOf("item/started commandExecution inProgress");
    expect(tail.slice(start, start + 6)).toEqual([
      "item/started commandExecution inProgress",
      "status active waitingOnApproval",
      "ask item/commandExecution/requestApproval",
      "serverRequest/resolved",
      "status active",
      "item/completed commandExecution completed",
    ]);
    expect(allMatch(client.messages, "serverRequest/resolved")).toEqual([{ threadId, requestId: 0 }]);
    expect(existsSync(path.join(world.workspace, "a.txt"))).toBe(true);
    const { item } = allMatch(client.messages, "item/completed").find(({ item }) => item.type === "commandExecution")!;
    expect(item).toMatchObject({ id: "call_1", aggregatedOutput: null, exitCode: 0 });
  });

  const classic = [
    { items: [functionCall("shell_command", { command: "touch a.txt" }, "call_1")], usage },
    says("m", "done"),
  ];
  const classicShell = { config: `${config}\n[features]\nunified_exec = false`, script: classic };
  const unified = { config, script: script() };

  it.each([
    ["decline", { result: { decision: "decline" } }, classicShell, ["declined", "declined"], "completed"],
    ["an error", { error: { code: -1, message: "no" } }, classicShell, ["failed", "declined"], "completed"],
    ["nonsense", { result: { decision: "maybe" } }, classicShell, ["declined", "declined"], "completed"],
    ["cancel", { result: { decision: "cancel" } }, classicShell, ["declined"], "interrupted"],
    ["decline (exec_command)", { result: { decision: "decline" } }, unified, ["declined"], "completed"],
    ["cancel (exec_command)", { result: { decision: "cancel" } }, unified, ["declined"], "interrupted"],
  ])("answered with %s end the item as the reference does", async (_, answer, options, statuses, turnStatus) => {
    const world = await World.create(options);
    const { client, done } = await asked(world);
    client.send({ id: 0, ...answer });
    expect((await done)["params"].turn.status).toBe(turnStatus);
    const items = allMatch(client.messages, "item/completed").filter(({ item }) => item.type === "commandExecution");
    expect(items.map(({ item }) => item.status)).toEqual(statuses);
    expect(items[0]!["item"]).toMatchObject({ exitCode: null, aggregatedOutput: null });
    expect(items[1]?.["item"] ?? { exitCode: -1 }).toMatchObject({ exitCode: -1 });
    expect(existsSync(path.join(world.workspace, "a.txt"))).toBe(false);
  });

  it("with an amendment write the rule, and the next command of that kind runs unasked", async () => {
    const world = await World.create({
      script: [...script(), runs("touch b.txt", "call_2"), says("m", "done")],
      config,
    });
    const { client, threadId, done } = await asked(world);
    client.send({
      id: 0,
      result: { decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch"] } } },
    });
    await done;
    expect(readFileSync(path.join(world.home, "rules/default.rules"), "utf8")).toContain(
      'prefix_rule(pattern=["touch"], decision="allow")',
    );
    await client.turn(threadId, "more");
    expect(client.methods().filter(method => method.endsWith("requestApproval"))).toHaveLength(1);
    expect(existsSync(path.join(world.workspace, "b.txt"))).toBe(true);
  });

  it("that nobody answers are withdrawn after the end of the interrupted turn", async () => {
    const world = await World.create({ script: script(), config });
    const { client, threadId, turnId, done } = await asked(world);
    const from = client.messages.length;
    await client.call("turn/interrupt", { threadId, turnId });
    await done;
    await client.seen("serverRequest/resolved", from);
    expect(story(client, from)).toEqual([
      "answer []",
      "status idle",
      "turn/completed interrupted",
      "serverRequest/resolved",
    ]);
    client.send({ id: 0, result: { decision: "accept" } });
    expect((await client.turn(threadId, "again")).turn.status).toBe("completed");
    expect(existsSync(path.join(world.workspace, "a.txt"))).toBe(false);
  });

  it("that a client never answers hold up no other thread and no other client", async () => {
    const world = await World.create({
      config,
      script: {
        rules: [
          { when: { user: "go" }, reply: runs("touch a.txt", "call_1") },
          { when: { user: "chat" }, reply: says("m", "hello") },
        ],
      },
    });
    const { client } = await asked(world);
    const other = await client.thread();
    expect((await client.turn(other, "chat")).turn.status).toBe("completed");
    const second = await world.client();
    expect((await second.turn(await second.thread(), "chat")).turn.status).toBe("completed");
  });

  it("stay open when their client goes, and are asked of one that resumes the thread", async () => {
    const world = await World.create({ script: script(), config });
    const { client, threadId } = await asked(world);
    client.close();
    await world.server.withoutClients();
    const late = await world.client();
    const request = late.next("item/commandExecution/requestApproval");
    const resumed = late.next(message => message["result"]?.thread?.id === threadId);
    late.send({ id: "r", method: "thread/resume", params: { threadId } });
    expect((await resumed)["result"].thread.status).toEqual({ type: "active", activeFlags: ["waitingOnApproval"] });
    const done = late.next("turn/completed");
    late.send({ id: (await request)["id"], result: { decision: "accept" } });
    expect((await done)["params"].turn.status).toBe("completed");
  });

  it("are asked of every subscriber with one id; the first answer counts", async () => {
    const world = await World.create({ script: [says("m0", "hello"), ...script()], config });
    const first = await world.client();
    const threadId = await first.thread();
    await first.turn(threadId, "hi");
    const second = await world.client();
    await second.call("thread/resume", { threadId });
    const asks = [first, second].map(client => client.next("item/commandExecution/requestApproval"));
    const done = first.next("turn/completed");
    await first.call("turn/start", { threadId, input: [{ type: "text", text: "go" }] });
    expect((await Promise.all(asks)).map(request => request["id"])).toEqual([0, 0]);
    second.send({ id: 0, result: { decision: "accept" } });
    first.send({ id: 0, result: { decision: "decline" } });
    await done;
    expect(existsSync(path.join(world.workspace, "a.txt"))).toBe(true);
    for (const client of [first, second]) expect(allMatch(client.messages, "serverRequest/resolved")).toHaveLength(1);
  });
});

describe("tools of the client", () => {
  const weather = {
    name: "weather",
    description: "W",
    inputSchema: { type: "object", properties: { city: { type: "string" } } },
  };

  it.each([
    [{ result: { contentItems: [{ type: "inputText", text: "sunny" }], success: true } }, "completed", "sunny"],
    [{ error: { code: 1, message: "no" } }, "failed", "dynamic tool request failed"],
    [{ result: { contentItems: "odd" } }, "failed", "dynamic tool response was invalid"],
  ])("are run by it, and %j is what the model reads", async (answer, status, output) => {
    const call = { items: [functionCall("weather", { city: "x" }, "call_1")], usage };
    const world = await World.create({ script: [call, says("m", "done")] });
    const client = await world.client();
    client.answer = request => (request["method"] === "item/tool/call" ? answer : undefined);
    const threadId = await client.thread({ dynamicTools: [weather] });
    const { turn } = await client.turn(threadId, "go");
    const asked = client.messages.find(message => message["method"] === "item/tool/call")!;
    expect(asked["params"]).toEqual({
      threadId,
      turnId: turn.id,
      callId: "call_1",
      namespace: null,
      tool: "weather",
      arguments: { city: "x" },
    });
    const item = allMatch(client.messages, "item/completed").find(({ item }) => item.type === "dynamicToolCall")![
      "item"
    ];
    expect(item).toMatchObject({ id: "call_1", status, success: status === "completed" });
    expect(client.methods()).not.toContain("serverRequest/resolved");
    expect(world.model.requests[1]!.output("call_1")).toBe(output);
  });

  it("come along into forks, and session files say of each whether it is deferred", async () => {
    const world = await World.create({ script: ["one", "two", "three"] });
    const client = await world.client();
    const threadId = await client.thread({ dynamicTools: [weather] });
    await client.turn(threadId, "go");
    const { thread } = await client.call("thread/fork", { threadId });
    await client.turn(thread.id, "go on");
    const { thread: brief } = await client.call("thread/fork", { threadId: thread.id, ephemeral: true });
    await client.turn(brief.id, "and on");
    expect(world.model.requests.map(request => request.toolNames().includes("weather"))).toEqual([true, true, true]);
    const metas = readFileSync(thread.path, "utf8")
      .split("\n")
      .slice(0, 2)
      .map(line => JSON.parse(line).payload.dynamic_tools);
    expect(metas).toEqual([[{ ...weather, deferLoading: false }], [{ ...weather, deferLoading: false }]]);
  });

  it.each([
    [{ ...weather, name: "" }, "dynamic tool name must not be empty"],
    [{ ...weather, name: " a" }, "dynamic tool name has leading/trailing whitespace:  a"],
    [{ ...weather, name: "mcp__x" }, "dynamic tool name is reserved: mcp__x"],
    [{ ...weather, namespace: "mcp" }, "dynamic tool namespace is reserved for weather: mcp"],
    [{ ...weather, deferLoading: true }, "deferred dynamic tool must include a namespace: weather"],
  ])("are refused as %j", async (tool, message) => {
    const client = await (await World.create()).client();
    expect(await client.refused("thread/start", { dynamicTools: [tool] })).toEqual({ code: -32600, message });
    expect((await client.refused("thread/start", { dynamicTools: [weather, weather] }))["message"]).toBe(
      "duplicate dynamic tool name: weather",
    );
  });
});

describe("what a client adds to a thread", () => {
  it("by a shell command runs as the user, as a turn of its own, and the model reads it in the next one", async () => {
    const world = await World.create({ script: [says("m", "seen")] });
    const client = await world.client();
    const threadId = await client.thread();
    expect((await client.refused("thread/shellCommand", { threadId, command: " " }))["message"]).toBe(
      "command must not be empty",
    );
    const done = client.next("turn/completed");
    expect(
      await client.call("thread/shellCommand", { threadId, command: " echo from-user > f.txt; cat f.txt " }),
    ).toEqual({});
    expect((await done)["params"].turn.status).toBe("completed");
    const { item } = allMatch(client.messages, "item/completed").at(-1)!;
    expect(item).toMatchObject({
      type: "commandExecution",
      source: "userShell",
      status: "completed",
      aggregatedOutput: "from-user\n",
    });
    await client.turn(threadId, "did you see?");
    expect(world.model.requests[0]!.userTexts().join()).toContain("from-user");
  });

  it("by a shell command in a folder that is gone fails in the system's words", async () => {
    const world = await World.create();
    const client = await world.client();
    const threadId = await client.thread({ cwd: path.join(world.workspace, "gone") });
    const done = client.next("turn/completed");
    await client.call("thread/shellCommand", { threadId, command: "pwd" });
    await done;
    expect(allMatch(client.messages, "item/completed").at(-1)!["item"]).toMatchObject({
      status: "failed",
      exitCode: -1,
      aggregatedOutput: 'execution error: Io(Os { code: 2, kind: NotFound, message: "No such file or directory" })',
    });
  });

  it("as model items is there in the next turn, and is refused when it is none", async () => {
    const world = await World.create({ script: [says("m", "ok")] });
    const client = await world.client();
    const threadId = await client.thread();
    const refused = async (items: Json[]) =>
      (await client.refused("thread/inject_items", { threadId, items }))["message"];
    expect(await refused([])).toBe("items must not be empty");
    expect(await refused([{ type: "message" }])).toBe("items[0] is not a valid response item: missing field `role`");
    const item = { type: "message", role: "user", content: [{ type: "input_text", text: "injected" }] };
    expect(await client.call("thread/inject_items", { threadId, items: [item] })).toEqual({});
    await client.turn(threadId, "x");
    expect(world.model.requests[0]!.userTexts()).toContain("injected");
  });

  it("as a question of its own stops the clock of running commands until it is over", async () => {
    const quick = {
      items: [functionCall("exec_command", { cmd: "sleep 0.3; echo late", yield_time_ms: 250 }, "call_1")],
      usage,
    };
    const config = 'sandbox_mode = "danger-full-access"\napproval_policy = "never"';
    const world = await World.create({ script: [quick, says("m", "done")], config });
    const client = await world.client();
    const threadId = await client.thread();
    await client.call("thread/increment_elicitation", { threadId });
    const done = client.next("turn/completed");
    await client.call("turn/start", { threadId, input: [{ type: "text", text: "go" }] });
    await client.seen(({ method, params }) => method === "item/completed" && params.item.type === "commandExecution");
    await pause(300);
    expect(world.model.requests).toHaveLength(1);
    await client.call("thread/decrement_elicitation", { threadId });
    await done;
    expect(world.model.requests[1]!.output("call_1")).toContain("late");
  });
});
