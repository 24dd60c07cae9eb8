import { isObject, type Json } from "../wire.ts";
import { fallbackModel } from "./bundled.ts";
import type { ModelInfo } from "./info.ts";

/** A list of models that cannot be used. */
export class ModelCatalogError extends Error {
  override readonly name = "ModelCatalogError";
  readonly code = "invalid_model_catalog";
}

/**
 * Reads `{ models: [...] }`. Members that a model leaves out are null where they may be,
 * and else have the values of an unknown model; models without a
 * slug are skipped.
 * @throws {ModelCatalogError} there is no list of models
 */
export function parseModels(json: unknown, where: string): ModelInfo[] {
  const list = isObject(json) ? json.models : undefined;
  if (!Array.isArray(list)) throw new ModelCatalogError(`${where}: expected an object with a list \`models\``);
  return list.flatMap((entry: unknown) => {
    if (!isObject(entry) || typeof entry.slug !== "string" || entry.slug === "") return [];
    return [complete(entry, entry.slug)];
  });
}

/** Members that may be null, and what they are otherwise. */
const NULLABLE: Record<string, "string" | "number" | "object"> = {
  description: "string",
  default_reasoning_level: "string",
  availability_nux: "object",
  upgrade: "object",
  model_messages: "object",
  default_verbosity: "string",
  apply_patch_tool_type: "string",
  context_window: "number",
  max_context_window: "number",
  auto_compact_token_limit: "number",
};

/** Takes over every member whose value is of the expected kind. */
function complete(entry: Json, slug: string): ModelInfo {
  const model: Json = { ...fallbackModel(slug), ...Object.fromEntries(Object.keys(NULLABLE).map(key => [key, null])) };
  for (const [key, value] of Object.entries(entry)) {
    if (isExpected(key, value, model[key])) model[key] = value;
  }
  return model as Json & ModelInfo;
}

function isExpected(key: string, value: unknown, standard: unknown): boolean {
  const kind = NULLABLE[key];
  if (kind !== undefined) return value === null || typeof value === kind;
  if (standard === undefined) return true;
  return value !== null && typeof standard === typeof value && Array.isArray(standard) === Array.isArray(value);
}
