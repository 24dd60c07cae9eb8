import { describe, expect, it } from "vitest";
import { allMatch, type Json, World } from "./harness.ts";

const UNKNOWN = "01a1fbc0-92e9-74b1-8dc6-66fdd1792eed";
const missing = "No such file or directory (os error 2)";

describe("a request with several things wrong", () => {
  it.each<[string, Json, number, string]>([
    ["thread/shellCommand", { threadId: "x", command: " " }, -32600, "command must not be empty"],
    ["thread/rollback", { threadId: "x", numTurns: 0 }, -32600, "numTurns must be >= 1"],
    [
      "thread/approveGuardianDeniedAction",
      { threadId: "x", event: {} },
      -32600,
      "invalid Guardian denial event: missing field `id`",
    ],
    [
      "thread/metadata/update",
      { threadId: UNKNOWN, gitInfo: { branch: " " } },
      -32603,
      `sqlite state db unavailable for thread ${UNKNOWN}`,
    ],
    ["thread/metadata/update", { threadId: UNKNOWN, gitInfo: {} }, -32600, "gitInfo must include at least one field"],
    ["thread/compact/start", { threadId: `{${UNKNOWN.toUpperCase()}}` }, -32600, `thread not found: ${UNKNOWN}`],
    [
      "turn/start",
      { threadId: UNKNOWN, input: [{ type: "text", text: "x".repeat(1_048_577) }] },
      -32602,
      "Input exceeds the maximum length of 1048576 characters.",
    ],
    [
      "getConversationSummary",
      { conversationId: "x" },
      -32600,
      "Invalid request: data did not match any variant of untagged enum GetConversationSummaryParams",
    ],
    ["thread/resume", { threadId: UNKNOWN, path: "" }, -32600, `failed to load rollout \`\`: ${missing}`],
    [
      "thread/resume",
      { threadId: UNKNOWN, path: "/" },
      -32600,
      "failed to load rollout `/`: Is a directory (os error 21)",
    ],
    [
      "thread/resume",
      { threadId: UNKNOWN, sandbox: "read-only", permissionProfile: { type: "disabled" } },
      -32600,
      "`permissionProfile` cannot be combined with `sandbox`",
    ],
    [
      "thread/fork",
      { threadId: UNKNOWN, sandbox: "read-only", permissionProfile: { type: "disabled" } },
      -32600,
      "`permissionProfile` cannot be combined with `sandbox`",
    ],
    ["thread/start", { environments: [{ environmentId: "e", cwd: "/" }] }, -32600, "unknown turn environment id `e`"],
    [
      "thread/fork",
      { threadId: UNKNOWN, path: 5 },
      -32600,
      "Invalid request: invalid type: integer `5`, expected path string",
    ],
    [
      "thread/start",
      { permissionProfile: { type: 7 } },
      -32600,
      "Invalid request: invalid value: integer `7`, expected variant index 0 <= i < 3",
    ],
    ["thread/start", { permissionProfile: [] }, -32600, "Invalid request: missing field `type`"],
    [
      "thread/read",
      ["x", true, 1] as never,
      -32600,
      "Invalid request: invalid length 3, expected 2 elements in sequence",
    ],
    ["feedback/upload", { classification: "bug", includeLogs: false, threadId: "../x" }, -32600, "invalid thread id: "],
    [
      "fs/writeFile",
      { path: "/tmp/x", dataBase64: "aGVsbG9=" },
      -32600,
      "fs/writeFile requires valid base64 dataBase64: Invalid last symbol 57, offset 6.",
    ],
    [
      "fs/writeFile",
      { path: "/tmp/x", dataBase64: "aGVsbG8==" },
      -32600,
      "fs/writeFile requires valid base64 dataBase64: Invalid symbol 61, offset 7.",
    ],
    [
      "command/exec/write",
      { processId: "p", deltaBase64: "%" },
      -32602,
      "invalid deltaBase64: Invalid symbol 37, offset 0.",
    ],
    [
      "command/exec/resize",
      { processId: "p", size: { rows: 0, cols: 1 } },
      -32602,
      "command/exec size rows and cols must be greater than 0",
    ],
    [
      "getConversationSummary",
      { rolloutPath: "/no/such.jsonl" },
      -32600,
      `failed to resolve rollout path \`/no/such.jsonl\`: ${missing}`,
    ],
    [
      "skills/list",
      { cwds: ["/"], perCwdExtraUserRoots: [{ cwd: "/", extraUserRoots: ["more"] }] },
      -32600,
      "skills/list perCwdExtraUserRoots extraUserRoots paths must be absolute: more",
    ],
    [
      "fs/copy",
      { sourcePath: "/dev/null", destinationPath: "/tmp/x" },
      -32600,
      "fs/copy only supports regular files, directories, and symlinks",
    ],
  ])("%s %j is refused for the first of them", async (method, params, code, message) => {
    const client = await (await World.create()).client();
    const error = await client.refused(method, params);
    expect(error["code"]).toBe(code);
    expect(error["message"].slice(0, message.length)).toBe(message);
  });

  it("is refused as running before its history is looked at", async () => {
    const client = await (await World.create()).client();
    const threadId = await client.thread();
    expect((await client.refused("thread/resume", { threadId, history: [] }))["message"]).toBe(
      `cannot resume thread ${threadId} with history while it is already running`,
    );
  });
});

