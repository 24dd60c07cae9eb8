import type { Json } from "@codex-ts-tools/model-server";
import type { Random } from "../../random.ts";
import { text, UNKNOWN_THREAD } from "../stage.ts";

/**
 * Params of a request, as they are before a run: `$T2` stands for the third thread of the session, `$P2` for its file, `$U0` for
 * the newest turn, `$CURSOR` for the newest cursor, `$WORK`, `$HOME` and `$ROOT` for the folders.
 */
export type Make = (random: Random) => Json;

export const maybe = (random: Random, probability: number, more: Json): Json =>
  random.chance(probability) ? more : {};

/** A thread of the session, seldom one that is none. */
export function threadId(random: Random): string {
  if (random.chance(0.85)) return `$T${random.below(4)}`;
  return random.pick([UNKNOWN_THREAD, "", "bad", "urn:uuid:$T0", "{$T0}", `${UNKNOWN_THREAD}0`, "$T0 ", "$U0"]);
}

const LIMITS = [0, 1, 2, 3, 100, 1000];
export const page: Make = random => ({
  ...maybe(random, 0.5, { limit: random.pick(LIMITS) }),
  ...maybe(random, 0.4, { cursor: random.pick(["$CURSOR", "$CURSOR", "x", "", "1", "-1", "$T1"]) }),
});
const sorted: Make = random => maybe(random, 0.4, { sortDirection: random.pick(["asc", "desc"]) });

export const SANDBOXES = [
  { type: "readOnly" },
  { type: "workspaceWrite" },
  { type: "workspaceWrite", writableRoots: ["$ROOT/more"], networkAccess: true },
  { type: "dangerFullAccess" },
  { type: "externalSandbox" },
  { type: "externalSandbox", networkAccess: "enabled" },
];

export const PROFILES = [
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
