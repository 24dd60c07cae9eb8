import type { Json } from "@codex-ts-tools/model-server";
import { prompts, scenario } from "./stage.ts";

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** A prompt with these parts. */
function parts(...input: Json[]) {
  return async (drive: Parameters<ReturnType<typeof prompts>>[0]) => {
    const thread = await drive.thread();
    const filled = JSON.parse(JSON.stringify(input).replaceAll("$WORK", drive.place.work)) as Json[];
    await drive.turn(thread, "", { input: filled });
    await drive.turn(thread, "next");
  };
}

const OK2 = { script: ["a", "b"] };
const OK3 = { script: ["a", "b", "c"] };

/** What the model is told beside the prompt. */
export const context = [
  scenario(
    "instructions of the user, the developer and the project",
    {
      ...OK2,
      config: 'developer_instructions = "DEVI"',
      files: { "home/AGENTS.md": "GLOBAL DOC", "work/AGENTS.md": "PROJ DOC" },
    },
    prompts("1", "2"),
  ),
  scenario(
    "project documents from the root down, with overrides and fallbacks",
    {
      ...OK2,
      config: 'project_doc_fallback_filenames = ["NOTES.md"]',
      files: {
        "work/AGENTS.md": "ROOT",
        "work/a/AGENTS.override.md": "OVERRIDE",
        "work/a/AGENTS.md": "HIDDEN",
        "work/a/b/NOTES.md": "FALLBACK",
      },
      git: true,
    },
    async drive => {
      const thread = await drive.thread({ cwd: `${drive.place.work}/a/b` });
      await drive.turn(thread, "1");
    },
  ),
  scenario(
    "a project document beyond its limit",
    { ...OK2, config: "project_doc_max_bytes = 20", files: { "work/AGENTS.md": "0123456789äöü456789abcdef" } },
    prompts("1"),
  ),
  scenario(
    "no project documents",
    { ...OK2, config: "project_doc_max_bytes = 0", files: { "work/AGENTS.md": "PROJ", "home/AGENTS.md": "GLOBAL" } },
    prompts("1"),
  ),
  scenario("a blank project document", { ...OK2, files: { "work/AGENTS.md": "  \n " } }, prompts("1")),
  scenario(
    "an override of the user's own instructions",
    { ...OK2, files: { "home/AGENTS.override.md": "OVER", "home/AGENTS.md": "GLOBAL" } },
    prompts("1"),
  ),
  scenario(
    "without permissions, environment and skills",
    {
      ...OK2,
      config: "include_permissions_instructions = false\ninclude_environment_context = false",
    },
    prompts("1", "2"),
  ),
  scenario("instructions of the configuration", { ...OK2, config: 'instructions = "BASE"' }, prompts("1")),
  scenario(
    "instructions from a file",
    { ...OK2, config: 'model_instructions_file = "base.md"', files: { "home/base.md": "FROM FILE\n" } },
    prompts("1"),
  ),
  scenario("instructions of the client", OK2, async drive => {
    const thread = await drive.thread({ baseInstructions: "CLIENT BASE", developerInstructions: "CLIENT DEV" });
    await drive.turn(thread, "1");
  }),
  scenario(
    "an image by address and one from disk",
    { ...OK2, files: { "work/p.png": Buffer.from(PNG, "base64") } },
    parts(
      { type: "text", text: "see" },
      { type: "image", url: "https://example.com/x.png" },
      { type: "localImage", path: "$WORK/p.png" },
      { type: "text", text: "and" },
    ),
  ),
  scenario("an image by data", OK2, parts({ type: "image", url: `data:image/png;base64,${PNG}` })),
  scenario(
    "two texts with elements",
    OK2,
    parts(
      { type: "text", text: "ab ", text_elements: [{ byteRange: { start: 0, end: 2 }, placeholder: "AB" }] },
      { type: "text", text: "cd", text_elements: [{ byteRange: { start: 0, end: 1 } }] },
    ),
  ),
  scenario(
    "a mention",
    OK2,
    parts({ type: "text", text: "use @thing" }, { type: "mention", name: "thing", path: "app://thing" }),
  ),
  scenario("an empty prompt", OK2, async drive => {
    const thread = await drive.thread();
    const from = drive.messages.length;
    await drive.note("empty", "turn/start", { threadId: thread, input: [] });
    await drive.until("error", () => true, from);
    await drive.turn(thread, "1");
  }),
  scenario("another folder", { ...OK2, files: { "work/sub/x": "" } }, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "1");
    await drive.turn(thread, "2", { cwd: `${drive.place.work}/sub` });
  }),
  scenario("another model, effort and summary", OK3, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "1");
    await drive.turn(thread, "2", { model: "gpt-5.4", effort: "low", summary: "detailed" });
    await drive.turn(thread, "3");
  }),
  scenario("other permissions", OK3, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "1");
    await drive.turn(thread, "2", { approvalPolicy: "on-request", sandboxPolicy: { type: "readOnly" } });
    await drive.turn(thread, "3", {
      sandboxPolicy: { type: "workspaceWrite", writableRoots: ["/srv/x"], networkAccess: true },
    });
  }),
  scenario(
    "read-only, asked on request",
    { ...OK2, config: 'sandbox_mode = "read-only"\napproval_policy = "on-request"' },
    prompts("1"),
  ),
  scenario(
    "workspace-write, asked for everything",
    { ...OK2, config: 'sandbox_mode = "workspace-write"\napproval_policy = "untrusted"' },
    prompts("1"),
  ),
  scenario(
    "granular approvals",
    {
      ...OK2,
      config:
        'sandbox_mode = "read-only"\napproval_policy = { granular = { sandbox_approval = true, rules = false, mcp_elicitations = true } }',
    },
    prompts("1"),
  ),
  scenario(
    "approvals by the reviewer",
    {
      ...OK2,
      config: 'sandbox_mode = "read-only"\napproval_policy = "on-request"\napprovals_reviewer = "auto_review"',
    },
    prompts("1"),
  ),
  scenario(
    "saved prefixes in the permissions",
    {
      ...OK2,
      config: 'sandbox_mode = "read-only"\napproval_policy = "on-request"',
      files: {
        "home/rules/default.rules":
          'prefix_rule(pattern=["ls", "-l"], decision="allow")\nprefix_rule(pattern=["rm"], decision="forbidden")\n',
      },
    },
    prompts("1"),
  ),
  scenario("another personality", OK3, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "1");
    await drive.turn(thread, "2", { personality: "friendly" });
    await drive.turn(thread, "3", { personality: "friendly" });
  }),
  scenario(
    "another personality for a model that has words for it",
    { script: ["a", "b", "c", "d"], model: "gpt-5.4" },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "1");
      await drive.turn(thread, "2", { personality: "friendly" });
      await drive.turn(thread, "3", { personality: "none" });
      await drive.turn(thread, "4", { personality: "pragmatic" });
    },
  ),
  scenario("starting on another model than the thread's", OK2, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "1", { model: "gpt-5.4" });
    await drive.turn(thread, "2", { model: "gpt-5.4", personality: "friendly" });
  }),
  scenario(
    "a personality and instructions of one's own",
    { ...OK2, config: 'instructions = "BASE"\npersonality = "friendly"', model: "gpt-5.4" },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "1");
      await drive.turn(thread, "2", { personality: "pragmatic" });
    },
  ),
  scenario("a personality from the start", { ...OK2, config: 'personality = "friendly"' }, prompts("1")),
  scenario("no personality", { ...OK2, config: 'personality = "none"' }, prompts("1")),
  scenario("a personality and another model at once", OK3, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "1");
    await drive.turn(thread, "2", { personality: "friendly", model: "gpt-5.4" });
    await drive.turn(thread, "3");
  }),
  scenario("plan mode with texts of the client, and back", OK3, async drive => {
    const thread = await drive.thread();
    const mode = (kind: string, text: string | null) => ({
      collaborationMode: {
        mode: kind,
        settings: { model: "gpt-5.2", reasoning_effort: "high", developer_instructions: text },
      },
    });
    await drive.turn(thread, "1", mode("plan", "PLAN IT"));
    await drive.turn(thread, "2", mode("default", "DO IT"));
    await drive.turn(thread, "3", mode("default", "DO IT"));
  }),
  scenario("plan mode without texts", OK3, async drive => {
    const thread = await drive.thread();
    const mode = (kind: string) => ({
      collaborationMode: {
        mode: kind,
        settings: { model: "gpt-5.2", reasoning_effort: null, developer_instructions: null },
      },
    });
    await drive.turn(thread, "1");
    await drive.turn(thread, "2", mode("plan"));
    await drive.turn(thread, "3", mode("default"));
  }),
  scenario("an output schema for one turn", OK3, async drive => {
    const thread = await drive.thread();
    const outputSchema = {
      type: "object",
      properties: { a: { type: "string" } },
      required: ["a"],
      additionalProperties: false,
    };
    await drive.turn(thread, "1", { outputSchema });
    await drive.turn(thread, "2");
  }),
  scenario("service tiers", OK3, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "1", { serviceTier: "fast" });
    await drive.turn(thread, "2", { serviceTier: "flex" });
    await drive.turn(thread, "3", { serviceTier: null });
  }),
  scenario(
    "verbosity, effort and summary of the configuration",
    { ...OK2, config: 'model_verbosity = "high"\nmodel_reasoning_effort = "low"\nmodel_reasoning_summary = "none"' },
    prompts("1"),
  ),
  scenario("pairs of the client in the turn's metadata", OK2, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "1", { responsesapiClientMetadata: { fiber: "a", session_id: "no" } });
  }),
  scenario("an unknown model", { ...OK2, model: "mystery-1" }, prompts("1", "2")),
  scenario("a model by a longer name", { ...OK2, model: "gpt-5.2-preview-x" }, prompts("1")),
  scenario("a model in a namespace", { ...OK2, model: "acme/gpt-5.2" }, prompts("1")),
  scenario("a codex model", { ...OK2, model: "gpt-5.3-codex" }, prompts("1", "2")),
  scenario("a small model", { ...OK2, model: "gpt-5.4-mini" }, prompts("1")),
  scenario("items that the client adds", OK2, async drive => {
    const thread = await drive.thread();
    await drive.turn(thread, "1");
    await drive.note("bad", "thread/inject_items", { threadId: thread, items: [{ type: "message" }] });
    await drive.note("none", "thread/inject_items", { threadId: thread, items: [] });
    await drive.note("good", "thread/inject_items", {
      threadId: thread,
      items: [{ type: "message", role: "assistant", content: [{ type: "output_text", text: "INJECTED" }] }],
    });
    await drive.turn(thread, "2");
  }),
  scenario("items that the client adds before anything was said", OK3, async drive => {
    const thread = await drive.thread();
    for (const name of ["one", "two"])
      await drive.note(name, "thread/inject_items", { threadId: thread, items: [ADDED] });
    await drive.turn(thread, "1");
    await drive.note("three", "thread/inject_items", { threadId: thread, items: [ADDED] });
    await drive.turn(thread, "2");
    await drive.note("read", "thread/read", { threadId: thread, includeTurns: true });
  }),
  scenario(
    "items that the client adds after a compaction",
    { script: ["a", "SUMMARY", "b", "c", "d"], config: 'compact_prompt = "PLEASE COMPACT"' },
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "1");
      const from = drive.wire.messages.length;
      await drive.call("thread/compact/start", { threadId: thread });
      await drive.until("turn/completed", () => true, from);
      for (const name of ["one", "two"])
        await drive.note(name, "thread/inject_items", { threadId: thread, items: [ADDED] });
      await drive.turn(thread, "2");
      await drive.turn(thread, "3");
      await drive.restart();
      await drive.call("thread/resume", { threadId: thread });
      await drive.note("three", "thread/inject_items", { threadId: thread, items: [ADDED] });
      await drive.turn(thread, "4");
    },
  ),
];

const ADDED = { type: "message", role: "assistant", content: [{ type: "output_text", text: "INJECTED" }] };
