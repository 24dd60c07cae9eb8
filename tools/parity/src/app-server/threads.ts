import type { Json } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { asking, type Ask, askAll, scenario, text, threadOf, UNKNOWN_THREAD } from "./stage.ts";

const PROFILE = { type: "managed", fileSystem: { type: "unrestricted" }, network: { enabled: false } };

/** Every request about one thread. */
const about = (threadId: string): Ask[] => [
  ["read", "thread/read", { threadId }],
  ["read with turns", "thread/read", { threadId, includeTurns: true }],
  ["turns", "thread/turns/list", { threadId }],
  ["bad cursor of turns", "thread/turns/list", { threadId, cursor: "x" }],
  ["name", "thread/name/set", { threadId, name: "A name" }],
  ["blank name", "thread/name/set", { threadId, name: "  " }],
  ["metadata", "thread/metadata/update", { threadId, gitInfo: { branch: "b" } }],
  ["no metadata", "thread/metadata/update", { threadId }],
  ["empty metadata", "thread/metadata/update", { threadId, gitInfo: {} }],
  ["blank branch", "thread/metadata/update", { threadId, gitInfo: { branch: " " } }],
  ["blank sha", "thread/metadata/update", { threadId, gitInfo: { sha: "" } }],
  ["blank url", "thread/metadata/update", { threadId, gitInfo: { originUrl: "" } }],
  ["memory", "thread/memoryMode/set", { threadId, mode: "disabled" }],
  ["increment", "thread/increment_elicitation", { threadId }],
  ["decrement", "thread/decrement_elicitation", { threadId }],
  ["decrement at zero", "thread/decrement_elicitation", { threadId }],
  ["shell command", "thread/shellCommand", { threadId, command: " " }],
  ["no turns to roll back", "thread/rollback", { threadId, numTurns: 0 }],
  ["inject nothing", "thread/inject_items", { threadId, items: [] }],
  ["inject what is none", "thread/inject_items", { threadId, items: [{ type: "message" }] }],
  ["clean terminals", "thread/backgroundTerminals/clean", { threadId }],
  ["guardian event", "thread/approveGuardianDeniedAction", { threadId, event: {} }],
  ["steer", "turn/steer", { threadId, expectedTurnId: "t", input: text("x") }],
  ["steer without a turn", "turn/steer", { threadId, expectedTurnId: "", input: text("x") }],
  ["start-up interrupt", "turn/interrupt", { threadId, turnId: "" }],
  ["review of nothing", "review/start", { threadId, target: { type: "custom", instructions: " " } }],
  ["review of no branch", "review/start", { threadId, target: { type: "baseBranch", branch: " " } }],
  ["review of no commit", "review/start", { threadId, target: { type: "commit", sha: "" } }],
  ["unsubscribe", "thread/unsubscribe", { threadId }],
  ["unsubscribe again", "thread/unsubscribe", { threadId }],
];

const gone = (threadId: string): Ask[] => [
  ...about(threadId),
  ["resume", "thread/resume", { threadId }],
  ["fork", "thread/fork", { threadId }],
  ["archive", "thread/archive", { threadId }],
  ["unarchive", "thread/unarchive", { threadId }],
  ["compact", "thread/compact/start", { threadId }],
  ["start a turn", "turn/start", { threadId, input: text("x") }],
  ["summary", "getConversationSummary", { conversationId: threadId }],
];

