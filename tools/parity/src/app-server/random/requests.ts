import type { Json } from "@codex-ts-tools/model-server";
import type { Random } from "../../random.ts";
import { base64, text, UNKNOWN_THREAD } from "../stage.ts";

/**
 * Params of a request, as they are before a run: `$T2` stands for the third thread of the session, `$P2` for its file, `$U0` for
 * the newest turn, `$CURSOR` for the newest cursor, `$WORK`, `$HOME` and `$ROOT` for the folders.
 */
type Make = (random: Random) => Json;

const maybe = (random: Random, probability: number, more: Json): Json => (random.chance(probability) ? more : {});

/** A thread of the session, seldom one that is none. */
export function threadId(random: Random): string {
  if (random.chance(0.85)) return `$T${random.below(4)}`;
  return random.pick([UNKNOWN_THREAD, "", "bad", "urn:uuid:$T0", "{$T0}", `${UNKNOWN_THREAD}0`, "$T0 ", "$U0"]);
}

const LIMITS = [0, 1, 2, 3, 100, 1000];
const page: Make = random => ({
  ...maybe(random, 0.5, { limit: random.pick(LIMITS) }),
  ...maybe(random, 0.4, { cursor: random.pick(["$CURSOR", "$CURSOR", "x", "", "1", "-1", "$T1"]) }),
});
const sorted: Make = random => maybe(random, 0.4, { sortDirection: random.pick(["asc", "desc"]) });

const SANDBOXES = [
  { type: "readOnly" },
  { type: "workspaceWrite" },
  { type: "workspaceWrite", writableRoots: ["$ROOT/more"], networkAccess: true },
  { type: "dangerFullAccess" },
  { type: "externalSandbox" },
  { type: "externalSandbox", networkAccess: "enabled" },
];

const PROFILES = [
  { type: "disabled" },
  { type: "external", network: { enabled: true } },
  { type: "managed", fileSystem: { type: "unrestricted" }, network: { enabled: false } },
  {
    type: "managed",
    network: { enabled: false },
    fileSystem: {
      type: "restricted",
      entries: [
        { path: { type: "special", value: { kind: "root" } }, access: "read" },
        { path: { type: "path", path: "$WORK/sub" }, access: "write" },
      ],
    },
  },
];

const POLICIES = [
  "untrusted",
  "on-failure",
  "on-request",
  "never",
  { granular: { sandbox_approval: true, rules: true, mcp_elicitations: false } },
];

/** Settings of a thread that is started, resumed or forked. */
const settings: Make = random => ({
  ...maybe(random, 0.15, { model: random.pick(["gpt-5.4", "gpt-5.2", "no-such-model", ""]) }),
  ...maybe(random, 0.08, { modelProvider: random.pick(["mock", "nope", ""]) }),
  ...maybe(random, 0.1, { serviceTier: random.pick(["fast", "flex", null]) }),
  ...maybe(random, 0.15, { cwd: random.pick(["$WORK", "$WORK/sub", "sub", "$WORK/none", ""]) }),
  ...maybe(random, 0.15, { approvalPolicy: random.pick<unknown>(POLICIES) }),
  ...maybe(random, 0.1, { approvalsReviewer: random.pick(["user", "auto_review", "guardian_subagent"]) }),
  ...maybe(random, 0.15, { sandbox: random.pick(["read-only", "workspace-write", "danger-full-access"]) }),
  ...maybe(random, 0.12, { permissionProfile: random.pick<unknown>(PROFILES) }),
  ...maybe(random, 0.1, {
    config: random.pick<Json>([
      { model_reasoning_effort: "high" },
      { "tools.view_image": false },
      { approval_policy: "bogus" },
      { sandbox_workspace_write: { network_access: true } },
      { unknown: { key: 1 } },
    ]),
  }),
  ...maybe(random, 0.1, { developerInstructions: random.pick(["DEVI", ""]) }),
  ...maybe(random, 0.1, { baseInstructions: random.pick(["BASE", ""]) }),
  ...maybe(random, 0.1, { personality: random.pick(["friendly", "pragmatic", "none"]) }),
});

