import { writeFile } from "node:fs/promises";
import path from "node:path";
import { MODEL, type Model, own } from "./catalogs.ts";
import { scenario } from "./stage.ts";

/** Every member that a list may say about a model. */
const FULL: Model = {
  ...MODEL,
  additional_speed_tiers: ["fast"],
  availability_nux: { message: "new" },
  upgrade: { model: "other", migration_markdown: "m" },
  model_messages: { instructions_template: "T", instructions_variables: null },
  web_search_tool_type: "text",
  supports_image_detail_original: false,
  max_context_window: 100_000,
  auto_compact_token_limit: 1000,
  effective_context_window_percent: 95,
  input_modalities: ["text"],
  supports_search_tool: false,
};

/** Lists that cannot be read, or hold what is no model. */
const WRONG: readonly (readonly [string, string])[] = [
  ["no list", "{}"],
  ["no JSON", "{"],
  ["an empty list", '{"models":[]}'],
  ["a list of nothing", '{"models":null}'],
  ["a text", '{"models":"x"}'],
  ["a model of nothing", '{"models":[{}]}'],
  ["a list and more", JSON.stringify({ models: [FULL], more: 1 })],
  ["a name twice", JSON.stringify({ models: [FULL, own({ base_instructions: "SECOND" })] })],
  ["a second model that is none", JSON.stringify({ models: [FULL, { ...FULL, priority: null }] })],
  ["a member too many", JSON.stringify({ models: [own({ more: 1 })] })],
  ...Object.keys(FULL).flatMap(name => {
    const others = Object.entries(FULL).filter(([member]) => member !== name);
    const values = [null, {}, [], [3], "odd", 3, 1.5, -1, true];
    return [
      [`without ${name}`, JSON.stringify({ models: [Object.fromEntries(others)] })] as const,
      ...values.map(
        value =>
          [
            `${name} is ${JSON.stringify(value)}`,
            JSON.stringify({ models: [Object.fromEntries([...others, [name, value]])] }),
          ] as const,
      ),
    ];
  }),
  ...[
    { supported_reasoning_levels: [{}] },
    { supported_reasoning_levels: [{ effort: "odd", description: "d" }] },
    { supported_reasoning_levels: [{ effort: "low" }] },
    { truncation_policy: { mode: "bytes" } },
    { truncation_policy: { limit: 3 } },
    { truncation_policy: { mode: "odd", limit: 3 } },
    { truncation_policy: { mode: "bytes", limit: -1 } },
    { truncation_policy: { mode: "bytes", limit: "3" } },
    { availability_nux: { message: 3 } },
    { upgrade: { model: "other" } },
    { upgrade: { migration_markdown: "m" } },
    { model_messages: { instructions_template: 3 } },
    { model_messages: { instructions_template: "T", instructions_variables: {} } },
    { model_messages: { instructions_template: "T", instructions_variables: { personality_default: 3 } } },
    { input_modalities: ["text", "smell"] },
    { additional_speed_tiers: [3] },
    { priority: 3_000_000_000 },
  ].map(more => [JSON.stringify(more), JSON.stringify({ models: [{ ...FULL, ...more }] })] as const),
];

/** Which lists a thread can start with, and what is said of the others, but for the place. */
export const wrongCatalogs = [
  scenario(
    "lists of models that are wrong",
    {
      model: "own-model",
      script: [],
      files: { "home/models.json": "{}" },
      config: 'model_catalog_json = "models.json"',
    },
    async drive => {
      for (const [name, text] of WRONG) {
        await writeFile(path.join(drive.place.home, "models.json"), text);
        const { error } = await drive.wire.call("thread/start", { cwd: drive.place.work, ephemeral: true });
        const message = (error as { message?: string } | undefined)?.message ?? null;
        drive.notes[name] = message?.replace(/ at line \d+ column \d+$/, "") ?? "started";
      }
    },
  ),
];
