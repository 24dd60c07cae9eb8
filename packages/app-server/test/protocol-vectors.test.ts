import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { customToolCall, functionCall } from "@codex-ts-tools/model-server";
import { describe, expect, it } from "vitest";
import { type Json, type TestClient, World } from "./harness.ts";

/** One request and the whole answer to it. */
type Exchange = readonly [method: string, params: Json | number | null | undefined, answer: Json];

const refused = (message: string, more: Json = {}) => ({ error: { code: -32600, ...more, message } });
const gives = (result: Json) => ({ result });

async function answerOf(client: TestClient, method: string, params: Json | number | null | undefined): Promise<Json> {
  const { id: _, ...answer } = await client.request(method, params as Json | undefined);
  return answer;
}

describe("requests that need no thread", () => {
  const exchanges: readonly (readonly [vector: string, ...Exchange])[] = [
    ["vector 11", "model/list", { cursor: "zzz" }, refused("invalid cursor: zzz")],
    [
      "vector 22",
      "command/exec",
      { command: ["echo", "hi"], permissionProfile: { type: "disabled" } },
      gives({ exitCode: 0, stdout: "hi\n", stderr: "" }),
    ],
    [
      "vector 23",
      "command/exec",
      { command: ["true"], outputBytesCap: 1, disableOutputCap: true },
      refused("command/exec cannot set both outputBytesCap and disableOutputCap", { code: -32602 }),
    ],
    [
      "vector 24",
      "config/value/write",
      { keyPath: "", value: "x", mergeStrategy: "replace" },
      refused("keyPath must not be empty", { data: { config_write_error_code: "configValidationError" } }),
    ],
    [
      "further",
      "experimentalFeature/list",
      { cursor: "1", limit: 1 },
      gives({
        data: [
          {
            name: "shell_tool",
            stage: "stable",
            displayName: null,
            description: null,
            announcement: null,
            enabled: true,
            defaultEnabled: true,
          },
        ],
        nextCursor: "2",
      }),
    ],
    [
      "further",
      "model/list",
      1.5,
      refused("Invalid request: invalid type: floating point `1.5`, expected struct ModelListParams"),
    ],
    ["further", "marketplace/remove", { marketplaceName: "" }, refused("invalid marketplace name: must not be empty")],
    [
      "further",
      "marketplace/remove",
      { marketplaceName: "a b" },
      refused("invalid marketplace name: only ASCII letters, digits, `_`, and `-` are allowed"),
    ],
    [
      "further",
      "marketplace/remove",
      { marketplaceName: "ab" },
      refused("marketplace `ab` is not configured or installed"),
    ],
    [
      "further",
      "device/key/create",
      { accountUserId: "", clientId: "" },
      refused("invalid device key payload: accountUserId must not be empty"),
    ],
    [
      "further",
      "device/key/create",
      { accountUserId: "x", clientId: "" },
      refused("invalid device key payload: clientId must not be empty"),
    ],
    [
      "further",
      "externalAgentConfig/import",
      { migrationItems: [{ itemType: "PLUGINS", description: "x" }] },
      refused("plugins migration item is missing details", { code: -32603 }),
    ],
    [
      "further",
      "fuzzyFileSearch/sessionStart",
      { sessionId: "s", roots: [] },
      refused("failed to start fuzzy file search session: at least one search directory is required", { code: -32603 }),
    ],
    [
      "further",
      "gitDiffToRemote",
      { cwd: '/nowhere/a\u0001"b' },
      refused('failed to compute git diff to remote for cwd: "/nowhere/a\\u{1}\\"b"'),
    ],
    [
      "further",
      "command/exec",
      { command: ["true"], timeoutMs: 2 ** 53 },
      gives({ exitCode: 0, stdout: "", stderr: "" }),
    ],
    ["vector 25", "account/logout", {}, gives({})],
    ["vector 25, without params", "account/logout", undefined, gives({})],
    ["further", "account/logout", null, gives({})],
    ["further", "account/logout", { a: 1 }, refused("Invalid request: invalid type: map, expected unit")],
    [
      "vector 36",
      "collaborationMode/list",
      {},
      gives({
        data: [
          { name: "Plan", mode: "plan", model: null, reasoning_effort: "medium" },
          { name: "Default", mode: "default", model: null, reasoning_effort: null },
        ],
      }),
    ],
    ["vector 6", "mock/experimentalMethod", { value: "v" }, gives({ echoed: "v" })],
    ["vector 6, without a value", "mock/experimentalMethod", {}, gives({ echoed: null })],
    [
      "vector 10",
      "model/list",
      [] as never,
      refused("Invalid request: invalid length 0, expected struct ModelListParams with 3 elements"),
    ],
    [
      "vector 12",
      "thread/list",
      { cwd: 3 },
      refused("Invalid request: data did not match any variant of untagged enum ThreadListCwdFilter"),
    ],
    [
      "vector 20",
      "thread/start",
      { approvalPolicy: "granular" },
      refused("Invalid request: invalid type: unit variant, expected struct variant"),
    ],
    [
      "vector 21",
      "thread/start",
      { serviceTier: "turbo" },
      refused("Invalid request: unknown variant `turbo`, expected `fast` or `flex`"),
    ],
  ];

  it.each(exchanges)("%s: %s %j is answered with %j", async (_vector, method, params, answer) => {
    const client = await (await World.create()).client();
    expect(await answerOf(client, method, params)).toEqual(answer);
  });
});

