import { supportsPersonality } from "@codex-ts/model-provider";
import type { Model, ModelListParams, ReasoningEffort } from "@codex-ts/protocol";
import type { Runtime } from "@codex-ts/core";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { page } from "../page.ts";

/** The catalogue of models. */
export const handlers: HandlerTable = { "model/list": list };

type ModelInfo = Awaited<ReturnType<Runtime["models"]>>[number];

async function list(params: ModelListParams, { server }: RequestContext) {
  const base = await server.baseConfig().catch(() => null);
  const models = await (await server.runtime()).models(base?.config ?? null);
  const offered = models
    .filter(model => params.includeHidden === true || model.visibility === "list")
    .sort((a, b) => a.priority - b.priority);
  const first = offered.find(model => model.visibility === "list");
  return page(
    offered.map(model => wireModel(model, model === first, models)),
    params,
    total => `total models ${total}`,
  );
}

function wireModel(model: ModelInfo, isDefault: boolean, models: readonly ModelInfo[]): Model {
  const { upgrade } = model;
  return {
    id: model.slug,
    model: model.slug,
    upgrade: upgrade?.model ?? null,
    upgradeInfo:
      upgrade === null || !models.some(other => other.slug === upgrade.model)
        ? null
        : { model: upgrade.model, upgradeCopy: null, modelLink: null, migrationMarkdown: upgrade.migration_markdown },
    availabilityNux: model.availability_nux === null ? null : { message: model.availability_nux.message },
    displayName: model.display_name,
    description: model.description ?? "",
    hidden: model.visibility !== "list",
    supportedReasoningEfforts: model.supported_reasoning_levels.map(level => ({
      reasoningEffort: level.effort as ReasoningEffort,
      description: level.description,
    })),
    defaultReasoningEffort: (model.default_reasoning_level ?? "none") as ReasoningEffort,
    inputModalities: [...model.input_modalities],
    supportsPersonality: supportsPersonality(model),
    additionalSpeedTiers: [...model.additional_speed_tiers],
    isDefault,
  };
}
