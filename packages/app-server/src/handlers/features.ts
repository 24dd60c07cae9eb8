import { checkFeatureEnablement, ConfigError, FEATURES, type FeatureStage } from "@codex-ts/config";
import type { ExperimentalFeature, ExperimentalFeatureEnablementSetParams } from "@codex-ts/protocol";
import type { HandlerTable, RequestContext } from "../dispatch/handler.ts";
import { invalidRequest } from "../errors.ts";
import { page } from "../page.ts";
import { reloadedConfig } from "../threads/load-checked.ts";

/** Feature switches and collaboration modes. */
export const handlers: HandlerTable = {
  "experimentalFeature/list": async (params, { server }) => {
    const { config } = await reloadedConfig(server);
    const all = FEATURES.map(
      (feature): ExperimentalFeature => ({
        name: feature.key,
        stage: STAGES[feature.stage],
        displayName: feature.shown?.name ?? null,
        description: feature.shown?.description ?? null,
        announcement: feature.shown?.announcement ?? null,
        enabled: config.features[feature.key] ?? feature.default,
        defaultEnabled: feature.default,
      }),
    );
    return page(all, params, total => `total feature flags ${total}`);
  },
  "experimentalFeature/enablement/set": setEnablement,
  "collaborationMode/list": () => ({
    data: [
      { name: "Plan", mode: "plan", model: null, reasoning_effort: "medium" },
      { name: "Default", mode: "default", model: null, reasoning_effort: null },
    ],
  }),
  "mock/experimentalMethod": ({ value }) => ({ echoed: value ?? null }),
};

const STAGES: Record<FeatureStage, ExperimentalFeature["stage"]> = {
  stable: "stable",
  experimental: "beta",
  "under development": "underDevelopment",
  deprecated: "deprecated",
  removed: "removed",
};

/** Features that a client may switch while the server runs. They are switched also where settings do not load, which is an error. */
async function setEnablement({ enablement }: ExperimentalFeatureEnablementSetParams, { server }: RequestContext) {
  try {
    checkFeatureEnablement(enablement);
  } catch (error) {
    throw error instanceof ConfigError ? invalidRequest(error.message) : error;
  }
  if (Object.keys(enablement).length > 0) {
    Object.assign(server.featureEnablement, enablement);
    await reloadedConfig(server, { trouble: "failed to resolve feature override precedence" });
  }
  return { enablement };
}
