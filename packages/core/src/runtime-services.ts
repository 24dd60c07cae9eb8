import type { LoadedConfig } from "@codex-ts/config";
import {
  AuthManager,
  authStoreFor,
  deferredAuthStore,
  nodeFetch,
  systemClock as modelClock,
  type AuthSource,
} from "@codex-ts/model-provider";
import { nodeBashParser } from "@codex-ts/shell-command/node";
import type { RuntimeAnalytics } from "./analytics/runtime-analytics.ts";
import { systemClock } from "./clock.ts";
import { systemIds } from "./ids.ts";
import { installationId, systemTimezone, userShell } from "./machine.ts";
import type { RuntimeOptions } from "./runtime-options.ts";
import type { ThreadServices } from "./thread/services.ts";

/** The logins of the user, as the configuration keeps them. */
export function defaultAuth(
  options: RuntimeOptions,
  env: Readonly<Record<string, string>>,
  loadConfig: (request: { cwd: string }) => Promise<LoadedConfig>,
): AuthSource {
  const { codexHome } = options;
  return new AuthManager({
    // A configuration that does not load is told where it is used; logins are then looked for in the usual file.
    store: deferredAuthStore(async () => {
      const config = await loadConfig({ cwd: codexHome }).then(
        loaded => loaded.config,
        () => null,
      );
      return authStoreFor(config?.cliAuthCredentialsStore ?? "file", codexHome);
    }),
    env,
    clock: modelClock,
    fetch: options.fetch ?? nodeFetch,
    ...(options.warn === undefined ? {} : { warn: options.warn }),
  });
}

/** Clock, ids and the facts of the machine, for all threads. */
export async function buildServices(
  options: RuntimeOptions,
  env: Readonly<Record<string, string>>,
  analytics: RuntimeAnalytics,
): Promise<ThreadServices> {
  const clock = options.clock ?? systemClock;
  const platform = options.platform ?? process.platform;
  return {
    clock,
    ids: options.ids ?? systemIds(() => clock.now()),
    env,
    codexHome: options.codexHome,
    shell: options.shell ?? userShell(platform),
    platform,
    timezone: options.timezone ?? (await systemTimezone(env["TZ"])),
    installationId: await installationId(options.codexHome),
    originator: options.originator,
    bashParser: nodeBashParser(),
    analytics,
    advise: hint => options.advise?.(hint),
  };
}
