import { expect, test } from "vitest";
import { catalogMistake } from "../src/effective/model-catalog.ts";
import { minimalModel as model } from "./minimal-model.ts";

test("a model needs no more than this, and may have members that nobody knows", () => {
  expect(catalogMistake({ models: [model, { ...model, more: 1, context_window: -1 }], more: 1 })).toBeNull();
});

test.each(Object.keys(model))("a model without %s cannot be used", name => {
  const others = Object.fromEntries(Object.entries(model).filter(([member]) => member !== name));
  expect(catalogMistake({ models: [model, others] })).toBe(`missing field \`${name}\``);
});

test.each<[unknown, string]>([
  [{}, "missing field `models`"],
  [null, "invalid type: null, expected struct ModelsResponse"],
  [{ models: "x" }, 'invalid type: string "x", expected a sequence'],
  [{ models: [3] }, "invalid type: integer `3`, expected struct ModelInfo"],
])("%j is no list of models", (catalog, mistake) => {
  expect(catalogMistake(catalog as never)).toBe(mistake);
});

test.each<[object, string]>([
  [{ priority: 1.5 }, "invalid type: floating point `1.5`, expected i32"],
  [{ priority: 3_000_000_000 }, "invalid value: integer `3000000000`, expected i32"],
  [{ slug: null }, "invalid type: null, expected a string"],
  [{ supported_in_api: "yes" }, 'invalid type: string "yes", expected a boolean'],
  [{ context_window: true }, "invalid type: boolean `true`, expected i64"],
  [
    { default_reasoning_level: "huge" },
    "unknown variant `huge`, expected one of `none`, `minimal`, `low`, `medium`, `high`, `xhigh`",
  ],
  [{ apply_patch_tool_type: "odd" }, "unknown variant `odd`, expected `freeform` or `function`"],
  [{ web_search_tool_type: null }, "expected value"],
  [{ input_modalities: ["text", "smell"] }, "unknown variant `smell`, expected `text` or `image`"],
  [{ truncation_policy: { limit: 1 } }, "missing field `mode`"],
  [{ supported_reasoning_levels: [{ effort: "low" }] }, "missing field `description`"],
  [{ upgrade: "x" }, 'invalid type: string "x", expected struct ModelInfoUpgrade'],
  [{ availability_nux: {} }, "missing field `message`"],
  [
    { model_messages: { instructions_variables: { personality_default: 3 } } },
    "invalid type: integer `3`, expected a string",
  ],
  [{ additional_speed_tiers: null }, "invalid type: null, expected a sequence"],
])("a model with %j cannot be used", (more, mistake) => {
  expect(catalogMistake({ models: [{ ...model, ...more }] } as never)).toBe(mistake);
});
