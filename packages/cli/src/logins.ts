import type { Config } from "@codex-ts/config";
import { AuthManager, authStoreFor, brokenLoginRestriction, nodeFetch, systemClock } from "@codex-ts/model-provider";
import { CliError } from "./errors.ts";
import type { CommandIo } from "./io.ts";

/**
 * The logins of a one-shot run, held against what the configuration requires. A login of another kind is ended.
 * @throws CliError for such a login
 */
export async function checkedLogins(config: Config, io: CommandIo): Promise<AuthManager> {
  const manager = new AuthManager({
    store: authStoreFor(config.cliAuthCredentialsStore, config.codexHome),
    env: io.env,
    clock: systemClock,
    fetch: nodeFetch,
    allowCodexApiKey: true,
    allowOpenaiApiKey: config.forcedLoginMethod !== "chatgpt",
  });
  const restrictions = { method: config.forcedLoginMethod, workspaceId: config.forcedChatgptWorkspaceId };
  if (restrictions.method === null && restrictions.workspaceId === null) return manager;
  const broken = brokenLoginRestriction(await manager.status(), restrictions);
  if (broken === null) return manager;
  await manager.logout();
  throw CliError.plain(broken);
}
