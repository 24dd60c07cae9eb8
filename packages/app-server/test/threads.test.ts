import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { allMatch, type Json, World } from "./harness.ts";

const UNKNOWN = "01a1fbc0-92e9-74b1-8dc6-66fdd1792eed";
const readOnlyProfile = {
  type: "managed",
  network: { enabled: false },
  fileSystem: {
    type: "restricted",
    entries: [{ path: { type: "special", value: { kind: "root" } }, access: "read" }],
  },
};

describe("thread/start", () => {
  it("answers with the thread and its settings, then tells everybody", async () => {
    const world = await World.create();
    const [client, other, deaf] = [
      await world.client(),
      await world.client(),
      await world.client({ optOutNotificationMethods: ["thread/started"] }),
    ];
    const answer = await client.request("thread/start", {});
    const { thread, ...settings } = answer["result"];
    expect(Object.keys(thread)).toEqual(
      "id forkedFromId preview ephemeral modelProvider createdAt updatedAt status path cwd cliVersion source agentNickname agentRole gitInfo name turns".split(
        " ",
      ),
    );
    expect(thread).toMatchObject({
      preview: "",
      ephemeral: false,
      modelProvider: "mock",
      status: { type: "idle" },
      source: "vscode",
      name: null,
      turns: [],
    });
    expect(thread.path).toMatch(/sessions\/\d{4}\/\d\d\/\d\d\/rollout-.*\.jsonl$/);
    expect(settings).toEqual({
      model: "gpt-5.2",
      modelProvider: "mock",
      serviceTier: null,
      cwd: world.workspace,
      instructionSources: [],
      approvalPolicy: "on-request",
      approvalsReviewer: "user",
      sandbox: { type: "readOnly", access: { type: "fullAccess" }, networkAccess: false },
      permissionProfile: readOnlyProfile,
      reasoningEffort: null,
    });
    for (const listener of [client, other]) await listener.seen("thread/started");
    expect(client.messages.map(message => message["method"] ?? "answer")).toEqual([
      "answer",
      "answer",
      "thread/started",
    ]);
    expect(allMatch(other.messages, "thread/started")).toEqual([{ thread }]);
    await deaf.caughtUp();
    expect(deaf.methods()).toEqual([]);
    expect(existsSync(thread.path)).toBe(false);
  });

  it.each([
    [{ sandbox: "danger-full-access" }, { type: "dangerFullAccess" }, { type: "disabled" }],
    [
      { permissionProfile: { type: "managed", fileSystem: { type: "unrestricted" }, network: { enabled: false } } },
      { type: "externalSandbox", networkAccess: "restricted" },
      { type: "managed", fileSystem: { type: "unrestricted" }, network: { enabled: false } },
    ],
    [
      { permissionProfile: { type: "external", network: { enabled: true } } },
      { type: "externalSandbox", networkAccess: "enabled" },
      { type: "external", network: { enabled: true } },
    ],
  ])("with %j shows the policy in both spellings", async (params, sandbox, permissionProfile) => {
    const client = await (await World.create()).client();
    expect(await client.call("thread/start", params)).toMatchObject({ sandbox, permissionProfile });
  });

  it("V5: refuses what does not go together or cannot be read", async () => {
    const client = await (await World.create()).client();
    const refused = async (params: Json) => (await client.refused("thread/start", params))["message"];
    expect(await refused({ sandbox: "read-only", permissionProfile: { type: "disabled" } })).toBe(
      "`permissionProfile` cannot be combined with `sandbox`",
    );
    expect(await refused({ sandbox: "workspaceWrite" })).toBe(
      "Invalid request: unknown variant `workspaceWrite`, expected one of `read-only`, `workspace-write`, `danger-full-access`",
    );
    expect(await refused({ model: 5 })).toBe("Invalid request: invalid type: integer `5`, expected a string");
    expect(await refused({ approvalPolicy: "granular" })).toBe(
      "Invalid request: invalid type: unit variant, expected struct variant",
    );
    expect(await refused({ serviceTier: "turbo" })).toBe(
      "Invalid request: unknown variant `turbo`, expected `fast` or `flex`",
    );
    expect(await refused({ modelProvider: "nowhere" })).toMatch(/^failed to load configuration: /);
  });

  it("notes that a folder is trusted when a thread may write there and nothing was decided", async () => {
    const world = await World.create();
    const client = await world.client();
    const file = path.join(world.home, "config.toml");
    const config = () => readFileSync(file, "utf8");
    await client.call("thread/start", { sandbox: "workspace-write" });
    await client.call("thread/start", { cwd: world.workspace });
    expect(config()).not.toContain("trust_level");
    await client.call("thread/start", { cwd: world.workspace, sandbox: "workspace-write" });
    expect(config()).toContain(`[projects."${world.workspace}"]\ntrust_level = "trusted"`);
  });

  it("keeps, clears or sets the service tier as absent, null or given", async () => {
    const client = await (await World.create({ config: 'service_tier = "fast"' })).client();
    const tier = async (params: Json) => (await client.call("thread/start", params))["serviceTier"];
    expect([await tier({}), await tier({ serviceTier: null }), await tier({ serviceTier: "flex" })]).toEqual([
      "fast",
      null,
      "flex",
    ]);
  });
});