const starts: readonly [name: string, params: Json][] = [
  ["nothing", {}],
  ["a model", { model: "gpt-5.4" }],
  ["an unknown model", { model: "none-such" }],
  ["an unknown provider", { modelProvider: "nowhere" }],
  ["read-only", { sandbox: "read-only" }],
  ["workspace-write", { sandbox: "workspace-write" }],
  ["full access", { sandbox: "danger-full-access" }],
  ["a profile", { permissionProfile: PROFILE }],
  ["no profile", { permissionProfile: { type: "disabled" } }],
  ["an external profile", { permissionProfile: { type: "external", network: { enabled: true } } }],
  ["both policies", { permissionProfile: PROFILE, sandbox: "read-only" }],
  ["never", { approvalPolicy: "never" }],
  ["on-failure", { approvalPolicy: "on-failure" }],
  ["granular", { approvalPolicy: { granular: { sandbox_approval: true, rules: false, mcp_elicitations: true } } }],
  ["granular with a gap", { approvalPolicy: { granular: { sandbox_approval: true } } }],
  ["a reviewer", { approvalsReviewer: "auto_review" }],
  ["the reviewer's old name", { approvalsReviewer: "guardian_subagent" }],
  ["a tier", { serviceTier: "flex" }],
  ["no tier", { serviceTier: null }],
  ["an ephemeral thread", { ephemeral: true }],
  ["settings", { config: { model_reasoning_effort: "high", "features.unified_exec": false } }],
  ["wrong settings", { config: { model_reasoning_effort: 5 } }],
  ["a wrong policy in settings", { config: { approval_policy: "maybe" } }],
  ["an unknown environment", { environments: [{ environmentId: "no", cwd: "/tmp" }] }],
  ["instructions", { baseInstructions: "Be brief.", developerInstructions: "In German." }],
  ["a personality", { personality: "pragmatic" }],
  ["a cleared session", { sessionStartSource: "clear" }],
  ["a service name", { serviceName: "x" }],
];

const startScenarios = starts.map(([name, params]) =>
  scenario(`thread/start with ${name}`, { script: ["ok"], config: "" }, async drive => {
    await drive.note("start", "thread/start", { cwd: drive.place.work, ...params });
    await drive.note("loaded", "thread/loaded/list", {});
  }),
);

const weather = { name: "weather", description: "W", inputSchema: { type: "object", properties: {} } };
const tools: readonly [name: string, tools: Json[]][] = [
  ["no tools", []],
  ["a tool", [weather]],
  ["a nameless tool", [{ ...weather, name: "" }]],
  ["a spaced name", [{ ...weather, name: " a" }]],
  ["a reserved name", [{ ...weather, name: "mcp" }]],
  ["a reserved prefix", [{ ...weather, name: "mcp__x" }]],
  ["a strange name", [{ ...weather, name: "a b/c" }]],
  ["an empty namespace", [{ ...weather, namespace: "" }]],
  ["a spaced namespace", [{ ...weather, namespace: "n " }]],
  ["a reserved namespace", [{ ...weather, namespace: "mcp__n" }]],
  ["twins", [weather, weather]],
  ["twins in a namespace", [weather, { ...weather, namespace: "n" }, { ...weather, namespace: "n" }]],
  ["deferred without a namespace", [{ ...weather, deferLoading: true }]],
  ["a schema that is none", [{ ...weather, inputSchema: 5 }]],
  ["a schema without a type", [{ ...weather, inputSchema: {} }]],
  ["a schema of a strange type", [{ ...weather, inputSchema: { type: "strange" } }]],
];

const refused = { status: 400, body: { error: { message: "refused" } } };

async function talked(drive: Drive, params: Json = {}): Promise<string> {
  const thread = await drive.thread(params);
  await drive.turn(thread, "one");
  return thread;
}

