import type { Config, LoadConfigOptions, SourceRange } from "@codex-ts/config";
import type { RuntimeSource, ServerOptions, StartupWarning } from "@codex-ts/app-server";
import type { WsAuthFlags } from "@codex-ts/app-server/listen";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../global-options.ts";
import { clientFacts } from "../session-facts.ts";
import { compatibleVersion } from "../version.ts";

export interface AppServerOptions extends WsAuthFlags {
  listen?: string;
  /** Metrics are exported where the settings do not say whether analytics are on. */
  analyticsDefaultEnabled?: boolean;
}

/**
 * `codex-ts app-server`: JSON-RPC over stdin and stdout, one message a line, until the client closes its end; or over
 * sockets, until a signal ends it. The handshake is answered before the agent's code is loaded.
 */
export async function appServerCommand(levels: (GlobalOptions & AppServerOptions)[], io: CommandIo): Promise<number> {
  const flags = levels.at(-1) ?? {};
  if ((flags.listen ?? "stdio://") === "stdio://" && !hasAuthFlags(flags)) {
    const { runtime, options } = await serverParts(levels, io);
    return await serveStdio(runtime, options, io);
  }
  const { listenCommand } = await import("./app-server-listen.ts");
  return await listenCommand(flags, () => serverParts(levels, io), io);
}

function hasAuthFlags(flags: AppServerOptions): boolean {
  return Object.keys(flags).some(name => name.startsWith("ws"));
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

/** One client on stdin and stdout. A signal ends it in order: what runs is interrupted and recorded first. */
export async function serveStdio(runtime: RuntimeSource, options: ServerOptions, io: CommandIo): Promise<number> {
  const { serveLines } = await import("@codex-ts/app-server");
  const ending = new AbortController();
  let exitCode = 0;
  for (const [name, number] of Object.entries(SIGNALS)) {
    process.once(name, () => {
      exitCode = 128 + number;
      ending.abort();
    });
  }
  await serveLines(io.stdin, io.stdout, runtime, { ...options, signal: ending.signal });
  return exitCode;
}

/** What every transport serves. */
export interface ServerParts {
  runtime: RuntimeSource;
  options: ServerOptions;
}

async function serverParts(levels: (GlobalOptions & AppServerOptions)[], given: CommandIo): Promise<ServerParts> {
  const flagged = levels.some(level => level.config ?? level.enable ?? level.disable);
  const cliOverrides = flagged ? (await import("../config.ts")).readOverrides({ levels }) : [];
  const codexHome = await codexHomeOf(given);
  if (flagged) await refuseBadFlags({ codexHome, cwd: given.cwd, env: given.env, cliOverrides });
  const { withPatchAliases } = await import("../patch-aliases/aliases.ts");
  const io = withPatchAliases(codexHome, given);
  const metricsByDefault = levels.at(-1)?.analyticsDefaultEnabled ?? false;
  return {
    runtime: async identity => {
      const [{ createRuntime }, { observability }] = await Promise.all([
        import("@codex-ts/core"),
        import("../telemetry-facts.ts"),
      ]);
      return createRuntime({
        codexHome,
        env: io.env,
        version: compatibleVersion,
        ...identity,
        config: { cliOverrides },
        warn: text => write(io.stderr, `warning: ${text}\n`),
        ...observability(io, { serviceName: "codex-app-server", metricsByDefault }),
      });
    },
    options: {
      codexHome,
      env: io.env,
      version: compatibleVersion,
      cliOverrides,
      ...clientFacts(io.env),
      startupWarnings: () => warningsOf(levels, io),
      log: text => write(io.stderr, `${text}\n`),
    },
  };
}

/** What flags can get wrong; the other mistakes are those of files that hold without a config.toml, too. */
const WRONG_BY_THEMSELVES: ReadonlySet<string> = new Set([
  "invalid_value",
  "unknown_profile",
  "unknown_provider",
  "io",
]);

/** Files and requirements that are wrong leave the defaults, which flags that are wrong do not. @throws CliError */
async function refuseBadFlags(request: LoadConfigOptions): Promise<void> {
  const { ConfigError, loadConfig } = await import("@codex-ts/config");
  const alone = loadConfig({ ...request, ignoreConfigFiles: true, ignoreRequirements: true });
  const failure = await failureOf(alone);
  if (!(failure instanceof ConfigError) || !WRONG_BY_THEMSELVES.has(failure.code)) return;
  // Something stronger may set what they get wrong.
  const { refuseNetworkContradictions } = await import("@codex-ts/core");
  if ((await failureOf(loadConfig(request).then(refuseNetworkContradictions))) === null) return;
  const { CliError } = await import("../errors.ts");
  throw new CliError(`error loading default config after config error: ${failure.message}`);
}

/** Null: it went well. */
function failureOf(work: Promise<unknown>): Promise<Error | null> {
  return work.then(
    () => null,
    (error: Error) => error,
  );
}

/** Only a CODEX_HOME that is set has to be looked at; the default needs no configuration code. */
export async function codexHomeOf(io: CommandIo): Promise<string> {
  const { resolveCodexHome } = await import("@codex-ts/config/home");
  return resolveCodexHome(io.env);
}

/** What the configuration of the server's own folder has to say; a broken one does not keep the server from running. */
async function warningsOf(levels: GlobalOptions[], io: CommandIo): Promise<StartupWarning[]> {
  const [
    { ConfigError, disabledProjectsWarning, loadConfig, resolveCodexHome },
    { readOverrides },
    { startupWarnings },
  ] = await Promise.all([import("@codex-ts/config"), import("../config.ts"), import("../session-facts.ts")]);
  try {
    const loaded = await loadConfig({
      codexHome: resolveCodexHome(io.env),
      cwd: io.cwd,
      env: io.env,
      cliOverrides: readOverrides({ levels }),
      version: compatibleVersion,
    });
    const { sandboxWarnings } = await import("../sandbox-warning.ts");
    const untrusted = disabledProjectsWarning(loaded.stack);
    return [
      ...(await rulesWarnings(loaded.config)),
      ...(untrusted === null ? [] : [{ summary: untrusted, details: null }]),
      ...startupWarnings(loaded),
      ...(await sandboxWarnings(loaded, io)),
    ];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { file, range, message } = error;
    return [
      {
        summary: "Invalid configuration; using defaults.",
        details: message,
        ...(file === undefined ? {} : { path: file }),
        ...(range === undefined ? {} : { range: upToItsLastCharacter(range) }),
      },
    ];
  }
}

/** What is wrong with rules files; one that cannot be read at all is told of when a thread starts. */
async function rulesWarnings(config: Config): Promise<StartupWarning[]> {
  const { checkRulesFiles } = await import("@codex-ts/core");
  const scope = { platform: process.platform, systemOnly: false };
  const warning = await checkRulesFiles(config, scope).catch(() => null);
  if (warning === null) return [];
  const { message: details, path, range } = warning;
  const summary = "Error parsing rules; custom rules not applied.";
  return [{ summary, details, path, ...(range === null ? {} : { range: { start: range.start, end: range.end } }) }];
}

/** The end that clients are told of is the last character that counts. */
function upToItsLastCharacter({ start, end }: SourceRange): SourceRange {
  const isOneCharacter = end.line === start.line && end.column <= start.column;
  return { start, end: isOneCharacter ? start : { line: end.line, column: Math.max(1, end.column - 1) } };
}