describe("the denial that a client takes back", () => {
  const action = { type: "command", source: "shell", command: "x", cwd: "/tmp" };
  const event = "invalid Guardian denial event: ";
  const unknownThread = "01a1fbc0-92e9-74b1-8dc6-66fdd1792eed";

  it.each([
    [5, `${event}invalid type: integer \`5\`, expected struct GuardianAssessmentEvent`],
    [null, `${event}invalid type: null, expected struct GuardianAssessmentEvent`],
    [[], `${event}invalid length 0, expected struct GuardianAssessmentEvent with 9 elements`],
    [{}, `${event}missing field \`id\``],
    [{ id: 5 }, `${event}invalid type: integer \`5\`, expected a string`],
    [{ id: "r" }, `${event}missing field \`status\``],
    [
      { id: "r", status: "nope", action },
      `${event}unknown variant \`nope\`, expected one of \`in_progress\`, \`approved\`, \`denied\`, \`timed_out\`, \`aborted\``,
    ],
    [{ id: "r", status: "denied" }, `${event}missing field \`action\``],
    [
      { id: "r", status: "denied", action: { ...action, cwd: "tmp" } },
      `${event}AbsolutePathBuf deserialized without a base path`,
    ],
    [{ id: "r", status: "denied", action }, `thread not found: ${unknownThread}`],
  ])("as %j is refused before the thread is looked for: %s", async (denial, message) => {
    const client = await (await World.create()).client();
    const params = { threadId: unknownThread, event: denial };
    expect(await answerOf(client, "thread/approveGuardianDeniedAction", params)).toEqual(refused(message));
  });

  it("is taken in a loaded thread", async () => {
    const client = await (await World.create()).client();
    const params = { threadId: await client.thread(), event: { id: "r", status: "denied", action } };
    expect(await answerOf(client, "thread/approveGuardianDeniedAction", params)).toEqual(gives({}));
  });
});

describe("a handshake that failed", () => {
  it("vector 3: leaves the connection as it was, and may be tried again", async () => {
    const client = (await World.create()).connect();
    expect(await answerOf(client, "initialize", { clientInfo: { name: "a\nb", version: "1" } })).toEqual(
      refused("Invalid clientInfo.name: 'a\nb'. Must be a valid HTTP header value."),
    );
    expect(await answerOf(client, "thread/loaded/list", {})).toEqual(refused("Not initialized"));
    await client.call("initialize", { clientInfo: { name: "a\tb", version: "1" } });
    expect(await answerOf(client, "thread/loaded/list", {})).toEqual(gives({ data: [], nextCursor: null }));
  });
});