const TOOL = {
  name: "weather",
  description: "W",
  inputSchema: { type: "object", properties: { city: { type: "string" } } },
};

const oddTools: readonly Json[] = [
  { ...TOOL, name: "" },
  { ...TOOL, name: " weather" },
  { ...TOOL, name: "mcp__x" },
  { ...TOOL, namespace: "" },
  { ...TOOL, namespace: "ns" },
  { ...TOOL, deferLoading: true },
  { ...TOOL, inputSchema: { type: "nope" } },
  { ...TOOL, inputSchema: 5 },
  { ...TOOL, description: undefined },
];

const WORDS = ["hello", "call", "run", "plan", "fail", "refuse", "reason", "two", "ä\n<x>"];

const input: Make = random => ({
  input: random.pick<unknown>([
    text(random.pick(WORDS)),
    text(random.pick(WORDS)),
    text(random.pick(WORDS)),
    text(random.pick(WORDS)),
    [...text("one"), ...text("hello")],
    [{ type: "image", url: "data:image/png;base64,iVBORw0KGgo=" }, ...text("hello")],
    [{ type: "localImage", path: "$WORK/none.png" }, ...text("hello")],
    [{ type: "mention", name: "a", path: "app://a" }, ...text("hello")],
    [{ type: "skill", name: "greet", path: "$WORK/.codex/skills/greet/SKILL.md" }, ...text("hello")],
    [{ type: "text", text: "hello", text_elements: [{ byteRange: { start: 0, end: 2 }, placeholder: "p" }] }],
    [],
    text(""),
    [{ type: "video" }],
  ]),
});

const turnSettings: Make = random => ({
  ...maybe(random, 0.1, { model: random.pick(["gpt-5.4", "gpt-5.2", "no-such-model"]) }),
  ...maybe(random, 0.1, { effort: random.pick(["low", "high", "none", "enormous"]) }),
  ...maybe(random, 0.07, { summary: random.pick(["detailed", "none", "auto"]) }),
  ...maybe(random, 0.1, { cwd: random.pick(["$WORK", "$WORK/sub", "sub", ""]) }),
  ...maybe(random, 0.1, { approvalPolicy: random.pick<unknown>(POLICIES) }),
  ...maybe(random, 0.1, { sandboxPolicy: random.pick<unknown>(SANDBOXES) }),
  ...maybe(random, 0.08, { permissionProfile: random.pick<unknown>(PROFILES) }),
  ...maybe(random, 0.08, { serviceTier: random.pick(["fast", null]) }),
  ...maybe(random, 0.08, { personality: random.pick(["friendly", "none"]) }),
  ...maybe(random, 0.05, {
    outputSchema: { type: "object", properties: {}, required: [], additionalProperties: false },
  }),
  ...maybe(random, 0.05, { environments: random.pick<unknown>([[], [{ environmentId: "nope", cwd: "/tmp" }]]) }),
  ...maybe(random, 0.07, {
    collaborationMode: {
      mode: random.pick(["plan", "default"]),
      settings: { model: "gpt-5.2", reasoning_effort: null, developer_instructions: random.pick(["MODE", null]) },
    },
  }),
});

const HISTORY = [
  [{ type: "message", role: "user", content: [{ type: "input_text", text: "before" }] }],
  [
    { type: "message", role: "user", content: [{ type: "input_text", text: "before" }] },
    { type: "message", role: "assistant", content: [{ type: "output_text", text: "answer" }] },
  ],
  [],
  [{ type: "message" }],
];

