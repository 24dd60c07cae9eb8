import { stdioServerToml } from "@codex-ts-tools/mcp-servers";
import { functionCall, type Json } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import type { Scenario } from "../drive/scenario.ts";
import { hooksFile, says, specific } from "../hooks/stage.ts";
import { came, told, turns } from "./stage.ts";

const PIXEL =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const usage = { input: 10, cached: 4, output: 5, reasoning: 1 };
const shellThenDone = [
  { items: [functionCall("shell_command", { command: "echo hi" }, "c1")], usage },
  { text: "done", usage },
];
const hooks = (written: Parameters<typeof hooksFile>[0]) => ({ "home/hooks.json": hooksFile(written) });
const text = (words: string) => [{ type: "text", text: words }];

/** A turn that waits for the model, and something that happens meanwhile. */
function meanwhile(step: (drive: Drive, threadId: string, turnId: string) => Promise<void>) {
  return async (drive: Drive): Promise<void> => {
    const threadId = await drive.thread();
    const turnId = await drive.begin(threadId, "go");
    await drive.until("item/started", params => (params["item"] as Json)["type"] === "commandExecution");
    await step(drive, threadId, turnId);
    await drive.until("turn/completed");
    await came(drive, "codex_turn_event");
  };
}
const waiting = [
  { items: [functionCall("shell_command", { command: "sleep 3" }, "c1")], usage },
  { text: "done", usage },
  "more",
];

