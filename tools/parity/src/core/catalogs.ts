import { customToolCall, functionCall, type ReplyItem } from "@codex-ts-tools/model-server";
import type { Drive } from "../drive/drive.ts";
import { scenario, type Setting } from "./stage.ts";

/** A model with everything a list must say about it. */
export const MODEL = {
  slug: "own-model",
  display_name: "Own",
  description: "own",
  default_reasoning_level: "medium",
  supported_reasoning_levels: [
    { effort: "low", description: "l" },
    { effort: "medium", description: "m" },
  ],
  shell_type: "default",
  visibility: "list",
  supported_in_api: true,
  priority: 1,
  base_instructions: "OWN INSTRUCTIONS",
  supports_reasoning_summaries: true,
  default_reasoning_summary: "auto",
  support_verbosity: false,
  default_verbosity: null,
  apply_patch_tool_type: null,
  truncation_policy: { mode: "bytes", limit: 10_000 },
  supports_parallel_tool_calls: false,
  context_window: 100_000,
  experimental_supported_tools: [],
};

export type Model = Readonly<Record<string, unknown>>;

/** One model list of one's own. */
function listed(
  name: string,
  models: readonly Model[],
  script: readonly (ReplyItem | string)[],
  { config = "", ...setting }: Omit<Setting, "script"> = {},
  play?: (drive: Drive) => Promise<void>,
) {
  return scenario(
    `a list of models: ${name}`,
    {
      ...setting,
      model: setting.model ?? "own-model",
      script: [...script.map(item => (typeof item === "string" ? item : { items: [item] })), "done", "second", "third"],
      files: {
        "home/models.json": JSON.stringify({ models }),
        "work/a.txt": "a\n",
        "work/pic.png": PNG,
        ...setting.files,
      },
      config: `model_catalog_json = "models.json"\n${config}`,
      // A path of the list is read from the configuration's folder.
    },
    play ??
      (async drive => {
        const thread = await drive.thread();
        await drive.turn(thread, "go");
        await drive.turn(thread, "on");
      }),
  );
}

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

export const own = (more: Model): Model => ({ ...MODEL, ...more });
const without = (...names: string[]): Model =>
  Object.fromEntries(Object.entries(MODEL).filter(([name]) => !names.includes(name)));
const PATCH = "*** Begin Patch\n*** Add File: p.txt\n+p\n*** End Patch";

const SHELL_CALLS: readonly ReplyItem[] = [
  functionCall("exec_command", { cmd: "echo exec" }, "s1"),
  functionCall("shell_command", { command: "echo command" }, "s2"),
  functionCall("shell", { command: ["echo", "shell"] }, "s3"),
  functionCall("container.exec", { command: ["echo", "container"] }, "s4"),
  { type: "local_shell_call", call_id: "s5", command: ["echo", "local"] },
  functionCall("local_shell", { command: ["echo", "local"] }, "s6"),
  functionCall("write_stdin", { session_id: 3 }, "s7"),
];

const PATCH_CALLS: readonly ReplyItem[] = [
  customToolCall("apply_patch", PATCH, "p1"),
  functionCall("apply_patch", { input: PATCH.replace("p.txt", "q.txt") }, "p2"),
  functionCall("shell", { command: ["apply_patch", PATCH.replace("p.txt", "r.txt")] }, "p3"),
  functionCall("shell", { command: ["false"] }, "p4"),
];

const SHELL_TYPES = ["default", "local", "unified_exec", "disabled", "shell_command"];

