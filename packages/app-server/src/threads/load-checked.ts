import type { LoadedConfig } from "@codex-ts/config";
import { refuseNetworkContradictions, type Runtime } from "@codex-ts/core";

/** Settings that a thread could start with. @throws ConfigError also where their network policy contradicts itself */
export async function loadChecked(
  runtime: Runtime,
  request: Parameters<Runtime["loadConfig"]>[0],
): Promise<LoadedConfig> {
  const loaded = await runtime.loadConfig(request);
  await refuseNetworkContradictions(loaded);
  return loaded;
}