/** Requests about threads and turns. */
export const THREADS: Readonly<Record<string, Make>> = {
  "thread/start": random => ({
    ...settings(random),
    ...maybe(random, 0.5, { dynamicTools: [random.chance(0.7) ? TOOL : random.pick(oddTools)] }),
    ...maybe(random, 0.12, { ephemeral: random.chance(0.8) }),
    ...maybe(random, 0.1, { sessionStartSource: random.pick(["clear", "startup"]) }),
    ...maybe(random, 0.1, { experimentalRawEvents: true }),
  }),
  "thread/resume": random => ({
    threadId: threadId(random),
    ...settings(random),
    ...maybe(random, 0.15, { path: random.pick(["$P0", "$P1", "$WORK/none.jsonl", "none.jsonl", ""]) }),
    ...maybe(random, 0.1, { history: random.pick<unknown>(HISTORY) }),
    ...maybe(random, 0.3, { excludeTurns: true }),
  }),
  "thread/fork": random => ({
    threadId: threadId(random),
    ...settings(random),
    ...maybe(random, 0.15, { path: random.pick(["$P0", "$P1", "$WORK/none.jsonl", ""]) }),
    ...maybe(random, 0.25, { ephemeral: true }),
    ...maybe(random, 0.2, { excludeTurns: true }),
  }),
  "thread/read": random => ({ threadId: threadId(random), ...maybe(random, 0.6, { includeTurns: true }) }),
  "thread/turns/list": random => ({ threadId: threadId(random), ...page(random), ...sorted(random) }),
  "thread/list": random => ({
    ...page(random),
    ...sorted(random),
    ...maybe(random, 0.2, { modelProviders: random.pick([[], ["mock"], ["nope"]]) }),
    ...maybe(random, 0.2, { sourceKinds: random.pick([[], ["vscode"], ["exec", "cli"], ["nope"]]) }),
    ...maybe(random, 0.2, { archived: random.chance(0.7) }),
    ...maybe(random, 0.2, { cwd: random.pick<unknown>(["$WORK", "$WORK/sub/..", ["$WORK/sub"], []]) }),
    ...maybe(random, 0.2, { searchTerm: random.pick(["hello", "HELLO", "nothing", ""]) }),
  }),
  "thread/loaded/list": page,
  "thread/archive": random => ({ threadId: threadId(random) }),
  "thread/unarchive": random => ({ threadId: threadId(random) }),
  "thread/unsubscribe": random => ({ threadId: threadId(random) }),
  "thread/name/set": random => ({
    threadId: threadId(random),
    name: random.pick(["a name", "  My  name ", "", "  ", "x".repeat(300), "ä\n"]),
  }),
  "thread/metadata/update": random => ({
    threadId: threadId(random),
    ...random.pick<Json>([
      { gitInfo: { sha: "abc", branch: "main" } },
      { gitInfo: { branch: null } },
      { gitInfo: { originUrl: "https://example.com/x.git" } },
      { gitInfo: { branch: "" } },
      { gitInfo: { sha: " " } },
      { gitInfo: {} },
      { gitInfo: null },
      {},
    ]),
  }),
  "thread/memoryMode/set": random => ({
    threadId: threadId(random),
    mode: random.pick(["enabled", "disabled", "odd"]),
  }),
  "thread/compact/start": random => ({ threadId: threadId(random) }),
  "thread/shellCommand": random => ({
    threadId: threadId(random),
    command: random.pick(["echo mine", " echo trimmed ", "exit 3", "cat none", "", "  "]),
  }),
  "thread/rollback": random => ({ threadId: threadId(random), numTurns: random.pick([1, 1, 2, 0, 50, -1]) }),
  "thread/inject_items": random => ({
    threadId: threadId(random),
    items: random.pick<unknown>([
      [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "INJECTED" }] }],
      [],
      [{ type: "message" }],
      [{ type: "message", role: "user", content: [{ type: "input_text", text: "I" }] }, { type: "bogus" }],
      ["x"],
    ]),
  }),
  "thread/increment_elicitation": random => ({ threadId: threadId(random) }),
  "thread/decrement_elicitation": random => ({ threadId: threadId(random) }),
  "thread/backgroundTerminals/clean": random => ({ threadId: threadId(random) }),
  "thread/approveGuardianDeniedAction": random => ({
    threadId: threadId(random),
    event: random.pick<unknown>([{}, null, { id: "x" }, "x"]),
  }),
  getConversationSummary: random =>
    random.pick<Json>([{ conversationId: threadId(random) }, { rolloutPath: "$P0" }, { rolloutPath: "none" }, {}]),
  "turn/start": random => ({ threadId: threadId(random), ...input(random), ...turnSettings(random) }),
  "turn/steer": random => ({
    threadId: threadId(random),
    expectedTurnId: random.pick(["$U0", "$U0", "$U1", "", "gone"]),
    ...input(random),
  }),
  "review/start": random => ({
    threadId: threadId(random),
    target: random.pick<unknown>([
      { type: "uncommittedChanges" },
      { type: "custom", instructions: " look " },
      { type: "custom", instructions: "" },
      { type: "baseBranch", branch: "main" },
      { type: "baseBranch", branch: " " },
      { type: "commit", sha: "0123456789abcdef", title: random.pick([null, "A title"]) },
      { type: "commit", sha: "" },
      { type: "odd" },
    ]),
    ...maybe(random, 0.3, { delivery: random.pick(["inline", "detached", "odd"]) }),
  }),
  "thread/realtime/start": random => ({
    threadId: threadId(random),
    outputModality: random.pick(["text", "audio", "odd"]),
  }),
  "thread/realtime/appendText": random => ({ threadId: threadId(random), text: "x" }),
  "thread/realtime/stop": random => ({ threadId: threadId(random) }),
};

