import { serveLines } from "@codex-ts/app-server";
import { ConfigError, loadConfig, resolveCodexHome } from "@codex-ts/config";
import { createRuntime } from "@codex-ts/core";
import { configFailure, readOverrides } from "../config.ts";
import { UsageError } from "../errors.ts";
import { type CommandIo, write } from "../io.ts";
import type { GlobalOptions } from "../options.ts";
import { startupWarnings } from "../session.ts";
import { compatibleVersion, ownVersion } from "../version.ts";

interface AppServerOptions {
  listen?: string;
}

/**
 * `codex-ts app-server`: JSON-RPC over stdin and stdout, one message a line, until the client closes its end.
 * Nothing is loaded that the handshake does not need.
 */
export async function appServerCommand(levels: (GlobalOptions & AppServerOptions)[], io: CommandIo): Promise<number> {
  const listen = levels.at(-1)?.listen ?? "stdio://";
  if (listen !== "stdio://") {
    throw new UsageError(`unsupported --listen URL \`${listen}\`; expected \`stdio://\``);
  }
  const cliOverrides = readOverrides({ levels });
  const codexHome = resolveCodexHome(io.env);
  const load = () => loadConfig({ codexHome, cwd: io.cwd, env: io.env, cliOverrides, version: compatibleVersion });
  const originator = io.env["CODEX_INTERNAL_ORIGINATOR_OVERRIDE"];
  await serveLines(
    io.stdin,
    io.stdout,
    identity =>
      createRuntime({ codexHome, env: io.env, version: compatibleVersion, ...identity, config: { cliOverrides } }),
    {
      codexHome,
      version: compatibleVersion,
      product: `codex-ts ${ownVersion}`,
      ...(originator ? { originator } : {}),
      startupWarnings: async () => {
        try {
          return startupWarnings(await load());
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
      },
      log: text => write(io.stderr, `${text}\n`),
    },
  );
  return 0;
}
