import { functionCall, type Json } from "@codex-ts-tools/model-server";
import { asking, scenario, text, UNKNOWN_THREAD } from "./stage.ts";

const overrides: readonly [name: string, params: Json][] = [
  ["a model and an effort", { model: "gpt-5.4", effort: "low" }],
  ["a summary", { summary: "detailed" }],
  ["a personality", { personality: "friendly" }],
  ["a policy", { approvalPolicy: "untrusted" }],
  ["a sandbox", { sandboxPolicy: { type: "readOnly" } }],
  ["a workspace", { sandboxPolicy: { type: "workspaceWrite", networkAccess: true, excludeSlashTmp: true } }],
  ["a profile", { permissionProfile: { type: "disabled" } }],
  ["a folder", { cwd: "sub" }],
  ["a reviewer", { approvalsReviewer: "auto_review" }],
  ["a tier", { serviceTier: "flex" }],
  ["a schema", { outputSchema: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } }],
  [
    "plan mode",
    {
      collaborationMode: {
        mode: "plan",
        settings: { model: "gpt-5.4", reasoning_effort: "high", developer_instructions: null },
      },
    },
  ],
];

const overrideScenarios = overrides.map(([name, params]) =>
  scenario(
    `turn/start with ${name}, which a later turn keeps or not`,
    { script: ["one", "two"], config: "", files: { "work/sub/x": "" } },
    async drive => {
      const threadId = await drive.thread();
      await drive.turn(threadId, "1", params);
      await drive.turn(threadId, "2");
      await drive.note("then", "thread/resume", { threadId, excludeTurns: true });
      drive.notes["requests"] = drive.server.requests.map(({ body }) => ({
        model: body["model"],
        reasoning: body["reasoning"],
        text: body["text"],
        tier: body["service_tier"],
      }));
    },
  ),
);