/** What a list of models of one's own makes of the tools, the requests and the outputs. */
export const catalogs = [
  ...SHELL_TYPES.flatMap(type => [
    listed(
      `the shell is ${type}`,
      [own({ shell_type: type })],
      type === "disabled" ? SHELL_CALLS.slice(0, 3) : SHELL_CALLS,
      { features: "unified_exec = false" },
    ),
  ]),
  listed("the shell is disabled, and the feature on", [own({ shell_type: "disabled" })], SHELL_CALLS.slice(0, 2)),
  listed("the shell is local, and the feature on", [own({ shell_type: "local" })], []),
  ...[null, "function", "freeform"].map(type =>
    listed(
      `patches are ${String(type)}`,
      [own({ apply_patch_tool_type: type })],
      PATCH_CALLS.slice(type === "freeform" ? 0 : 1),
    ),
  ),
  listed(
    "patches are null, and the feature on",
    [own({ apply_patch_tool_type: null })],
    [PATCH_CALLS[0]!, PATCH_CALLS[2]!],
    {
      features: "apply_patch_freeform = true",
    },
  ),
  ...(["bytes", "tokens"] as const).flatMap(mode =>
    [0, 1, 40, 400].map(limit =>
      listed(
        `outputs of ${limit} ${mode}`,
        [own({ truncation_policy: { mode, limit } })],
        [
          functionCall("exec_command", { cmd: "seq 1 2000" }, "t1"),
          functionCall("shell_command", { command: "seq 1 2000" }, "t2"),
          functionCall("shell", { command: ["seq", "1", "2000"] }, "t3"),
          functionCall("exec_command", { cmd: "seq 1 2000", max_output_tokens: 10 }, "t4"),
          functionCall("exec_command", { cmd: "seq 1 2000", max_output_tokens: 100_000 }, "t5"),
          functionCall("exec_command", { cmd: "printf 'ä€😀%.0s' $(seq 1 300)" }, "t6"),
        ],
      ),
    ),
  ),
  listed(
    "outputs of 400 tokens, and a limit of one's own",
    [own({ truncation_policy: { mode: "tokens", limit: 400 } })],
    [functionCall("shell_command", { command: "seq 1 2000" }, "t2")],
    { config: "tool_output_token_limit = 50" },
  ),
  listed("calls beside each other", [own({ supports_parallel_tool_calls: true })], []),
  listed(
    "no images",
    [own({ input_modalities: ["text"] })],
    [functionCall("view_image", { path: "pic.png" }, "v1"), functionCall("view_image", {}, "v2")],
    {},
    async drive => {
      const thread = await drive.thread();
      await drive.turn(thread, "go");
      await drive.call("turn/start", {
        threadId: thread,
        input: [
          { type: "text", text: "look" },
          { type: "image", url: "data:image/png;base64,AA==" },
        ],
      });
      await drive.until("turn/completed", () => true, drive.wire.messages.length - 1);
    },
  ),
  listed(
    "images, and their own size",
    [own({ input_modalities: ["text", "image"], supports_image_detail_original: true })],
    [
      functionCall("view_image", { path: "pic.png" }, "v1"),
      functionCall("view_image", { path: "pic.png", detail: "original" }, "v2"),
    ],
  ),
  listed(
    "instructions in a template",
    [
      own({
        model_messages: {
          instructions_template: "TEMPLATE {{ personality }} END {{ personality }}",
          instructions_variables: {
            personality_default: "DEFAULT",
            personality_friendly: "FRIENDLY",
            personality_pragmatic: "PRAGMATIC",
          },
        },
      }),
    ],
    [],
  ),
  listed(
    "instructions in a template, friendly",
    [
      own({
        model_messages: {
          instructions_template: "TEMPLATE {{ personality }} END",
          instructions_variables: {
            personality_default: "DEFAULT",
            personality_friendly: "FRIENDLY",
            personality_pragmatic: null,
          },
        },
      }),
    ],
    [],
    { config: 'personality = "friendly"' },
  ),
  listed(
    "instructions in a template without its texts",
    [
      own({
        model_messages: { instructions_template: "TEMPLATE {{ personality }} END", instructions_variables: null },
      }),
    ],
    [],
  ),
  listed(
    "instructions in a template without a place",
    [
      own({
        model_messages: {
          instructions_template: "TEMPLATE",
          instructions_variables: { personality_default: "D", personality_friendly: "F", personality_pragmatic: "P" },
        },
      }),
    ],
    [],
  ),
  listed(
    "texts without a template",
    [
      own({
        model_messages: {
          instructions_template: null,
          instructions_variables: { personality_default: "D", personality_friendly: "F", personality_pragmatic: "P" },
        },
      }),
    ],
    [],
  ),
  listed("no instructions", [own({ base_instructions: "" })], []),
  ...[1000, 95_000].map(limit =>
    listed(
      `compacted from ${limit} tokens`,
      [own({ auto_compact_token_limit: limit })],
      [functionCall("update_plan", { plan: [] }, "u1")],
    ),
  ),
  ...[0, 50, 100, 150].map(percent =>
    listed(
      `${percent} percent of a window`,
      [own({ effective_context_window_percent: percent, context_window: 10_000 })],
      [],
    ),
  ),
  listed("a window that may grow", [own({ max_context_window: 50_000 })], [], {
    config: "model_context_window = 80000",
  }),
  listed("a window that is not known", [own({ context_window: null })], []),
  listed("a largest window alone", [own({ context_window: null, max_context_window: 50_000 })], []),
  listed("verbosity", [own({ support_verbosity: true, default_verbosity: "high" })], []),
  listed("verbosity without a default", [own({ support_verbosity: true })], []),
  listed("verbosity of one's own", [own({ support_verbosity: true, default_verbosity: "high" })], [], {
    config: 'model_verbosity = "low"',
  }),
  listed("verbosity that is not known", [own({ default_verbosity: "high" })], [], {
    config: 'model_verbosity = "low"',
  }),
  ...["none", "concise", "detailed"].map(summary =>
    listed(`a summary that is ${summary}`, [own({ default_reasoning_summary: summary })], []),
  ),
  listed("no summaries", [own({ supports_reasoning_summaries: false })], [], {
    config: 'model_reasoning_summary = "detailed"\nmodel_reasoning_effort = "low"',
  }),
  listed("no summaries, but told so", [own({ supports_reasoning_summaries: false })], [], {
    config: "model_supports_reasoning_summaries = true",
  }),
  listed("no effort", [own({ default_reasoning_level: null, supported_reasoning_levels: [] })], []),
  listed("an effort that it does not have", [own({})], [], { config: 'model_reasoning_effort = "xhigh"' }),
  ...["none", "minimal"].map(effort =>
    listed(`the effort is ${effort}`, [own({ default_reasoning_level: effort })], []),
  ),
  listed(
    "tools that are tried out",
    [own({ experimental_supported_tools: ["list_dir", "test_sync_tool", "nothing", "list_dir"] })],
    [
      functionCall("list_dir", { dir_path: "/nowhere" }, "l1"),
      functionCall("list_dir", { dir_path: "." }, "l2"),
      functionCall("list_dir", {}, "l3"),
      functionCall("list_dir", { dir_path: "/nowhere", offset: 0 }, "l4"),
      functionCall("list_dir", { dir_path: "/nowhere", limit: 0 }, "l5"),
      functionCall("list_dir", { dir_path: "/nowhere", depth: 0 }, "l6"),
      functionCall("list_dir", { dir_path: "/etc/hostname" }, "l7"),
      functionCall("list_dir", { dir_path: "/proc/sys/kernel/random", limit: 2, offset: 2 }, "l8"),
      functionCall("list_dir", { dir_path: "/proc/sys/kernel/random", offset: 99 }, "l9"),
      functionCall("list_dir", { dir_path: "/nowhere", more: 1 }, "l10"),
      functionCall("list_dir", { dir_path: "" }, "l11"),
      functionCall("test_sync_tool", {}, "l12"),
      functionCall("test_sync_tool", { sleep_before_ms: 1, sleep_after_ms: 1 }, "l13"),
      functionCall("test_sync_tool", { barrier: { id: "", participants: 1 } }, "l14"),
      functionCall("test_sync_tool", { barrier: { id: "x", participants: 0 } }, "l15"),
      functionCall("test_sync_tool", { barrier: { id: "x", participants: 1, timeout_ms: 0 } }, "l16"),
      functionCall("test_sync_tool", { barrier: { id: "x", participants: 2, timeout_ms: 1 } }, "l17"),
    ],
  ),
  listed("searches of texts and images", [own({ web_search_tool_type: "text_and_image" })], [], {
    config: 'web_search = "live"',
  }),
  listed("searches of texts", [own({ web_search_tool_type: "text" })], [], { config: 'web_search = "cached"' }),
  listed(
    "only what must be there",
    [
      without(
        "description",
        "default_reasoning_level",
        "default_reasoning_summary",
        "default_verbosity",
        "apply_patch_tool_type",
        "context_window",
      ),
    ],
    [],
  ),
  listed("a longer name", [own({ slug: "own" }), own({ slug: "own-mod", base_instructions: "LONGER" })], []),
  listed("another name", [own({ slug: "other" })], []),
  listed(
    "no name is asked for",
    [
      own({ slug: "later", priority: 9 }),
      own({ slug: "first", priority: 2, base_instructions: "FIRST" }),
      own({ slug: "hidden", priority: 1, visibility: "hide" }),
    ],
    [],
    { model: "" },
  ),
  listed(
    "asked of the list",
    [
      own({}),
      own({ slug: "hidden", visibility: "hide" }),
      own({ slug: "none", visibility: "none" }),
      own({ slug: "no-api", supported_in_api: false }),
      own({
        slug: "up",
        upgrade: { model: "own-model", migration_markdown: "m" },
        additional_speed_tiers: ["fast"],
        availability_nux: { message: "new" },
      }),
    ],
    [],
    {},
    async drive => {
      await drive.note("models", "model/list", {});
      await drive.note("all", "model/list", { includeHidden: true });
    },
  ),
];