/** Threads: their start, and every request about one in every state. */
export const threads = [
  ...startScenarios,
  asking(
    "thread/start with tools of the client",
    tools.map(([name, dynamicTools]) => [name, "thread/start", { dynamicTools }]),
  ),
  asking("requests about an unknown thread", gone(UNKNOWN_THREAD)),
  asking("requests about an id that is none", gone("not-an-id")),
  asking("requests about an id that is too short", gone("abc")),
  asking("requests about an empty id", gone("")),
  asking("requests about an id in capitals and braces", gone(`{${UNKNOWN_THREAD.toUpperCase()}}`)),
  asking("requests about an id with a prefix", gone(`urn:uuid:${UNKNOWN_THREAD}`)),
  asking("requests about an id with too few groups", gone("1-2")),
  asking("requests about an id that is too long", gone(`${UNKNOWN_THREAD}0`)),
  scenario("requests about a thread in which nothing was said", { script: [] }, async drive => {
    const threadId = await drive.thread();
    await askAll(drive, about(threadId));
    await drive.note("fork", "thread/fork", { threadId });
    await drive.note("archive", "thread/archive", { threadId });
    await drive.note("unarchive", "thread/unarchive", { threadId });
    await drive.note("summary", "getConversationSummary", { conversationId: threadId });
    await drive.note("resume", "thread/resume", { threadId });
  }),
  scenario("requests about a thread after its first turn", { script: ["ok"] }, async drive => {
    const threadId = await talked(drive);
    await askAll(drive, about(threadId));
    await drive.note("fork", "thread/fork", { threadId });
    await drive.note("resume", "thread/resume", { threadId });
    // What is told after the last answer is heard, too.
    await drive.pause(300);
  }),
  scenario("requests about an ephemeral thread", { script: ["ok"] }, async drive => {
    const threadId = await talked(drive, { ephemeral: true });
    await askAll(drive, about(threadId));
    await drive.note("fork", "thread/fork", { threadId });
    await drive.note("archive", "thread/archive", { threadId });
    await drive.note("resume", "thread/resume", { threadId });
  }),
  scenario("requests about an archived thread", { script: ["ok"] }, async drive => {
    const threadId = await talked(drive);
    await drive.note("archive", "thread/archive", { threadId });
    await askAll(
      drive,
      gone(threadId).filter(([name]) => !["resume", "fork", "unarchive"].includes(name)),
    );
    await drive.note("resume", "thread/resume", { threadId });
    await drive.note("fork", "thread/fork", { threadId });
    await drive.note("list", "thread/list", {});
    await drive.note("archived", "thread/list", { archived: true });
    await drive.note("unarchive", "thread/unarchive", { threadId });
    await drive.note("unarchive again", "thread/unarchive", { threadId });
    await drive.note("read", "thread/read", { threadId, includeTurns: true });
  }),
  scenario("requests about a stored thread that is not loaded", { script: ["ok"] }, async drive => {
    const threadId = await talked(drive);
    await drive.restart();
    await askAll(drive, about(threadId));
    await drive.note("summary", "getConversationSummary", { conversationId: threadId });
    await drive.note("read", "thread/read", { threadId });
    await drive.note("archive", "thread/archive", { threadId });
    await drive.note("list", "thread/list", {});
  }),
  scenario("a name of a stored thread", { script: ["ok"] }, async drive => {
    const threadId = await talked(drive);
    await drive.restart();
    await drive.note("name", "thread/name/set", { threadId, name: " Named later " });
    await drive.until("thread/name/updated");
    await drive.note("read", "thread/read", { threadId });
    await drive.note("list", "thread/list", { searchTerm: "later" });
    await drive.note("not found", "thread/list", { searchTerm: "LATER" });
    await drive.note("resume", "thread/resume", { threadId });
  }),
  scenario("a resumed thread with other settings", { script: ["ok"] }, async drive => {
    const threadId = await talked(drive);
    await drive.restart();
    await drive.note("resume", "thread/resume", {
      threadId,
      approvalPolicy: "untrusted",
      sandbox: "read-only",
      serviceTier: "flex",
      config: { model_reasoning_effort: "high" },
    });
    await drive.note("again", "thread/resume", { threadId, model: "gpt-5.4" });
    await drive.note("without turns", "thread/resume", { threadId, excludeTurns: true });
    await drive.note("path", "thread/resume", { threadId, path: "/nowhere" });
    await drive.note("no path", "thread/resume", { threadId, path: "" });
    await drive.note("history", "thread/resume", { threadId, history: [] });
    await drive.note("running history", "thread/resume", {
      threadId,
      history: [{ type: "message", role: "user", content: [{ type: "input_text", text: "h" }] }],
    });
  }),
  scenario("joined after rollbacks", { script: ["ok", "more", "most"] }, async drive => {
    const threadId = await talked(drive);
    await drive.turn(threadId, "two");
    await drive.turn(threadId, "three");
    for (const left of ["two left", "one left", "none left"]) {
      await drive.note(`${left}, rollback`, "thread/rollback", { threadId, numTurns: 1 });
      await drive.note(left, "thread/resume", { threadId });
      await drive.pause(200);
    }
  }),
  scenario("a thread resumed whose last turn was refused", { script: ["ok", refused] }, async drive => {
    const threadId = await talked(drive);
    await drive.turn(threadId, "refused");
    await drive.note("joined", "thread/resume", { threadId });
    await drive.pause(200);
    await drive.restart();
    await drive.note("resumed", "thread/resume", { threadId });
    await drive.note("fork", "thread/fork", { threadId });
    await drive.note("fork in memory", "thread/fork", { threadId, ephemeral: true });
    await drive.pause(200);
  }),
  scenario("a thread resumed by its file", { script: ["ok"] }, async drive => {
    const threadId = await talked(drive);
    const read = await drive.call("thread/read", { threadId });
    const { path } = read["thread"] as { path: string };
    await drive.restart();
    await drive.note("missing", "thread/resume", { threadId, path: "/nowhere/x.jsonl" });
    await drive.note("a folder", "thread/resume", { threadId, path: drive.place.work });
    await drive.note("empty", "thread/resume", { threadId, path: "" });
    await drive.note("by path", "thread/resume", { threadId: "ignored", path });
  }),
  scenario("a thread resumed from a history", { script: ["ok"], git: true }, async drive => {
    const history = [
      { type: "message", role: "user", content: [{ type: "input_text", text: "before" }] },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "yes" }] },
    ];
    const answer = await drive.note("resume", "thread/resume", { threadId: "ignored", history });
    await drive.turn(threadOf(answer), "and now");
    await drive.note("join", "thread/resume", { threadId: threadOf(answer) });
    await drive.note("read", "thread/read", { threadId: threadOf(answer), includeTurns: true });
  }),
  scenario("forks", { script: ["ok", "forked", "ephemeral"] }, async drive => {
    const threadId = await talked(drive);
    await drive.note("without turns", "thread/fork", { threadId, excludeTurns: true });
    await drive.note("with settings", "thread/fork", { threadId, sandbox: "read-only", approvalPolicy: "never" });
    await drive.note("both policies", "thread/fork", { threadId, sandbox: "read-only", permissionProfile: PROFILE });
    await drive.note("missing path", "thread/fork", { threadId, path: "/nowhere" });
    await drive.note("loaded", "thread/loaded/list", {});
    await drive.note("list", "thread/list", {});
  }),
  scenario("an ephemeral fork", { script: ["ok", "ephemeral"] }, async drive => {
    const threadId = await talked(drive);
    const fork = await drive.note("fork", "thread/fork", { threadId, ephemeral: true });
    await drive.note("read", "thread/read", { threadId: threadOf(fork) });
    await drive.turn(threadOf(fork), "two");
    await drive.note("list", "thread/list", {});
    await drive.note("source", "thread/read", { threadId, includeTurns: true });
  }),
  scenario("injected items", { script: ["ok"] }, async drive => {
    const threadId = await drive.thread();
    const inject = (name: string, items: unknown[]) => drive.note(name, "thread/inject_items", { threadId, items });
    await inject("a text", ["x"]);
    await inject("an object", [{}]);
    await inject("an unknown type", [{ type: "news", x: 1 }]);
    await inject("no content", [{ type: "message", role: "user" }]);
    await inject("a number as role", [{ type: "message", role: 5, content: [] }]);
    await inject("an unknown content", [{ type: "message", role: "user", content: [{ type: "odd" }] }]);
    await inject("the second is wrong", [
      { type: "message", role: "user", content: [] },
      { type: "function_call_output" },
    ]);
    await inject("right", [{ type: "message", role: "user", content: [{ type: "input_text", text: "in" }] }]);
    await drive.turn(threadId, "go");
    await drive.note("read", "thread/read", { threadId, includeTurns: true });
  }),
  scenario(
    "forks of a thread whose model was changed",
    { script: ["one", "two", "three"], files: { "work/sub/x": "" } },
    async drive => {
      const threadId = await drive.thread();
      await drive.turn(threadId, "1", { model: "gpt-5.4", effort: "low" });
      const fork = (name: string, params: Json) =>
        drive.note(name, "thread/fork", { threadId, excludeTurns: true, ...params });
      await fork("as it is", {});
      await fork("elsewhere", { cwd: `${drive.place.work}/sub` });
      await fork("nowhere", { cwd: `${drive.place.work}/none` });
      await drive.turn(threadId, "2", { model: "no-such-model" });
      await fork("with a model that nobody knows", {});
      await drive.note("both", "thread/fork", {
        threadId: "x",
        sandbox: "read-only",
        permissionProfile: { type: "disabled" },
      });
      await drive.note("both again", "thread/resume", {
        threadId: "x",
        sandbox: "read-only",
        permissionProfile: { type: "disabled" },
      });
    },
  ),
];