const PLACES = ["a.txt", "sub", "sub/s.txt", "none", "n/e/w", "link", "sub/../a.txt", "", "a.txt/x"];
const place = (random: Random): string => `$WORK/${random.pick(PLACES)}`;
/** What may be written to and taken away. */
const target = (random: Random): string => `$WORK/made/${random.pick(["x", "y", "x/z", "d"])}`;

const KEYS: readonly (readonly [string, readonly unknown[]])[] = [
  ["model", ["gpt-5.4", "gpt-5.2", null, 5]],
  ["review_model", ["gpt-5.4", null, ""]],
  ["model_reasoning_effort", ["high", "bogus", null]],
  ["approval_policy", ["on-request", "never", "bogus", null]],
  ["sandbox_mode", ["read-only", "danger-full-access", "odd"]],
  ["sandbox_workspace_write", [{ network_access: true }, { writable_roots: ["sub"] }, null, "x"]],
  ["sandbox_workspace_write.network_access", [true, "x", null]],
  ["tui.notifications", [true, ["a"], 5]],
  ["tools.web_search", [true, null]],
  ["features.undo", [true, "x", null]],
  ["history", [{ persistence: "none" }, { persistence: "odd" }, null]],
  ["shell_environment_policy.set", [{ A: "1" }, { A: 1 }]],
  ["some.unknown.key", [1, [1, "x", { y: 2.5 }], null]],
  ["a..b", [1]],
  ["", [1]],
  ['projects."/tmp/x".trust_level', ["trusted", "odd"]],
  ["mcp_servers.s", [{ command: "true", enabled: false }, { command: 5 }, null]],
  ["developer_instructions", ["FROM FILE", null]],
];

const edit: Make = random => {
  const [keyPath, values] = random.pick(KEYS);
  return { keyPath, value: random.pick(values), mergeStrategy: random.pick(["replace", "replace", "upsert"]) };
};

const POLICY_OF_COMMAND: Make = random => ({
  ...maybe(random, 0.2, { sandboxPolicy: random.pick<unknown>(SANDBOXES) }),
  ...maybe(random, 0.1, { permissionProfile: random.pick<unknown>(PROFILES) }),
});

const processId = (random: Random): string => random.pick(["p0", "p0", "p1", "none", ""]);
const size = { rows: 10, cols: 30 };

