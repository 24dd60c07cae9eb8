import { serve } from "@codex-ts/app-server";
import { type Client, connect, createPair } from "@codex-ts/client";
import type { ConfigOverrides, LoadedConfig } from "@codex-ts/config";
import { checkRulesFiles, createRuntime, type RuntimeOptions } from "@codex-ts/core";
import { loadCommandConfig, readOverrides } from "./config.ts";
import { CliError } from "./errors.ts";
import { execConnection } from "./exec/connection.ts";
import type { ExecConnection } from "./exec/run-turn.ts";
import type { CommandIo } from "./io.ts";
import { checkedLogins } from "./logins.ts";
import type { GlobalOptions } from "./global-options.ts";
import { offerPatchAliases } from "./patch-aliases/aliases.ts";
import { clientFacts, startupWarnings } from "./session-facts.ts";
import { observability } from "./telemetry-facts.ts";
import { compatibleVersion } from "./version.ts";

/** What a command wants of an agent in this process. */
export interface SessionRequest {
  cwd: string;
  levels: readonly GlobalOptions[];
  profile: string | undefined;
  typed: ConfigOverrides;
  ignoreUserConfig: boolean;
  ignoreRules: boolean;
  /** The name the model's server sees, unless the environment names another. */
  clientName: string;
}

/** A client of an app-server in this process, and the configuration it was started with. */
export interface AgentSession {
  client: Client;
  /** The client as a run uses it; it has listened since before the handshake. */
  connection: ExecConnection;
  loaded: LoadedConfig;
  /** What a person can do about model requests that failed for good. */
  hints: readonly string[];
  /** What a person should know of how commands are started. */
  notices: readonly string[];
  close(): Promise<void>;
}

/**
 * Puts the program together: configuration, runtime, app-server and a client, all in this process. The configuration
 * is read before anything is started, so that what is wrong with it is told first.
 * @throws CliError for a configuration that cannot be used
 */
export async function openSession(request: SessionRequest, io: CommandIo): Promise<AgentSession> {
  const { cwd, levels, profile, typed, ignoreUserConfig, ignoreRules } = request;
  const loaded = await loadCommandConfig({ cwd, levels, profile, typed, ignoreUserConfig, exec: true }, io);
  const { codexHome } = loaded.config;
  const scope = { platform: process.platform, systemOnly: ignoreRules };
  const fault = await checkRulesFiles(loaded.config, scope).then(
    warning => warning?.display,
    (error: Error) => error.message,
  );
  if (fault !== undefined) throw new CliError(`\n${fault}`, { prefix: "Error loading rules:" });
  const auth = await checkedLogins(loaded.config, io);
  const cliOverrides = readOverrides({ levels });
  const hints: string[] = [];
  const { env, warning } = offerPatchAliases(codexHome, io);
  const options: Omit<RuntimeOptions, "originator"> = {
    codexHome,
    env,
    version: compatibleVersion,
    source: "exec",
    ignoreRules,
    advise: hint => hints.push(hint),
    ...observability(io),
    config: {
      cliOverrides,
      overrides: typed,
      ignoreUserConfig,
      ...(profile === undefined ? {} : { profile }),
    },
    auth,
  };
  const originator = io.env["CODEX_INTERNAL_ORIGINATOR_OVERRIDE"] || request.clientName;
  const [near, far] = createPair();
  const server = serve(far, ({ userAgent }) => createRuntime({ ...options, originator, userAgent }), {
    trusted: true,
    codexHome,
    version: compatibleVersion,
    source: "exec",
    cliOverrides,
    env,
    cwd,
    ...clientFacts(io.env),
    originator,
    startupWarnings: async () => startupWarnings(loaded),
  });
  const client = connect(near);
  const connection = execConnection(client);
  await client.initialize({
    clientInfo: { name: request.clientName, title: null, version: compatibleVersion },
    capabilities: { experimentalApi: true, optOutNotificationMethods: [] },
  });
  return {
    client,
    connection,
    loaded,
    hints,
    notices: warning === undefined ? [] : [warning],
    close: async () => {
      await server.close();
      await client.close();
    },
  };
}