describe("requests about a thread, one after another", () => {
  const zero = refused("out-of-band elicitation count is already zero");
  const rows: readonly { about: string; exchanges: readonly Exchange[] }[] = [
    {
      about: "vectors 14 to 16: counting out-of-band questions",
      exchanges: [
        ["thread/increment_elicitation", {}, gives({ count: 1, paused: true })],
        ["thread/increment_elicitation", {}, gives({ count: 2, paused: true })],
        ["thread/decrement_elicitation", {}, gives({ count: 1, paused: true })],
        ["thread/decrement_elicitation", {}, gives({ count: 0, paused: false })],
        ["thread/decrement_elicitation", {}, zero],
        ["thread/increment_elicitation", {}, gives({ count: 1, paused: true })],
      ],
    },
    {
      about: "vector 18: refusing too long an input",
      exchanges: [
        [
          "turn/start",
          { input: [{ type: "text", text: "x".repeat(1_048_577) }] },
          refused("Input exceeds the maximum length of 1048576 characters.", {
            code: -32602,
            data: { input_error_code: "input_too_large", max_chars: 1_048_576, actual_chars: 1_048_577 },
          }),
        ],
      ],
    },
    {
      about: "vectors 13 and 19: refusing values of another kind",
      exchanges: [
        ["thread/read", { includeTurns: null }, refused("Invalid request: invalid type: null, expected a boolean")],
        [
          "turn/start",
          { input: [{ type: "video" }] },
          refused(
            "Invalid request: unknown variant `video`, expected one of `text`, `image`, `localImage`, `skill`, `mention`",
          ),
        ],
      ],
    },
    {
      about: "vector 17: correcting what is shown of its repository",
      exchanges: [
        ["thread/metadata/update", { gitInfo: {} }, refused("gitInfo must include at least one field")],
        ["thread/metadata/update", { gitInfo: { branch: "" } }, refused("gitInfo.branch must not be empty")],
        [
          "thread/metadata/update",
          { gitInfo: { branch: null } },
          gives({ thread: expect.objectContaining({ status: { type: "idle" }, turns: [] }) }),
        ],
      ],
    },
  ];

  it.each(rows)("$about", async ({ exchanges }) => {
    const client = await (await World.create()).client();
    const threadId = await client.thread();
    for (const [method, params, answer] of exchanges) {
      expect(await answerOf(client, method, { threadId, ...(params as Json) })).toEqual(answer);
    }
  });
});

describe("thread/start", () => {
  it("vector 34: has exactly the members that clients know, then tells of the thread", async () => {
    const client = await (await World.create()).client();
    const from = client.messages.length;
    const told = client.next("thread/started");
    const started = await client.call("thread/start", {});
    expect(Object.keys(started)).toEqual([
      "thread",
      "model",
      "modelProvider",
      "serviceTier",
      "cwd",
      "instructionSources",
      "approvalPolicy",
      "approvalsReviewer",
      "sandbox",
      "permissionProfile",
      "reasoningEffort",
    ]);
    expect(await told).toEqual({ method: "thread/started", params: { thread: started["thread"] } });
    expect(client.messages.slice(from).map(message => message["method"] ?? "answer")).toEqual([
      "answer",
      "thread/started",
    ]);
  });

  it.each([
    ["vector 33", { approvalsReviewer: "guardian_subagent" }, { approvalsReviewer: "guardian_subagent" }],
    ["a person", { approvalsReviewer: "user" }, { approvalsReviewer: "user" }],
    ["no tier", {}, { serviceTier: "fast" }],
    ["a tier cleared", { serviceTier: null }, { serviceTier: null }],
    ["a tier set", { serviceTier: "flex" }, { serviceTier: "flex" }],
  ])("%s: %j shows in the answer as %j", async (_vector, params, shown) => {
    const client = await (await World.create({ config: 'service_tier = "fast"' })).client();
    expect(await client.call("thread/start", params)).toMatchObject(shown);
  });
});

describe("the depth to which deny patterns are looked for", () => {
  const start = async (globScanMaxDepth: number): Promise<Json> => {
    const entry = (where: Json, access: string) => ({ path: where, access });
    const entries = [
      entry({ type: "special", value: { kind: "root" } }, "read"),
      entry({ type: "glob_pattern", pattern: "/srv/**/*.pem" }, "none"),
    ];
    const fileSystem = { type: "restricted", entries, globScanMaxDepth };
    const permissionProfile = { type: "managed", network: { enabled: false }, fileSystem };
    const client = await (await World.create()).client();
    return await answerOf(client, "thread/start", { permissionProfile });
  };

  it("comes back with the thread", async () => {
    expect(await start(7)).toMatchObject({
      result: { permissionProfile: { fileSystem: { type: "restricted", globScanMaxDepth: 7 } } },
    });
  });

  it("is at least one", async () => {
    expect(await start(0)).toEqual(refused("Invalid request: invalid value: integer `0`, expected a nonzero usize"));
  });
});

/** A turn that asks once: everything on the wire between the start of the item in question and its end. */
async function askedTurn(world: World, itemType: string, ask: string): Promise<{ wire: Json[]; ids: Json }> {
  const client = await world.client();
  const threadId = await client.thread();
  await client.caughtUp();
  client.answer = request => (request["method"] === ask ? { result: { decision: "accept" } } : undefined);
  const { turn } = await client.turn(threadId, "go");
  expect(turn.status).toBe("completed");
  const ofItem = (message: Json) => message["params"]?.item?.type === itemType;
  const start = client.messages.findIndex(ofItem);
  const end = client.messages.findLastIndex(ofItem);
  const quiet = new Set(["thread/status/changed", "thread/tokenUsage/updated", "account/rateLimits/updated"]);
  const wire = client.messages.slice(start, end + 1).filter(message => !quiet.has(message["method"]));
  return { wire, ids: { threadId, turnId: turn.id } };
}

