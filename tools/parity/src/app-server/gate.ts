import type { Json } from "@codex-ts-tools/model-server";
import { asking, type Ask, scenario, text, UNKNOWN_THREAD } from "./stage.ts";

const threadId = UNKNOWN_THREAD;
const plain = { capabilities: {} };

const methods: Ask[] = [
  ["increment", "thread/increment_elicitation", { threadId }],
  ["decrement", "thread/decrement_elicitation", { threadId }],
  ["memory", "thread/memoryMode/set", { threadId, mode: "enabled" }],
  ["reset", "memory/reset"],
  ["terminals", "thread/backgroundTerminals/clean", { threadId }],
  ["realtime", "thread/realtime/start", { threadId, outputModality: "text" }],
  [
    "audio",
    "thread/realtime/appendAudio",
    { threadId, audio: { data: "", sampleRate: 1, numChannels: 1, samplesPerChannel: null } },
  ],
  ["words", "thread/realtime/appendText", { threadId, text: "x" }],
  ["stop", "thread/realtime/stop", { threadId }],
  ["voices", "thread/realtime/listVoices", {}],
  ["modes", "collaborationMode/list", {}],
  ["search", "fuzzyFileSearch/sessionStart", { sessionId: "s", roots: [] }],
  ["search again", "fuzzyFileSearch/sessionUpdate", { sessionId: "s", query: "" }],
  ["search no more", "fuzzyFileSearch/sessionStop", { sessionId: "s" }],
  ["echo", "mock/experimentalMethod", {}],
  ["wrong params of one", "mock/experimentalMethod", { value: 5 }],
];

const granular = { granular: { sandbox_approval: true, rules: true, mcp_elicitations: true } };
const mode = { mode: "default", settings: { model: "gpt-5.2", reasoning_effort: null, developer_instructions: null } };
const members: readonly [method: string, members: Json][] = [
  ["thread/start", { dynamicTools: [] }],
  ["thread/start", { dynamicTools: null }],
  ["thread/start", { environments: [] }],
  ["thread/start", { experimentalRawEvents: true }],
  ["thread/start", { experimentalRawEvents: false }],
  ["thread/start", { mockExperimentalField: "x" }],
  ["thread/start", { persistExtendedHistory: true }],
  ["thread/start", { approvalPolicy: granular }],
  ["thread/start", { permissionProfile: { type: "disabled" } }],
  ["thread/resume", { threadId, history: [] }],
  ["thread/resume", { threadId, path: "" }],
  ["thread/resume", { threadId, persistExtendedHistory: true }],
  ["thread/resume", { threadId, approvalPolicy: granular }],
  ["thread/fork", { threadId, path: "/x" }],
  ["thread/fork", { threadId, persistExtendedHistory: true }],
  ["thread/fork", { threadId, approvalPolicy: granular }],
  ["turn/start", { threadId, input: [], collaborationMode: mode }],
  ["turn/start", { threadId, input: [], environments: [] }],
  ["turn/start", { threadId, input: [], responsesapiClientMetadata: {} }],
  ["turn/start", { threadId, input: [], approvalPolicy: granular }],
  ["turn/steer", { threadId, expectedTurnId: "x", input: text("x"), responsesapiClientMetadata: { a: "b" } }],
  [
    "account/login/start",
    { type: "chatgptAuthTokens", accessToken: "x", chatgptAccountId: "y", chatgptPlanType: null },
  ],
  ["thread/start", { dynamicTools: [], mockExperimentalField: "x", approvalPolicy: granular }],
];

/** Handshakes, the experimental gate, opt-outs, and what is no request. */
export const gate = [
  asking("methods that need an opt-in", methods, plain),
  asking(
    "members that need an opt-in",
    members.map(([method, params]) => [`${method} ${JSON.stringify(params)}`, method, params]),
    plain,
  ),
  asking(
    "members that need an opt-in, by a client that gave none at all",
    [["start", "thread/start", { dynamicTools: [] }]],
    { capabilities: { experimentalApi: false, optOutNotificationMethods: [] } },
  ),
  asking("methods that are not there", [
    ["unknown", "nope/method", {}],
    ["empty", "", {}],
    ["of the first version", "newConversation", {}],
    ["also of the first version", "sendUserTurn", {}],
    ["a notification", "thread/started", {}],
    ["a question of the server", "item/tool/call", {}],
    ["another handshake", "initialize", { clientInfo: { name: "x", version: "1" } }],
    ["half a handshake", "initialize", {}],
  ]),
  scenario(
    "notifications that a client does not want",
    {
      script: ["ok"],
      capabilities: {
        experimentalApi: true,
        optOutNotificationMethods: ["thread/started", "item/started", "turn/started", "bogus", "error"],
      },
    },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "hello");
      await drive.note("an empty turn", "turn/start", { threadId: thread, input: [] });
      await drive.until("thread/status/changed", ({ status }) => (status as Json)["type"] === "systemError");
    },
  ),
  scenario("messages that are none", { script: [] }, async drive => {
    for (const message of [
      [],
      {},
      { id: 900 },
      { method: "made/up" },
      { method: "initialized", params: {} },
      { id: 901, result: {} },
      { id: "x", error: { code: 1, message: "m" } },
      { id: 1.5, method: "thread/loaded/list", params: {} },
      { id: null, method: "thread/loaded/list", params: {} },
      { id: true, method: "thread/loaded/list", params: {} },
      { id: 902, method: 5, params: {} },
    ])
      drive.wire.write(message);
    drive.wire.write({ jsonrpc: "1.0", id: "text id", method: "thread/loaded/list", params: {}, more: 1 });
    drive.wire.write({ id: 0, method: "thread/loaded/list", params: {} });
    drive.wire.write({
      id: -5,
      method: "thread/loaded/list",
      params: {},
      trace: { traceparent: "00-x", tracestate: null },
    });
    await drive.note("at last", "thread/loaded/list", {});
    drive.notes["answers"] = drive.wire.messages.filter(({ method }) => method === undefined);
  }),
];