/** Turns: what starts them, what changes them, what ends them. */
export const turns = [
  ...overrideScenarios,
  scenario("turns that are refused", { script: ["ok"] }, async drive => {
    const threadId = await drive.thread();
    const start = (name: string, params: Json) => drive.note(name, "turn/start", { threadId, ...params });
    const both = { permissionProfile: { type: "disabled" }, sandboxPolicy: { type: "dangerFullAccess" } };
    await start("both policies", { input: text("x"), ...both });
    await start("too much text", { input: text("x".repeat(1_048_577)) });
    await start("too much in two", { input: [...text("ä".repeat(1_048_576)), ...text("b")] });
    await start("an unknown input", { input: [{ type: "video" }] });
    await start("a text without one", { input: [{ type: "text" }] });
    await start("an image without one", { input: [{ type: "image" }] });
    await start("an unknown environment", { input: text("x"), environments: [{ environmentId: "no", cwd: "/tmp" }] });
    await start("an unknown effort", { input: text("x"), effort: "enormous" });
    await start("a relative root", {
      input: text("x"),
      sandboxPolicy: { type: "workspaceWrite", writableRoots: ["x"] },
    });
    await start("no input", {});
    await drive.note("unknown thread", "turn/start", { threadId: UNKNOWN_THREAD, input: text("x") });
    await drive.note("unknown thread, too much", "turn/start", {
      threadId: UNKNOWN_THREAD,
      input: text("x".repeat(1_048_577)),
    });
  }),
  scenario("an empty turn", { script: ["ok"] }, async drive => {
    const threadId = await drive.thread();
    await drive.note("start", "turn/start", { threadId, input: [] });
    await drive.until("error");
    await drive.note("read", "thread/read", { threadId });
  }),
  scenario("kinds of input", { script: ["ok"], files: { "work/a.txt": "a" } }, async drive => {
    const threadId = await drive.thread();
    await drive.call("turn/start", {
      threadId,
      input: [
        { type: "text", text: "look", text_elements: [{ byteRange: { start: 0, end: 4 }, placeholder: "p" }] },
        { type: "image", url: "data:image/png;base64,iVBORw0KGgo=" },
        { type: "localImage", path: "/no/such.png" },
        { type: "skill", name: "none", path: "/no/SKILL.md" },
        { type: "mention", name: "a", path: "app://a" },
      ],
    });
    await drive.until("turn/completed");
    await drive.note("read", "thread/read", { threadId, includeTurns: true });
  }),
  scenario("a plain turn", { script: [{ text: "Hi there", chunk: 3 }] }, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "hello");
    await drive.note("read", "thread/read", { threadId: thread, includeTurns: true });
  }),
  scenario(
    "reasoning and a plan",
    {
      script: [
        {
          items: [
            { type: "reasoning", id: "rs_1", summary: [{ type: "summary_text", text: "Thinking." }] },
            functionCall("update_plan", { plan: [{ step: "one", status: "in_progress" }] }, "c1"),
          ],
        },
        "done",
      ],
    },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "go");
      await drive.note("read", "thread/read", { threadId: thread, includeTurns: true });
    },
  ),
  scenario("raw items", { script: ["ok"] }, async drive => {
    const thread = await drive.thread({ experimentalRawEvents: true });
    await drive.turn(thread, "go");
  }),
  scenario(
    "a failing turn, then a good one",
    { script: [{ status: 400, body: '{"error":{"message":"bad"}}' }, "ok"] },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "1");
      await drive.note("status", "thread/read", { threadId: thread, includeTurns: true });
      await drive.turn(thread, "2");
      await drive.note("status again", "thread/read", { threadId: thread });
    },
  ),
  scenario("interrupts", { script: [{ text: "never", hang: true }, "ok"] }, async drive => {
    const thread = await drive.thread();
    const turn = await drive.begin(thread, "1");
    await drive.until("item/agentMessage/delta");
    await drive.note("status", "thread/read", { threadId: thread });
    await drive.note("running turns", "thread/turns/list", { threadId: thread });
    await drive.note("rollback", "thread/rollback", { threadId: thread, numTurns: 1 });
    await drive.note("interrupt", "turn/interrupt", { threadId: thread, turnId: turn });
    await drive.until("turn/completed");
    await drive.turn(thread, "2");
  }),
  scenario("a start-up interrupt of a running turn", { script: [{ text: "never", hang: true }] }, async drive => {
    const thread = await drive.thread();
    await drive.begin(thread, "1");
    await drive.until("item/agentMessage/delta");
    await drive.note("interrupt", "turn/interrupt", { threadId: thread, turnId: "" });
    await drive.until("turn/completed");
  }),
  scenario("reviews that are refused, and one of nothing", { script: ["ok"], git: true }, async drive => {
    const threadId = await drive.thread();
    const review = (name: string, params: Json) => drive.note(name, "review/start", { threadId, ...params });
    await review("no target", {});
    await review("an unknown target", { target: { type: "tag" } });
    await review("an unknown way", { target: { type: "uncommittedChanges" }, delivery: "later" });
    await review("detached before anything was said", { target: { type: "uncommittedChanges" }, delivery: "detached" });
  }),
  ...[
    ["changes", { type: "uncommittedChanges" }],
    ["a branch", { type: "baseBranch", branch: "main" }],
    ["a commit", { type: "commit", sha: "0123456789abcdef", title: "A title" }],
    ["a commit without a title", { type: "commit", sha: "0123456789abcdef" }],
    ["a short commit", { type: "commit", sha: "012" }],
    ["own words", { type: "custom", instructions: "  Look at the tests.  " }],
  ].map(([name, target]) =>
    scenario(
      `a review of ${String(name)}`,
      {
        script: [
          JSON.stringify({
            findings: [],
            overall_correctness: "patch is correct",
            overall_explanation: "All fine.",
            overall_confidence_score: 0.9,
          }),
        ],
        git: true,
      },
      async drive => {
        const threadId = await drive.thread();
        await drive.note("start", "review/start", { threadId, target });
        await drive.until("turn/completed");
      },
    ),
  ),
  asking("realtime where it is not on", [
    ["start", "thread/realtime/start", { threadId: UNKNOWN_THREAD, outputModality: "text" }],
    ["text", "thread/realtime/appendText", { threadId: UNKNOWN_THREAD, text: "x" }],
    ["stop", "thread/realtime/stop", { threadId: UNKNOWN_THREAD }],
  ]),
  scenario("realtime in a thread", { script: [] }, async drive => {
    const threadId = await drive.thread();
    await drive.note("start", "thread/realtime/start", { threadId, outputModality: "text" });
    await drive.note("text", "thread/realtime/appendText", { threadId, text: "x" });
    await drive.note("stop", "thread/realtime/stop", { threadId });
  }),
];