describe("approvals on the wire", () => {
  it("vector 27: of a patch are asked between the start and the end of its item, which is told of only once", async () => {
    const patch = "*** Begin Patch\n*** Add File: hello.txt\n+hi\n*** End Patch\n";
    const world = await World.create({
      script: [{ items: [customToolCall("apply_patch", patch, "p1")] }, "done"],
      config: 'approval_policy = "on-request"\nsandbox_mode = "read-only"',
    });
    const { wire, ids } = await askedTurn(world, "fileChange", "item/fileChange/requestApproval");
    const file = path.join(world.workspace, "hello.txt");
    const item = { type: "fileChange", id: "p1", changes: [{ path: file, kind: { type: "add" }, diff: "hi\n" }] };
    expect(wire).toEqual([
      { method: "item/started", params: { item: { ...item, status: "inProgress" }, ...ids } },
      {
        method: "item/fileChange/requestApproval",
        id: 0,
        params: { ...ids, itemId: "p1", reason: null, grantRoot: null },
      },
      { method: "serverRequest/resolved", params: { threadId: ids["threadId"], requestId: 0 } },
      {
        method: "item/fileChange/outputDelta",
        params: { ...ids, itemId: "p1", delta: "Success. Updated the following files:\nA hello.txt\n" },
      },
      { method: "item/completed", params: { item: { ...item, status: "completed" }, ...ids } },
    ]);
    expect(readFileSync(file, "utf8")).toBe("hi\n");
  });

  it("vector 28: of a command say what is asked, with no member more", async () => {
    const world = await World.create({
      script: [{ items: [functionCall("exec_command", { cmd: "touch F" }, "c1")] }, "done"],
      config: 'approval_policy = "untrusted"\nsandbox_mode = "danger-full-access"',
      runtime: { shell: { path: "/bin/bash", kind: "bash" } },
    });
    const { wire, ids } = await askedTurn(world, "commandExecution", "item/commandExecution/requestApproval");
    expect(wire.find(message => message["id"] !== undefined)).toEqual({
      method: "item/commandExecution/requestApproval",
      id: 0,
      params: {
        ...ids,
        itemId: "c1",
        command: "/bin/bash -lc 'touch F'",
        cwd: world.workspace,
        commandActions: [{ type: "unknown", command: "touch F" }],
        proposedExecpolicyAmendment: ["touch", "F"],
        availableDecisions: [
          "accept",
          { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch", "F"] } },
          "cancel",
        ],
      },
    });
    expect(existsSync(path.join(world.workspace, "F"))).toBe(true);
  });

  it("vector 29: of permissions are asked in the client's spelling, and the model gets what was granted", async () => {
    let target = "";
    const world = await World.create({
      script: (_request, { n }) =>
        n === 0
          ? {
              items: [
                functionCall(
                  "request_permissions",
                  {
                    reason: "to build",
                    permissions: { network: { enabled: true }, file_system: { write: [target] } },
                  },
                  "c1",
                ),
              ],
            }
          : "done",
      config:
        'approval_policy = "on-request"\nsandbox_mode = "read-only"\n[features]\nrequest_permissions_tool = true\n',
    });
    target = path.join(world.home, "x");
    const client = await world.client();
    const threadId = await client.thread();
    const asked: Json[] = [];
    client.answer = request => {
      if (request["method"] !== "item/permissions/requestApproval") return undefined;
      asked.push(request["params"]);
      return { result: { permissions: { fileSystem: { write: [target] } }, scope: "session" } };
    };
    const { turn } = await client.turn(threadId, "go");
    expect(turn.status).toBe("completed");
    expect(asked).toEqual([
      {
        threadId,
        turnId: turn.id,
        itemId: "c1",
        cwd: world.workspace,
        reason: "to build",
        permissions: {
          network: { enabled: true },
          fileSystem: {
            read: null,
            write: [target],
            entries: [{ path: { type: "path", path: target }, access: "write" }],
          },
        },
      },
    ]);
    expect(world.model.requests[1]?.output("c1")).toBe(
      JSON.stringify({ permissions: { network: null, file_system: { write: [target] } }, scope: "session" }),
    );
  });
});