/** Requests about the machine, the settings, and everything else. */
export const HOST: Readonly<Record<string, Make>> = {
  "fs/readFile": random => ({ path: place(random) }),
  "fs/writeFile": random => ({ path: target(random), dataBase64: random.pick([base64("x"), "", "%", "YQ", "YQ=="]) }),
  "fs/createDirectory": random => ({ path: target(random), ...maybe(random, 0.4, { recursive: random.chance(0.5) }) }),
  "fs/getMetadata": random => ({ path: place(random) }),
  "fs/readDirectory": random => ({ path: place(random) }),
  "fs/remove": random => ({
    path: target(random),
    ...maybe(random, 0.4, { recursive: random.chance(0.5) }),
    ...maybe(random, 0.4, { force: random.chance(0.5) }),
  }),
  "fs/copy": random => ({
    sourcePath: place(random),
    destinationPath: target(random),
    ...maybe(random, 0.5, { recursive: random.chance(0.7) }),
  }),
  "fs/watch": random => ({ watchId: random.pick(["w", "v", ""]), path: place(random) }),
  "fs/unwatch": random => ({ watchId: random.pick(["w", "v", ""]) }),
  "command/exec": random => ({
    command: random.pick<unknown>([
      ["echo", "hi"],
      ["sh", "-c", "echo out; echo err >&2; exit 3"],
      ["sh", "-c", "echo $A-$B-$CODEX_SANDBOX_NETWORK_DISABLED"],
      ["sh", "-c", "touch ../outside; echo $?"],
      ["pwd"],
      ["cat"],
      ["sh", "-c", "kill -9 $$"],
      ["nosuchprogram"],
      [],
      ["head", "-c", "300000", "/dev/zero"],
    ]),
    ...POLICY_OF_COMMAND(random),
    ...maybe(random, 0.2, { cwd: random.pick(["sub", "$WORK/sub", "none"]) }),
    ...maybe(random, 0.15, { env: random.pick<Json>([{ A: "1", B: null }, { A: 5 }, { "": "x" }]) }),
    ...maybe(random, 0.15, { outputBytesCap: random.pick([0, 3, -1]) }),
    ...maybe(random, 0.1, { disableOutputCap: true }),
    ...maybe(random, 0.1, { timeoutMs: random.pick([-1, 5000]) }),
    ...maybe(random, 0.1, { disableTimeout: true }),
    ...maybe(random, 0.1, { size: random.pick([size, { rows: 0, cols: 1 }]) }),
  }),
  "command/exec/write": random => ({
    processId: processId(random),
    ...random.pick<Json>([{ deltaBase64: base64("line\n") }, { deltaBase64: "%" }, {}, { deltaBase64: "" }]),
  }),
  "command/exec/resize": random => ({ processId: processId(random), size: random.pick([size, { rows: 0, cols: 0 }]) }),
  "config/read": random => ({
    ...maybe(random, 0.5, { includeLayers: random.chance(0.7) }),
    ...maybe(random, 0.3, { cwd: random.pick(["$WORK", "sub", "$WORK/none"]) }),
  }),
  "config/value/write": random => ({
    ...edit(random),
    ...maybe(random, 0.1, { expectedVersion: random.pick(["sha256:0", "", null]) }),
    ...maybe(random, 0.1, { filePath: random.pick(["$HOME/config.toml", "$WORK/config.toml", "config.toml"]) }),
  }),
  "config/batchWrite": random => ({
    edits: random.list(0, 3, () => edit(random)),
    ...maybe(random, 0.3, { reloadUserConfig: true }),
  }),
  "configRequirements/read": () => ({}),
  "config/mcpServer/reload": () => ({}),
  "experimentalFeature/list": page,
  "experimentalFeature/enablement/set": random => ({
    enablement: random.pick<Json>([
      { tool_search: false },
      { tool_call_mcp_elicitation: false },
      { bogus: true },
      { unified_exec: true },
      { connectors: true },
      {},
      { tool_search: 1 },
    ]),
  }),
  "collaborationMode/list": () => ({}),
  "mock/experimentalMethod": random => ({ value: random.pick<unknown>(["x", null, "", 5]) }),
  "model/list": random => ({ ...page(random), ...maybe(random, 0.3, { includeHidden: true }) }),
  "skills/list": random => ({
    ...maybe(random, 0.7, { cwds: random.pick([["$WORK"], ["sub"], ["$WORK/none"], [], ["$WORK", "$WORK/sub"]]) }),
    ...maybe(random, 0.3, { forceReload: true }),
  }),
  "skills/config/write": random => ({
    enabled: random.chance(0.5),
    ...random.pick<Json>([
      { name: "greet" },
      { name: "" },
      { name: "nope" },
      { path: "$WORK/.codex/skills/greet/SKILL.md" },
      { path: "x" },
      { name: "greet", path: "/x" },
      {},
    ]),
  }),
  "account/read": random => maybe(random, 0.5, { refreshToken: random.chance(0.5) }),
  "account/login/start": random =>
    random.pick<Json>([
      { type: "apiKey", apiKey: "sk-test" },
      { type: "apiKey", apiKey: "" },
      { type: "apiKey" },
      { type: "magic" },
      { type: "chatgptAuthTokens", accessToken: "x", chatgptAccountId: "y", chatgptPlanType: null },
      {},
    ]),
  "account/login/cancel": random => ({ loginId: random.pick([UNKNOWN_THREAD, "bad", ""]) }),
  "account/logout": () => ({}),
  "account/rateLimits/read": () => ({}),
  "account/sendAddCreditsNudgeEmail": random => ({ creditType: random.pick(["credits", "usage_limit", "odd"]) }),
  getAuthStatus: random => ({
    ...maybe(random, 0.6, { includeToken: random.chance(0.7) }),
    ...maybe(random, 0.3, { refreshToken: random.chance(0.5) }),
  }),
  gitDiffToRemote: random => ({ cwd: random.pick(["$WORK", "$WORK/none", "sub", ""]) }),
  fuzzyFileSearch: random => ({
    query: random.pick(["a", "s.t", "", "zzz"]),
    roots: random.pick([["$WORK"], ["$WORK/sub"], [], ["none"]]),
    ...maybe(random, 0.3, { cancellationToken: "t" }),
  }),
  "fuzzyFileSearch/sessionStart": random => ({ sessionId: random.pick(["s", ""]), roots: ["$WORK"] }),
  "fuzzyFileSearch/sessionUpdate": random => ({ sessionId: random.pick(["s", "r"]), query: "a" }),
  "fuzzyFileSearch/sessionStop": random => ({ sessionId: random.pick(["s", "r"]) }),
  "mcpServerStatus/list": random => ({ ...page(random), ...maybe(random, 0.3, { detail: "toolsAndAuthOnly" }) }),
  "mcpServer/oauth/login": random => ({ name: random.pick(["nope", "", "s"]) }),
  "mcpServer/resource/read": random => ({ server: "nope", uri: "a:b", ...maybe(random, 0.5, { threadId: "$T0" }) }),
  "mcpServer/tool/call": random => ({ threadId: threadId(random), server: "nope", tool: "t" }),
  "externalAgentConfig/detect": () => ({ includeHome: false }),
  "externalAgentConfig/import": () => ({ migrationItems: [] }),
  "windowsSandbox/setupStart": random => ({ mode: random.pick(["elevated", "unelevated", "odd"]) }),
  "app/list": page,
  "plugin/list": () => ({}),
  "marketplace/remove": () => ({ marketplaceName: "nope" }),
  initialize: random => ({ clientInfo: { name: random.pick(["again", "a\nb"]), version: "1" } }),
  "memory/reset": () => ({}),
  "nope/method": () => ({}),
};