describe("settings that are out of date", () => {
  it("are named when a thread starts, after it was introduced", async () => {
    const config = 'approval_policy = "on-failure"\n[features]\nrequest_permissions_tool = true\ncollab = true\n';
    const client = await (await World.create({ config })).client();
    const threadId = await client.thread();
    await client.caughtUp();
    expect(client.methods()).toEqual(["thread/started", "deprecationNotice", "warning", "warning"]);
    expect(allMatch(client.messages, "deprecationNotice")[0]!["summary"]).toBe(
      "`[features].collab` is deprecated. Use `[features].multi_agent` instead.",
    );
    const [unstable, policy] = allMatch(client.messages, "warning");
    expect(unstable).toMatchObject({
      threadId,
      message: expect.stringMatching(/^Under-development features enabled: request_permissions_tool\. /),
    });
    expect(policy!["message"]).toMatch(/^`on-failure` approval policy is deprecated/);
  });
});

describe("a policy that is out of date", () => {
  it("is named before hooks that are skipped", async () => {
    const hook = '[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "prompt"\n';
    const client = await (await World.create({ config: `approval_policy = "on-failure"\n${hook}` })).client();
    await client.thread();
    await client.caughtUp();
    const texts = allMatch(client.messages, "warning").map(({ message }) => message);
    expect(texts).toEqual([expect.stringMatching(/^`on-failure`/), expect.stringMatching(/hook/)]);
  });
});

describe("a command and its input in one go", () => {
  it("find each other", async () => {
    const client = await (await World.create({ config: 'sandbox_mode = "danger-full-access"' })).client();
    const done = client.request("command/exec", { command: ["cat"], processId: "c", streamStdin: true }, "e");
    const deltaBase64 = Buffer.from("hi").toString("base64");
    expect(await client.call("command/exec/write", { processId: "c", deltaBase64, closeStdin: true })).toEqual({});
    expect((await done)["result"]).toEqual({ exitCode: 0, stdout: "hi", stderr: "" });
  });
});

describe("an ephemeral fork", () => {
  it("goes on from its source, leaves no file, and cannot be resumed", async () => {
    const world = await World.create({ script: ["one", "two"] });
    const client = await world.client();
    const threadId = await client.thread();
    await client.turn(threadId, "first");
    const { thread } = await client.call("thread/fork", { threadId, ephemeral: true });
    expect(thread).toMatchObject({
      ephemeral: true,
      path: null,
      forkedFromId: threadId,
      preview: "first",
      turns: [{ status: "completed" }],
    });
    await client.turn(thread.id, "second");
    expect(world.model.requests[1]!.userTexts().slice(-2)).toEqual(["first", "second"]);
    expect((await client.call("thread/list"))["data"].map((listed: Json) => listed["id"])).toEqual([threadId]);
    expect((await client.refused("thread/resume", { threadId: thread.id }))["message"]).toBe(
      `no rollout found for thread id ${thread.id}`,
    );
  });
});

describe("raw items", () => {
  it("come for everything that the model reads and says", async () => {
    const client = await (await World.create({ script: ["yes"] })).client();
    await client.turn(await client.thread({ experimentalRawEvents: true }), "question");
    const items = allMatch(client.messages, "rawResponseItem/completed").map(({ item }) => item);
    const texts = items.map(item => `${item.role}: ${item.content[0].text}`);
    expect(texts.filter(text => /^user: question|^assistant/.test(text))).toEqual(["user: question", "assistant: yes"]);
    expect(texts.some(text => text.includes("<environment_context>"))).toBe(true);
  });
});

describe("a thread that cannot be renamed or rolled back", () => {
  it("says so after its answer, and shows it until its next turn", async () => {
    const client = await (await World.create({ script: ["one"] })).client();
    const threadId = await client.thread({ ephemeral: true });
    const from = client.messages.length;
    expect(await client.call("thread/name/set", { threadId, name: "N" })).toEqual({});
    const { params } = await client.seen("error");
    expect(params.error).toEqual({
      message: "Session persistence is disabled; cannot rename thread.",
      codexErrorInfo: "other",
      additionalDetails: null,
    });
    const heard = client.methods(from).filter(method => method !== "thread/started");
    expect(heard).toEqual(["thread/status/changed", "error"]);
    expect((await client.call("thread/read", { threadId }))["thread"].status).toEqual({ type: "systemError" });
    await client.turn(threadId, "x");
    expect((await client.call("thread/read", { threadId }))["thread"].status).toEqual({ type: "idle" });
  });
});