describe("reading and listing", () => {
  it("shows a thread once something was said in it, and its turns with numbered items", async () => {
    const world = await World.create({ script: ["one", "two"] });
    const client = await world.client();
    const threadId = await client.thread();
    const message = `thread ${threadId} is not materialized yet; includeTurns is unavailable before first user message`;
    expect(await client.refused("thread/read", { threadId, includeTurns: true })).toEqual({ code: -32600, message });
    expect(await client.refused("thread/archive", { threadId })).toMatchObject({
      message: `no rollout found for thread id ${threadId}`,
    });
    expect((await client.call("thread/list"))["data"]).toEqual([]);
    await client.turn(threadId, "first words");
    await client.turn(threadId, "more");
    const { thread } = await client.call("thread/read", { threadId, includeTurns: true });
    expect(thread).toMatchObject({
      id: threadId,
      preview: "first words",
      status: { type: "idle" },
      turns: [{ status: "completed" }, {}],
    });
    expect(
      thread.turns.map((turn: Json) => turn["items"].map((item: Json) => `${item["id"]} ${item["type"]}`)),
    ).toEqual([
      ["item-1 userMessage", "item-2 agentMessage"],
      ["item-3 userMessage", "item-4 agentMessage"],
    ]);
    const list = await client.call("thread/list", {});
    expect(list).toMatchObject({ data: [{ id: threadId, preview: "first words", turns: [] }], nextCursor: null });
    expect((await client.call("thread/list", { sourceKinds: ["exec"] }))["data"]).toEqual([]);
    expect((await client.call("thread/list", { modelProviders: ["other"] }))["data"]).toEqual([]);
    expect(
      (await client.call("thread/list", { modelProviders: [], cwd: [world.workspace, "/x"] }))["data"],
    ).toHaveLength(1);
    expect((await client.call("thread/list", { cwd: "/x" }))["data"]).toEqual([]);
    expect(await client.refused("thread/list", { cursor: "x" })).toEqual({
      code: -32600,
      message: "invalid cursor: x",
    });
    expect(await client.call("thread/loaded/list")).toEqual({ data: [threadId], nextCursor: null });
    expect(await client.refused("thread/loaded/list", { cursor: "x" })).toEqual({
      code: -32600,
      message: "invalid cursor: x",
    });
  });

  it("pages through turns from either end", async () => {
    const client = await (await World.create({ script: ["1", "2", "3"] })).client();
    const threadId = await client.thread();
    for (const text of ["a", "b", "c"]) await client.turn(threadId, text);
    const words = (page: Json) => page["data"].map((turn: Json) => turn["items"][0].content[0].text);
    const first = await client.call("thread/turns/list", { threadId, limit: 1 });
    expect(words(first)).toEqual(["c"]);
    const rest = await client.call("thread/turns/list", { threadId, cursor: first["nextCursor"] });
    expect([words(rest), rest["nextCursor"]]).toEqual([["b", "a"], null]);
    const back = await client.call("thread/turns/list", {
      threadId,
      cursor: rest["backwardsCursor"],
      sortDirection: "asc",
    });
    expect(words(back)).toEqual(["b", "c"]);
    expect((await client.refused("thread/turns/list", { threadId, cursor: "zz" }))["message"]).toBe(
      "invalid cursor: zz",
    );
    const gone = JSON.stringify({ turnId: "gone", includeAnchor: true });
    expect((await client.refused("thread/turns/list", { threadId, cursor: gone }))["message"]).toBe(
      "invalid cursor: anchor turn is no longer present",
    );
  });

  it.each([
    [
      "x",
      "invalid thread id: invalid character: expected an optional prefix of `urn:uuid:` followed by [0-9a-fA-F-], found `x` at 1",
    ],
    ["abc", "invalid thread id: invalid length: expected length 32 for simple format, found 3"],
    ["1-2", "invalid thread id: invalid group count: expected 5, found 2"],
    [UNKNOWN, `thread not loaded: ${UNKNOWN}`],
  ])("says what is wrong with the id %s", async (threadId, message) => {
    const client = await (await World.create()).client();
    expect(await client.refused("thread/read", { threadId })).toEqual({ code: -32600, message });
  });
});

