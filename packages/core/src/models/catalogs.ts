import type { Config } from "@codex-ts/config";
import {
  type AuthSource,
  fileModelsCache,
  type HttpFetch,
  type ModelInfo,
  type ModelListRequestFacts,
  ModelsManager,
  parseModels,
} from "@codex-ts/model-provider";
import { providerDefinition } from "../thread/provider.ts";

export interface ModelCatalogsOptions {
  codexHome: string;
  auth: AuthSource;
  env: Readonly<Record<string, string>>;
  originator: string;
  userAgent: string;
  /** `major.minor.patch`. */
  version: string;
  fetch?: HttpFetch | undefined;
  /** This list instead of all others. */
  models?: readonly ModelInfo[] | undefined;
  /** Told of every attempt to fetch a list, and for which settings. */
  onRequest(config: Config, facts: ModelListRequestFacts): void;
}

/** The lists of models of one process: one for each provider, which its threads share. */
export class ModelCatalogs {
  private readonly options: ModelCatalogsOptions;
  private readonly managers = new Map<string, ModelsManager>();

  constructor(options: ModelCatalogsOptions) {
    this.options = options;
  }

  /** The list that a thread with these settings uses; brought up to date where the provider has one. */
  async open(config: Config): Promise<ModelsManager> {
    const manager = this.managerOf(config);
    await manager.refresh("onlineIfUncached");
    return manager;
  }

  private managerOf(config: Config): ModelsManager {
    const { modelProviderId: id, modelProvider: provider, modelCatalog } = config;
    const key = JSON.stringify([id, provider, modelCatalog]);
    const known = this.managers.get(key);
    if (known !== undefined) return known;
    const { codexHome, auth, env, originator, userAgent, version, fetch, models, onRequest } = this.options;
    const staticModels =
      models ?? (modelCatalog === null ? undefined : parseModels({ models: modelCatalog }, "model_catalog_json"));
    const manager = new ModelsManager({
      provider: providerDefinition(id, provider),
      auth,
      env,
      originator,
      userAgent,
      clientVersion: version,
      cache: fileModelsCache(codexHome),
      onRequest: facts => onRequest(config, facts),
      ...(staticModels === undefined ? {} : { staticModels }),
      ...(fetch === undefined ? {} : { fetch }),
    });
    this.managers.set(key, manager);
    return manager;
  }
}