export const scenarios: readonly Scenario[] = [
  told("a thread alone", {}, async drive => {
    await drive.thread();
    await came(drive, "codex_thread_initialized");
  }),
  told("a thread that is not kept", {}, async drive => {
    const thread = await drive.thread({ ephemeral: true });
    await drive.turn(thread, "hi");
    await came(drive, "codex_turn_event");
  }),
  told("a turn with a command", { script: shellThenDone }, turns("go")),
  told("a list of models behind a login", { provider: "requires_openai_auth = true" }, turns("go")),
  told(
    "a list of models behind a command's token",
    { provider: '\n[model_providers.mock.auth]\ncommand = "echo"\nargs = ["token"]\n' },
    turns("go"),
  ),
  ...[401, 500].map(status =>
    told(
      `a list of models that is answered with ${status}`,
      {
        provider: "requires_openai_auth = true",
        models: { status, body: { error: { message: "no" } }, headers: { "x-request-id": "r-1", "cf-ray": "ray-1" } },
      },
      turns("go"),
    ),
  ),
  told("two turns", {}, turns("one", "two")),
  told("a client without capabilities", { capabilities: {} }, turns("go")),
  told(
    "settings of a turn",
    {
      config:
        'sandbox_mode = "read-only"\napproval_policy = "on-request"\nmodel_reasoning_effort = "high"\nmodel_reasoning_summary = "none"\npersonality = "none"\nservice_tier = "fast"',
    },
    turns("go"),
  ),
  told(
    "a workspace that may be written, with network",
    {
      config:
        'sandbox_mode = "workspace-write"\napproval_policy = "untrusted"\npersonality = "friendly"\nmodel_reasoning_summary = "detailed"',
      tables: "[sandbox_workspace_write]\nnetwork_access = true\n",
    },
    turns("go"),
  ),
  told("plan mode", {}, async drive => {
    const threadId = await drive.thread();
    const collaborationMode = {
      mode: "plan",
      settings: { model: "gpt-5.2", reasoning_effort: null, developer_instructions: null },
    };
    await drive.turn(threadId, "plan it", { collaborationMode });
    await came(drive, "codex_turn_event");
  }),
  told("images", {}, async drive => {
    const threadId = await drive.thread();
    const from = drive.wire.messages.length;
    const input = [...text("look"), { type: "image", url: PIXEL }, { type: "image", url: PIXEL }];
    await drive.call("turn/start", { threadId, input });
    await drive.until("turn/completed", () => true, from);
    await came(drive, "codex_turn_event");
  }),
  told(
    "hooks that pass, fail, block and stop",
    {
      script: shellThenDone,
      files: hooks({
        SessionStart: ["true"],
        UserPromptSubmit: ["true", "exit 1"],
        PreToolUse: [
          "true",
          says(specific("PreToolUse", { permissionDecision: "deny", permissionDecisionReason: "no" })),
        ],
        Stop: [says({ continue: false, stopReason: "enough" }), "exit 3"],
      }),
    },
    turns("go"),
  ),
  told(
    "hooks from config.toml and from the project",
    {
      tables: '[[hooks.Stop]]\n[[hooks.Stop.hooks]]\ntype = "command"\ncommand = "true"\n',
      files: { "work/.codex/hooks.json": hooksFile({ Stop: ["true"] }) },
      config: 'sandbox_mode = "danger-full-access"\napproval_policy = "never"',
    },
    turns("go"),
  ),
  told(
    "a prompt that a hook blocks",
    { files: hooks({ UserPromptSubmit: [says({ decision: "block", reason: "no" })] }) },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "go");
      await came(drive, "codex_hook_run");
    },
  ),
  told(
    "a turn that fails",
    { script: [{ failed: { code: "context_length_exceeded", message: "too long" } }] as never },
    turns("go"),
  ),
  told(
    "a turn that the model's server refuses",
    { script: [{ status: 400, body: { error: { message: "bad", type: "invalid_request_error" } } }] },
    turns("go"),
  ),
  told(
    "a turn that is interrupted",
    { script: waiting },
    meanwhile(async (drive, threadId, turnId) => void (await drive.call("turn/interrupt", { threadId, turnId }))),
  ),
  told(
    "input for a running turn",
    { script: waiting },
    meanwhile(async (drive, threadId, expectedTurnId) => {
      const input = [...text("also"), { type: "image", url: PIXEL }];
      await drive.call("turn/steer", { threadId, input, expectedTurnId });
    }),
  ),
  told(
    "input that a running turn does not take",
    { script: waiting },
    meanwhile(async (drive, threadId, expectedTurnId) => {
      await drive.note("mismatch", "turn/steer", { threadId, input: text("x"), expectedTurnId: "other" });
      await drive.note("empty", "turn/steer", { threadId, input: [], expectedTurnId });
      await drive.note("large", "turn/steer", { threadId, input: text("x".repeat(1_100_000)), expectedTurnId });
    }),
  ),
  told("input where no turn runs", {}, async drive => {
    const threadId = await drive.thread();
    await drive.note("idle", "turn/steer", { threadId, input: text("x"), expectedTurnId: "none" });
    await came(drive, "codex_turn_steer_event");
  }),
  told("input for a review", { script: waiting }, async drive => {
    const threadId = await drive.thread();
    const review = await drive.note("review", "review/start", {
      threadId,
      target: { type: "custom", instructions: "look" },
    });
    // The reviewer's own thread is told of first.
    await came(drive, "codex_thread_initialized", 2);
    const turn = ((review.result ?? {})["turn"] ?? {}) as Json;
    await drive.note("steer", "turn/steer", { threadId, input: text("x"), expectedTurnId: String(turn["id"]) });
    await drive.until("turn/completed");
    await came(drive, "codex_turn_steer_event");
    delete drive.notes["review"];
    delete drive.notes["steer"];
  }),
  told("a thread that is resumed", {}, async drive => {
    const threadId = await drive.thread();
    await drive.turn(threadId, "one");
    await came(drive, "codex_turn_event");
    await drive.restart();
    await drive.call("thread/resume", { threadId });
    await drive.turn(threadId, "two");
    await came(drive, "codex_turn_event", 2);
  }),
  told("a thread that is forked", {}, async drive => {
    const threadId = await drive.thread();
    await drive.turn(threadId, "one");
    const result = await drive.call("thread/fork", { threadId });
    await drive.turn(String((result["thread"] as Json)["id"]), "two");
    await came(drive, "codex_turn_event", 2);
  }),
  told("a conversation that is compacted", { script: ["one", "summary", "two"] }, async drive => {
    const threadId = await drive.thread();
    await drive.turn(threadId, "one");
    const from = drive.wire.messages.length;
    await drive.call("thread/compact/start", { threadId });
    await drive.until("turn/completed", () => true, from);
    await drive.turn(threadId, "two");
    await came(drive, "codex_turn_event", 2);
  }),
  told(
    "a conversation that cannot be compacted",
    {
      script: [
        "one",
        { status: 400, body: { error: { message: "bad" } } },
        { status: 400, body: { error: { message: "bad" } } },
      ],
    },
    async drive => {
      const threadId = await drive.thread();
      await drive.turn(threadId, "one");
      const from = drive.wire.messages.length;
      await drive.call("thread/compact/start", { threadId });
      await drive.until("turn/completed", () => true, from);
      await came(drive, "codex_compaction_event");
    },
  ),
  told("a review", { script: ["fine", "after"] }, async drive => {
    const threadId = await drive.thread();
    const from = drive.wire.messages.length;
    await drive.call("review/start", { threadId, target: { type: "custom", instructions: "look" } });
    await drive.until("turn/completed", () => true, from);
    await drive.turn(threadId, "after");
    await came(drive, "codex_turn_event");
  }),
  told("a turn in a repository", { git: true, files: { "work/a.txt": "a" } }, turns("go")),
  told(
    "a skill that a prompt names",
    {
      files: { "home/skills/tidy/SKILL.md": "---\nname: tidy\ndescription: Tidies up.\n---\n\nTidy.\n" },
    },
    turns("$tidy please"),
  ),
  told(
    "a skill of a repository",
    {
      git: true,
      files: { "work/.codex/skills/tidy/SKILL.md": "---\nname: tidy\ndescription: Tidies up.\n---\n\nTidy.\n" },
    },
    turns("$tidy please"),
  ),
  told("a turn of an unknown thread", {}, async drive => {
    await drive.note("unknown", "turn/start", {
      threadId: "00000000-0000-7000-8000-000000000000",
      input: text("x"),
    });
    await drive.thread();
    await came(drive, "codex_thread_initialized");
  }),
  told(
    "without general analytics",
    { features: "general_analytics = false", files: hooks({ Stop: ["true"] }) },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "go");
      await came(drive, "codex_hook_run");
    },
  ),
  ...(
    [
      ["with analytics off", { tables: "[analytics]\nenabled = false\n" }],
      ["with an API key", { auth: JSON.stringify({ auth_mode: "apikey", OPENAI_API_KEY: "sk-planted" }) }],
      ["without a login", { auth: null }],
    ] as const
  ).map(([name, setting]) =>
    told(name, { ...setting, files: hooks({ Stop: ["true"] }) }, async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "go");
      await drive.pause(1500);
    }),
  ),
  told(
    "a command that a person allows",
    {
      config: 'sandbox_mode = "danger-full-access"\napproval_policy = "untrusted"',
      script: [
        { items: [functionCall("shell_command", { command: "touch a" }, "c1")] },
        { items: [functionCall("shell_command", { command: "touch b" }, "c2")] },
        { items: [functionCall("shell_command", { command: "touch c" }, "c3")] },
        "done",
      ],
    },
    async drive => {
      const answers = ["accept", "acceptForSession", "decline"];
      drive.answer = () => ({ result: { decision: answers.shift() } });
      await turns("go")(drive);
    },
  ),
  told(
    "a tool of an MCP server",
    {
      tables: stdioServerToml("fx", { tools: ["echo"] }),
      script: [
        {
          items: [
            { type: "function_call", namespace: "mcp__fx__", name: "echo", arguments: '{"text":"t"}', call_id: "c1" },
          ],
        },
        "done",
      ] as never,
    },
    turns("go"),
  ),
  told(
    "a command that fails, and a tool that is none",
    {
      script: [
        { items: [functionCall("shell_command", { command: "exit 3" }, "c1")] },
        { items: [functionCall("no_such_tool", {}, "c2")] },
        { items: [functionCall("update_plan", { plan: [{ step: "a", status: "pending" }] }, "c3")] },
        "done",
      ],
    },
    turns("go"),
  ),
];
