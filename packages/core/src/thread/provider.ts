import type { ModelProviderInfo } from "@codex-ts/config";
import type { ProviderDefinition } from "@codex-ts/model-provider";

/** A provider of the configuration as the model client takes it. */
export function providerDefinition(id: string, info: ModelProviderInfo): ProviderDefinition {
  const { wireApi: _onlyOne, ...rest } = info;
  return {
    ...rest,
    id,
    queryParams: info.queryParams ?? {},
    httpHeaders: info.httpHeaders ?? {},
    envHttpHeaders: info.envHttpHeaders ?? {},
  };
}