describe("resuming and forking", () => {
  it("goes on with a stored thread in a new server, with its model and its history", async () => {
    const first = await World.create({ script: ["one"] });
    const client = await first.client();
    const threadId = (await client.call("thread/start", { model: "gpt-5.4" }))["thread"].id;
    await client.turn(threadId, "first", { effort: "low" });
    await first.server.close();

    const next = await World.create({ script: ["two"] });
    const later = await next.client();
    const file = path.join(first.home, "sessions");
    const [rollout] = readdirSync(file, { recursive: true, encoding: "utf8" }).filter(name => name.endsWith(".jsonl"));
    const from = later.messages.length;
    const resumed = await later.call("thread/resume", { threadId, path: path.join(file, rollout!) });
    expect(resumed).toMatchObject({
      model: "gpt-5.4",
      reasoningEffort: "low",
      thread: { id: threadId, preview: "first", turns: [{ status: "completed" }] },
    });
    await later.seen("thread/tokenUsage/updated", from);
    expect(later.methods(from)).toEqual(["thread/status/changed", "thread/tokenUsage/updated"]);
    await later.turn(threadId, "second");
    expect(next.model.requests[0]!.userTexts().slice(-2)).toEqual(["first", "second"]);
    expect(readFileSync(path.join(file, rollout!), "utf8").match(/"session_meta"/g)).toHaveLength(1);
  });

  it("joins a loaded thread without changing it, and refuses another path for it", async () => {
    const world = await World.create({ script: ["one"] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "first");
    const other = await world.client();
    const joined = await other.call("thread/resume", { threadId, model: "gpt-5.4" });
    expect(joined).toMatchObject({ model: "gpt-5.2", thread: { turns: [{}] } });
    const message = (await other.refused("thread/resume", { threadId, path: "/nope" }))["message"];
    expect(message).toMatch(/^cannot resume running thread .* with mismatched path: requested `\/nope`, active `/);
    expect((await other.refused("thread/resume", { threadId, path: "" }))["message"]).toMatch(
      /^cannot resume running thread .* with mismatched path: requested ``, active `/,
    );
    expect(
      (await other.refused("thread/resume", { threadId, history: [{ type: "message", role: "user", content: [] }] }))[
        "message"
      ],
    ).toBe(`cannot resume thread ${threadId} with history while it is already running`);
    expect((await other.refused("thread/resume", { threadId: UNKNOWN, history: [] }))["message"]).toBe(
      "history must not be empty",
    );
    expect((await other.refused("thread/resume", { threadId: UNKNOWN }))["message"]).toBe(
      `no rollout found for thread id ${UNKNOWN}`,
    );
    expect((await other.refused("thread/resume", { threadId: UNKNOWN, path: "/nope" }))["message"]).toBe(
      "failed to load rollout `/nope`: No such file or directory (os error 2)",
    );
  });

  it("joins a loaded thread from the moment that it has a record", async () => {
    const world = await World.create({ script: ["one"] });
    const [client, other] = [await world.client(), await world.client()];
    const refused = async (params: Json) => (await other.refused("thread/resume", params))["message"];
    const threadId = await client.thread();
    const none = `no rollout found for thread id ${threadId}`;
    expect(await refused({ threadId })).toBe(none);
    expect(await refused({ threadId, path: "/nope" })).toBe(none);
    const named = other.next("thread/name/updated");
    await client.call("thread/name/set", { threadId, name: "N" });
    await named;
    expect(await other.call("thread/resume", { threadId })).toMatchObject({ thread: { name: "N", turns: [] } });
    expect((await other.call("thread/turns/list", { threadId }))["data"]).toEqual([]);
    expect((await other.call("thread/read", { threadId, includeTurns: true }))["thread"].turns).toEqual([]);

    const compacted = await client.thread();
    const done = client.next("turn/completed");
    await client.call("thread/compact/start", { threadId: compacted });
    await done;
    expect((await other.call("thread/resume", { threadId: compacted }))["thread"].turns).toMatchObject([
      { items: [{ type: "contextCompaction" }] },
    ]);
  });

  it("starts from given model items", async () => {
    const world = await World.create({ script: ["ok"] });
    const client = await world.client();
    const history = [{ type: "message", role: "user", content: [{ type: "input_text", text: "earlier" }] }];
    const { thread } = await client.call("thread/resume", { threadId: UNKNOWN, history });
    expect(thread.id).not.toBe(UNKNOWN);
    await client.turn(thread.id, "now");
    expect(world.model.requests[0]!.userTexts()).toContain("earlier");
  });

  it("forks a thread into a file of its own", async () => {
    const world = await World.create({ script: ["one", "two", "three"] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "first");
    await client.call("thread/name/set", { threadId, name: "N" });
    await client.seen("thread/name/updated");
    const from = client.messages.length;
    const { thread } = await client.call("thread/fork", { threadId });
    expect(thread).toMatchObject({
      forkedFromId: threadId,
      preview: "first",
      name: null,
      turns: [{ status: "completed" }],
    });
    await client.caughtUp();
    expect(client.methods(from)).toEqual(["thread/tokenUsage/updated", "thread/started"]);
    await client.turn(thread.id, "fork");
    await client.turn(threadId, "source");
    expect(world.model.requests[2]!.userTexts()).not.toContain("fork");
    const metas = readFileSync(thread.path, "utf8")
      .split("\n")
      .slice(0, 2)
      .map(line => JSON.parse(line).payload);
    expect(metas).toMatchObject([{ id: thread.id, forked_from_id: threadId }, { id: threadId }]);
    expect((await client.call("thread/list"))["data"].map((listed: Json) => listed["name"])).toEqual(["N", "N"]);
  });

  it("forks a thread with the model of the files, while one that goes on keeps its own", async () => {
    const first = await World.create({ script: ["one"] });
    const client = await first.client();
    const threadId = await client.thread();
    await client.turn(threadId, "x", { model: "gpt-5.4", effort: "low" });
    const shown = (answer: Json) => [answer["model"], answer["reasoningEffort"]];
    expect(shown(await client.call("thread/fork", { threadId }))).toEqual(["gpt-5.2", null]);
    expect(shown(await client.call("thread/fork", { threadId, ephemeral: true }))).toEqual(["gpt-5.2", null]);
    expect(shown(await client.call("thread/resume", { threadId }))).toEqual(["gpt-5.4", "low"]);
  });

  it("forks a thread without a file", async () => {
    const world = await World.create({ script: ["one", "two", "three"] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "first");
    const from = client.messages.length;
    const { thread } = await client.call("thread/fork", { threadId, ephemeral: true });
    expect(thread).toMatchObject({
      forkedFromId: threadId,
      preview: "first",
      ephemeral: true,
      path: null,
      turns: [{ status: "completed" }],
    });
    await client.caughtUp();
    expect(client.methods(from)).toEqual(["thread/tokenUsage/updated", "thread/started"]);
    await client.turn(thread.id, "fork");
    expect(world.model.requests[1]!.userTexts()).toEqual(expect.arrayContaining(["first", "fork"]));
    await client.turn(threadId, "source");
    expect(world.model.requests[2]!.userTexts()).not.toContain("fork");
    expect((await client.call("thread/list"))["data"].map((listed: Json) => listed["id"])).toEqual([threadId]);
    expect((await client.refused("thread/rollback", { threadId: thread.id, numTurns: 1 }))["message"]).toBe(
      "thread rollback requires persisted thread history",
    );
  });
});

describe("managing threads", () => {
  it("V10: names them: trimmed, told to everybody, also when they are not loaded", async () => {
    const first = await World.create({ script: ["one"] });
    const client = await first.client();
    const other = await first.client();
    const threadId = await client.thread();
    await client.turn(threadId, "x");
    const told = other.next("thread/name/updated");
    expect(await client.call("thread/name/set", { threadId, name: "  My  name " })).toEqual({});
    expect((await told)["params"]).toEqual({ threadId, threadName: "My  name" });
    expect((await client.call("thread/read", { threadId }))["thread"].name).toBe("My  name");
    expect((await client.call("thread/list", { searchTerm: "My" }))["data"]).toHaveLength(1);
    expect((await client.refused("thread/name/set", { threadId, name: " " }))["message"]).toBe(
      "thread name must not be empty",
    );
    expect((await client.refused("thread/name/set", { threadId: UNKNOWN, name: "x" }))["message"]).toBe(
      `thread not found: ${UNKNOWN}`,
    );
    const ephemeral = await client.thread({ ephemeral: true });
    const error = client.next("error");
    expect(await client.call("thread/name/set", { threadId: ephemeral, name: "x" })).toEqual({});
    expect((await error)["params"].error.message).toBe("Session persistence is disabled; cannot rename thread.");
  });

  it.each([
    ["", "is empty", "empty session file"],
    ["no record\n", "is empty", "failed to parse thread ID from rollout file"],
    [
      '{"timestamp":"2026-11-20T10:00:00.000Z","type":"event_msg","payload":{"type":"user_message","message":"hi"}}\n',
      "does not start with session metadata",
      "failed to parse thread ID from rollout file",
    ],
  ])("says of a file that is not one of theirs, such as %j, what is wrong with it", async (content, why, cause) => {
    const world = await World.create();
    const client = await world.client();
    const threadId = "019aa000-0000-7000-8000-000000000010";
    const folder = path.join(world.home, "sessions/2026/11/20");
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `rollout-2026-11-20T10-00-10-${threadId}.jsonl`);
    writeFileSync(file, content);
    const inner = `thread-store internal error: failed to read thread ${file}: rollout at ${file} ${why}`;
    const refused = (message: string) => ({ code: -32603, message });
    expect(await client.refused("thread/read", { threadId })).toEqual(refused(`failed to read thread: ${inner}`));
    expect(await client.refused("thread/archive", { threadId })).toEqual(refused(`failed to archive thread: ${inner}`));
    expect(await client.refused("thread/turns/list", { threadId })).toEqual(
      refused(`failed to load rollout \`${file}\` for thread ${threadId}: ${cause}`),
    );
    expect(readFileSync(file, "utf8")).toBe(content);
  });

  it("tells the copy of an older record, which does not say that its turn ended, that it was cut off", async () => {
    const world = await World.create({ script: ["forked"] });
    const client = await world.client();
    const threadId = "019aa000-0000-7000-8000-000000000011";
    const folder = path.join(world.home, "sessions/2026/11/20");
    mkdirSync(folder, { recursive: true });
    const line = (type: string, payload: Json) =>
      JSON.stringify({ timestamp: "2026-11-20T10:00:00.000Z", type, payload });
    const meta = {
      id: threadId,
      timestamp: "2026-11-20T10:00:00.000Z",
      cwd: "/tmp",
      originator: "o",
      cli_version: "1",
    };
    const lines = [line("session_meta", meta), line("event_msg", { type: "user_message", message: "hi" })];
    writeFileSync(path.join(folder, `rollout-2026-11-20T10-00-11-${threadId}.jsonl`), `${lines.join("\n")}\n`);
    const { thread } = await client.call("thread/fork", { threadId });
    expect(thread.turns).toMatchObject([{ status: "interrupted" }]);
    const copied = readFileSync(thread.path, "utf8").trim().split("\n").slice(-1);
    expect(copied.map(text => JSON.parse(text).payload)).toEqual([
      { type: "turn_aborted", turn_id: null, reason: "interrupted" },
    ]);
  });

  it("archives them once, and brings them back", async () => {
    const world = await World.create({ script: ["one", "two"] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "x");
    const told = client.next("thread/archived");
    expect(await client.call("thread/archive", { threadId })).toEqual({});
    expect((await told)["params"]).toEqual({ threadId });
    expect((await client.refused("thread/archive", { threadId }))["message"]).toBe(
      `no rollout found for thread id ${threadId}`,
    );
    expect((await client.call("thread/list"))["data"]).toEqual([]);
    expect((await client.call("thread/list", { archived: true }))["data"]).toHaveLength(1);
    expect((await client.call("thread/loaded/list"))["data"]).toEqual([]);
    const back = client.next("thread/unarchived");
    expect((await client.call("thread/unarchive", { threadId }))["thread"]).toMatchObject({
      id: threadId,
      status: { type: "notLoaded" },
    });
    expect((await back)["params"]).toEqual({ threadId });
    expect((await client.refused("thread/unarchive", { threadId }))["message"]).toBe(
      `no archived rollout found for thread id ${threadId}`,
    );
    await client.call("thread/resume", { threadId });
    expect((await client.turn(threadId, "again")).turn.status).toBe("completed");
  });

  it("V12: rolls turns back", async () => {
    const world = await World.create({ script: ["one", "two", "three"] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "a");
    await client.turn(threadId, "b");
    expect((await client.refused("thread/rollback", { threadId, numTurns: 0 }))["message"]).toBe(
      "numTurns must be >= 1",
    );
    const { thread } = await client.call("thread/rollback", { threadId, numTurns: 1 });
    expect(thread.turns.map((turn: Json) => turn["items"].map((item: Json) => item["id"]))).toEqual([
      ["item-1", "item-2"],
    ]);
    await client.turn(threadId, "c");
    expect(world.model.requests[2]!.userTexts()).not.toContain("b");
    const ephemeral = await client.thread({ ephemeral: true });
    expect((await client.refused("thread/rollback", { threadId: ephemeral, numTurns: 1 }))["message"]).toBe(
      "thread rollback requires persisted thread history",
    );
  });

  it("tells who comes later of the tokens in the name of a turn that there is", async () => {
    const world = await World.create({ script: ["one", "two", { status: 400, body: { error: { message: "no" } } }] });
    const client = await world.client();
    const threadId = await client.thread();
    const turns = [await client.turn(threadId, "a"), await client.turn(threadId, "b")].map(({ turn }) => turn.id);
    const toldOf = async (who: typeof client, params: Json = { threadId }) => {
      const from = who.messages.length;
      await who.call("thread/resume", params);
      return (await who.seen("thread/tokenUsage/updated", from))["params"]["turnId"];
    };
    await client.turn(threadId, "refused");
    // The refused turn used nothing, and its record tells others as much.
    expect(await toldOf(client)).toBe(turns[1]);
    const { path: file } = (await client.call("thread/read", { threadId }))["thread"];
    const elsewhere = await (await World.create({ script: [] })).client();
    expect(await toldOf(elsewhere, { threadId, path: file })).toBe(turns[1]);
    await client.call("thread/rollback", { threadId, numTurns: 2 });
    expect(await toldOf(client)).toBe(turns[0]);
    await client.call("thread/rollback", { threadId, numTurns: 1 });
    expect(await toldOf(client)).toBe("");
  });

  it("corrects what is shown of their repository", async () => {
    const client = await (await World.create({ script: ["one"] })).client();
    const threadId = await client.thread();
    await client.turn(threadId, "x");
    const refused = async (gitInfo: Json | unknown[]) =>
      (await client.refused("thread/metadata/update", { threadId, gitInfo }))["message"];
    expect(await refused({})).toBe("gitInfo must include at least one field");
    expect(await refused({ branch: "" })).toBe("gitInfo.branch must not be empty");
    const { thread } = await client.call("thread/metadata/update", { threadId, gitInfo: { branch: "b", sha: "s" } });
    expect(thread.gitInfo).toEqual({ sha: "s", branch: "b", originUrl: null });
    const cleared = await client.call("thread/metadata/update", { threadId, gitInfo: { branch: null } });
    expect(cleared["thread"].gitInfo).toEqual({ sha: "s", branch: null, originUrl: null });
    expect(await refused([])).toBe("gitInfo must include at least one field");
    const listed = await client.call("thread/metadata/update", { threadId, gitInfo: [null, "c"] });
    const corrected = { sha: null, branch: "c", originUrl: null };
    expect(listed["thread"].gitInfo).toEqual(corrected);
    await client.call("thread/archive", { threadId });
    expect((await client.call("thread/unarchive", { threadId }))["thread"].gitInfo).toEqual(corrected);
    expect((await client.call("thread/resume", { threadId }))["thread"].gitInfo).toEqual(corrected);
    expect(await client.refused("thread/metadata/update", { threadId: UNKNOWN, gitInfo: { sha: "s" } })).toEqual({
      code: -32603,
      message: `sqlite state db unavailable for thread ${UNKNOWN}`,
    });
  });

  it("V8: counts out-of-band questions", async () => {
    const client = await (await World.create()).client();
    const threadId = await client.thread();
    const step = (kind: string) => client.call(`thread/${kind}_elicitation`, { threadId });
    expect([
      await step("increment"),
      await step("increment"),
      await step("decrement"),
      await step("decrement"),
    ]).toEqual([
      { count: 1, paused: true },
      { count: 2, paused: true },
      { count: 1, paused: true },
      { count: 0, paused: false },
    ]);
    expect((await client.refused("thread/decrement_elicitation", { threadId }))["message"]).toBe(
      "out-of-band elicitation count is already zero",
    );
  });
});

describe("listening", () => {
  it("V9: is for those who started or resumed the thread, until they stop", async () => {
    const world = await World.create({ script: ["one", "two"] });
    const client = await world.client();
    const other = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "x");
    expect(other.methods().filter(method => method.startsWith("turn/") || method.startsWith("item/"))).toEqual([]);
    expect(other.methods()).toContain("thread/status/changed");
    const unsubscribe = async () => (await client.call("thread/unsubscribe", { threadId }))["status"];
    expect([await unsubscribe(), await unsubscribe()]).toEqual(["unsubscribed", "notSubscribed"]);
    expect(await client.call("thread/unsubscribe", { threadId: UNKNOWN })).toEqual({ status: "notLoaded" });
    const from = client.messages.length;
    await client.call("turn/start", { threadId, input: [{ type: "text", text: "y" }] });
    const isIdle = (message: Json) => message["params"]?.status?.type === "idle";
    await client.seen(isIdle, from);
    await client.caughtUp();
    expect(client.methods(from).filter(method => method.startsWith("turn/"))).toEqual([]);
  });

  it("begins with what is asked of a conversation, too, although there is none", async () => {
    const world = await World.create({ script: ["one"] });
    const [client, other] = [await world.client(), await world.client()];
    const threadId = await client.thread();
    expect((await other.refused("thread/realtime/stop", { threadId }))["message"]).toBe(
      `thread ${threadId} does not support realtime conversation`,
    );
    const over = other.next("turn/completed");
    await client.turn(threadId, "x");
    expect((await over)["params"].threadId).toBe(threadId);
  });

  it("to an archived thread is over: its end is not told again when the client goes", async () => {
    const world = await World.create({ script: ["ok"], server: { unloadAfterMs: 20 } });
    const [client, other] = [await world.client(), await world.client()];
    const threadId = await client.thread();
    await client.turn(threadId, "x");
    const archived = other.next("thread/archived");
    await client.call("thread/archive", { threadId });
    await archived;
    client.close();
    await new Promise(resolve => setTimeout(resolve, 300));
    await other.caughtUp();
    expect(other.methods()).not.toContain("thread/closed");
  });

  it("by nobody unloads the thread after a while, and it can be resumed then", async () => {
    const world = await World.create({ script: ["one", "two"], server: { unloadAfterMs: 50 } });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "x");
    const closed = client.next("thread/closed");
    await client.call("thread/unsubscribe", { threadId });
    expect((await closed)["params"]).toEqual({ threadId });
    expect(allMatch(client.messages, "thread/status/changed").at(-1)).toEqual({
      threadId,
      status: { type: "notLoaded" },
    });
    expect((await client.call("thread/loaded/list"))["data"]).toEqual([]);
    await client.call("thread/resume", { threadId });
    expect((await client.turn(threadId, "y")).turn.status).toBe("completed");
  });
});
