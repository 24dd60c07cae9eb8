import { type Config, ConfigError, formatConfigError, resolveCodexHome } from "@codex-ts/config";
import { AuthManager, type AuthStore, authStoreFor, maskKey, nodeFetch, systemClock } from "@codex-ts/model-provider";
import { loadPlainConfig, readOverrides } from "../config.ts";
import { CliError } from "../errors.ts";
import { type CommandIo, readAll, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";
import type { SharedOptions } from "../options.ts";
import { loginLog } from "../login-log.ts";

type Levels = readonly (GlobalOptions & SharedOptions)[];

/** Options of `login`. */
export interface LoginFlags {
  withApiKey?: boolean;
  apiKey?: string | true;
  deviceAuth?: boolean;
  experimentalIssuer?: string;
}

/** `login`: an API key from standard input, a device code, or a browser. Everything is said on stderr. */
export async function loginCommand(flags: LoginFlags, levels: Levels, io: CommandIo): Promise<number> {
  if (flags.apiKey !== undefined) {
    throw CliError.plain(
      "The --api-key flag is no longer supported. Pipe the key instead, e.g. `printenv OPENAI_API_KEY | codex login --with-api-key`.",
    );
  }
  if (flags.deviceAuth === true) return await chatgptLogin("device", flags, levels, io);
  if (flags.withApiKey === true) return await apiKeyLogin(levels, io);
  return await chatgptLogin("browser", flags, levels, io);
}

async function apiKeyLogin(levels: Levels, io: CommandIo): Promise<number> {
  if (io.stdin.isTTY === true) {
    throw CliError.plain(
      "--with-api-key expects the API key on stdin. Try piping it, e.g. `printenv OPENAI_API_KEY | codex login --with-api-key`.",
    );
  }
  write(io.stderr, "Reading API key from stdin...\n");
  const key = new TextDecoder().decode(await readAll(io.stdin)).trim();
  if (key === "") throw CliError.plain("No API key provided via stdin.");
  const config = await loginConfig(levels, io);
  if (config.forcedLoginMethod === "chatgpt") {
    throw CliError.plain("API key login is disabled. Use ChatGPT login instead.");
  }
  const log = loginLog(config, "starting API key login");
  try {
    await managerOf(config, io).loginWithApiKey(key);
  } catch (error) {
    throw loginFailure("Error logging in", error, log);
  }
  log("API key stored");
  write(io.stderr, "Successfully logged in\n");
  return 0;
}

async function chatgptLogin(
  way: "device" | "browser",
  flags: LoginFlags,
  levels: Levels,
  io: CommandIo,
): Promise<number> {
  const config = await loginConfig(levels, io);
  if (config.forcedLoginMethod === "api") {
    throw CliError.plain("ChatGPT login is disabled. Use API key login instead.");
  }
  const log = loginLog(config, `starting ${way} login`);
  const { runBrowserLogin, runDeviceLogin } = await import("../chatgpt-login.ts");
  const run = way === "device" ? runDeviceLogin : runBrowserLogin;
  try {
    const tokens = await run({ issuer: flags.experimentalIssuer, workspaceId: config.forcedChatgptWorkspaceId }, io);
    await managerOf(config, io).loginWithTokens(tokens);
  } catch (error) {
    throw loginFailure(way === "device" ? "Error logging in with device code" : "Error logging in", error, log);
  }
  log("ChatGPT tokens stored");
  write(io.stderr, "Successfully logged in\n");
  return 0;
}

/** `login status`: exit code 1 when nobody is logged in. Keys are shown by their ends alone. */
export async function loginStatusCommand(levels: Levels, io: CommandIo): Promise<number> {
  const config = await loginConfig(levels, io);
  const manager = managerOf(config, io);
  const status = await checked("Error checking login status", async () => {
    // What cannot be read is said here; to everybody else it is no login.
    await storeOf(config).load();
    return await manager.status();
  });
  if (status.kind === "none") {
    write(io.stderr, "Not logged in\n");
    return 1;
  }
  if (status.kind === "chatgpt") {
    write(io.stderr, "Logged in using ChatGPT\n");
    return 0;
  }
  const key = (await manager.credential())?.token ?? "";
  write(io.stderr, `Logged in using an API key - ${maskKey(key)}\n`);
  return 0;
}

/** `logout`. */
export async function logoutCommand(levels: Levels, io: CommandIo): Promise<number> {
  const config = await loginConfig(levels, io);
  const was = await checked("Error logging out", () => managerOf(config, io).logout());
  write(io.stderr, was ? "Successfully logged out\n" : "Not logged in\n");
  return 0;
}

async function checked<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw CliError.plain(`${what}: ${messageOf(error)}`);
  }
}

function loginFailure(what: string, error: unknown, log: (line: string) => void): CliError {
  log(`login failed: ${messageOf(error)}`);
  return CliError.plain(`${what}: ${messageOf(error)}`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The settings of the home folder; what a project says has no say in logins. */
async function loginConfig(levels: Levels, io: CommandIo): Promise<Config> {
  readOverrides({ levels, exec: true });
  try {
    return (await loadPlainConfig({ cwd: resolveCodexHome(io.env), levels }, io)).config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw CliError.plain(`Error loading configuration: ${formatConfigError(error)}`);
  }
}

function storeOf({ cliAuthCredentialsStore, codexHome }: Config): AuthStore {
  return authStoreFor(cliAuthCredentialsStore, codexHome);
}

/** Stored logins alone: a key in the environment is nobody's login. */
function managerOf(config: Config, io: CommandIo): AuthManager {
  return new AuthManager({
    store: storeOf(config),
    env: io.env,
    clock: systemClock,
    fetch: nodeFetch,
    allowOpenaiApiKey: false,
    warn: message => write(io.stderr, `warning: ${message}\n`),
  });
}
