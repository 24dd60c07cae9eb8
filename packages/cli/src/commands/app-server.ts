import { serveLines, type StartupWarning } from "@codex-ts/app-server";
import { UsageError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../options.ts";
import { clientFacts } from "../session-facts.ts";
import { compatibleVersion } from "../version.ts";

interface AppServerOptions {
  listen?: string;
}

/**
 * `codex-ts app-server`: JSON-RPC over stdin and stdout, one message a line, until the client closes its end. The
 * handshake is answered before the agent's code is loaded.
 */
export async function appServerCommand(levels: (GlobalOptions & AppServerOptions)[], io: CommandIo): Promise<number> {
  const listen = levels.at(-1)?.listen ?? "stdio://";
  if (listen !== "stdio://") {
    throw new UsageError(`unsupported --listen URL \`${listen}\`; expected \`stdio://\``);
  }
  const flagged = levels.some(level => level.config ?? level.enable ?? level.disable);
  const cliOverrides = flagged ? (await import("../config.ts")).readOverrides({ levels }) : [];
  const codexHome = await codexHomeOf(io);
  await serveLines(
    io.stdin,
    io.stdout,
    async identity => {
      const { createRuntime } = await import("@codex-ts/core");
      return createRuntime({
        codexHome,
        env: io.env,
        version: compatibleVersion,
        ...identity,
        config: { cliOverrides },
      });
    },
    {
      codexHome,
      version: compatibleVersion,
      cliOverrides,
      ...clientFacts(io.env),
      startupWarnings: () => warningsOf(levels, io),
      log: text => write(io.stderr, `${text}\n`),
    },
  );
  return 0;
}

/** Only a CODEX_HOME that is set has to be looked at; the default needs no configuration code. */
async function codexHomeOf(io: CommandIo): Promise<string> {
  const { resolveCodexHome } = await import("@codex-ts/config/home");
  return resolveCodexHome(io.env);
}

/** What the configuration of the server's own folder has to say; a broken one does not keep the server from running. */
async function warningsOf(levels: GlobalOptions[], io: CommandIo): Promise<StartupWarning[]> {
  const [{ ConfigError, loadConfig, resolveCodexHome }, { configFailure, readOverrides }, { startupWarnings }] =
    await Promise.all([import("@codex-ts/config"), import("../config.ts"), import("../session-facts.ts")]);
  try {
    return startupWarnings(
      await loadConfig({
        codexHome: resolveCodexHome(io.env),
        cwd: io.cwd,
        env: io.env,
        cliOverrides: readOverrides({ levels }),
        version: compatibleVersion,
      }),
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { file, range } = error;
    return [
      {
        summary: "Invalid configuration; using defaults.",
        details: configFailure(error, false).message,
        ...(file === undefined ? {} : { path: file }),
        ...(range === undefined ? {} : { range }),
      },
    ];
  }
}
