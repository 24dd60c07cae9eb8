import type { Config } from "@codex-ts/config";
import { AuthManager, authStoreFor, brokenLoginRestriction, nodeFetch, systemClock } from "@codex-ts/model-provider";
import { CliError } from "./errors.ts";
import type { CommandIo } from "./io.ts";

/** The logins that are kept here, whatever the configuration requires of them. */
function storedLogins(config: Config, io: CommandIo): AuthManager {
  return new AuthManager({
    store: authStoreFor(config.cliAuthCredentialsStore, config.codexHome),
    env: io.env,
    clock: systemClock,
    fetch: nodeFetch,
    allowCodexApiKey: true,
    allowOpenaiApiKey: config.forcedLoginMethod !== "chatgpt",
  });
}

/** What the configuration requires of a login and this one is not; null: it may be used. */
async function brokenRestriction(manager: AuthManager, config: Config): Promise<string | null> {
  const restrictions = { method: config.forcedLoginMethod, workspaceId: config.forcedChatgptWorkspaceId };
  if (restrictions.method === null && restrictions.workspaceId === null) return null;
  return brokenLoginRestriction(await manager.status(), restrictions);
}

/** The logins of somebody who only looks: one that may not be used is left where it is. `allowed`: whether it may be. */
export async function loginsToLookAt(config: Config, io: CommandIo): Promise<{ auth: AuthManager; allowed: boolean }> {
  const auth = storedLogins(config, io);
  return { auth, allowed: (await brokenRestriction(auth, config)) === null };
}

/**
 * The logins of a one-shot run, held against what the configuration requires. A login of another kind is ended.
 * @throws CliError for such a login
 */
export async function checkedLogins(config: Config, io: CommandIo): Promise<AuthManager> {
  const manager = storedLogins(config, io);
  const broken = await brokenRestriction(manager, config);
  if (broken === null) return manager;
  await manager.logout();
  throw CliError.plain(broken);
}
