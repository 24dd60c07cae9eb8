import { ConfigError, type LoadedConfig, tomlErrorText } from "@codex-ts/config";
import { refuseNetworkContradictions, type Runtime } from "@codex-ts/core";
import { internal } from "../errors.ts";
import type { AppServer } from "../server.ts";

/** Settings that a thread could start with. @throws ConfigError also where their network policy contradicts itself */
export async function loadChecked(
  runtime: Runtime,
  request: Parameters<Runtime["loadConfig"]>[0],
): Promise<LoadedConfig> {
  const loaded = await runtime.loadConfig(request);
  await refuseNetworkContradictions(loaded);
  return loaded;
}

/**
 * The settings as the files say now, for methods that do not go on without them.
 * @param cwd the folder they hold in; unset: the server's own
 * @param trouble what was tried, for the client
 * @throws RpcError internal, `<trouble>: <why>`, where they do not load
 */
export async function reloadedConfig(
  server: AppServer,
  { cwd = server.cwd, trouble = "failed to reload config" }: { cwd?: string; trouble?: string } = {},
): Promise<LoadedConfig> {
  const { featureEnablement } = server;
  try {
    return await loadChecked(await server.runtime(), { cwd, featureEnablement });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw internal(`${trouble}: ${error.message}`);
  }
}

/** Why the user's settings could not be changed: a file that is no TOML is shown as its reader shows it. */
export function unwritten(trouble: string, error: unknown): Error {
  if (!(error instanceof ConfigError)) return internal(`${trouble}: ${String(error)}`);
  const { code, range, reason, sourceLine, message } = error;
  const isForm = code === "toml_syntax" && range !== undefined;
  return internal(`${trouble}: ${isForm ? tomlErrorText(reason, range, sourceLine ?? "") : message}`);
}
