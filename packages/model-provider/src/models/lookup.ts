import { fallbackModel } from "./bundled.ts";
import type { ModelInfo } from "./info.ts";

/** A model and whether the catalogue knows it. */
export interface FoundModel {
  model: ModelInfo;
  known: boolean;
  /** What to tell the client when it does not. */
  warning: string | null;
}

/**
 * The facts for a slug: the longest catalogue slug that it starts with, then the same without one `namespace/`, else
 * fallback facts. The slug itself stays as it was asked for.
 */
export function findModel(slug: string, models: readonly ModelInfo[]): FoundModel {
  const bare = /^[A-Za-z0-9_]+\/([^/]+)$/.exec(slug)?.[1];
  const match = longestPrefix(slug, models) ?? (bare === undefined ? undefined : longestPrefix(bare, models));
  if (match !== undefined) return { model: { ...match, slug }, known: true, warning: null };
  return {
    model: fallbackModel(slug),
    known: false,
    warning: `Model metadata for \`${slug}\` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.`,
  };
}

function longestPrefix(slug: string, models: readonly ModelInfo[]): ModelInfo | undefined {
  let best: ModelInfo | undefined;
  for (const model of models) {
    if (slug.startsWith(model.slug) && model.slug.length > (best?.slug.length ?? 0)) best = model;
  }
  return best;
}

/** A model as the picker shows it. */
export interface PickerModel {
  model: ModelInfo;
  hidden: boolean;
  isDefault: boolean;
}

/**
 * Models in the picker's order. Without a ChatGPT login only those that the API serves; the first visible one is the
 * default.
 */
export function pickerModels(models: readonly ModelInfo[], login: "chatgpt" | "apiKey" | "none"): PickerModel[] {
  const offered = [...models]
    .filter(model => login === "chatgpt" || model.supported_in_api)
    .sort((a, b) => a.priority - b.priority);
  const standard = offered.find(model => model.visibility === "list");
  return offered.map(model => ({ model, hidden: model.visibility !== "list", isDefault: model === standard }));
}

/** Slug of the model that is used when none is asked for; null when there are no models at all. */
export function defaultModel(models: readonly ModelInfo[], login: "chatgpt" | "apiKey" | "none"): string | null {
  const picker = pickerModels(models, login);
  return (picker.find(entry => entry.isDefault) ?? picker[0])?.model.slug ?? null;
}

/** Remote models over the bundled ones: same slug replaces, new ones follow. */
export function overlayModels(bundled: readonly ModelInfo[], remote: readonly ModelInfo[]): ModelInfo[] {
  const merged = new Map(bundled.map(model => [model.slug, model]));
  for (const model of remote) merged.set(model.slug, model);
  return [...merged.values()];
}
