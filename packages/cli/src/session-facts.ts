import type { ServerOptions, StartupWarning } from "@codex-ts/app-server";
import type { LoadedConfig } from "@codex-ts/config";
import { ownVersion } from "./version.ts";

/** What the environment says about who runs this program, for the app-server's handshake. */
export function clientFacts(
  env: Record<string, string | undefined>,
): Pick<ServerOptions, "product" | "terminal" | "originator"> {
  const terminal = env["TERM_PROGRAM"] || env["TERM"];
  const originator = env["CODEX_INTERNAL_ORIGINATOR_OVERRIDE"];
  return {
    product: `codex-ts ${ownVersion}`,
    ...(terminal ? { terminal } : {}),
    ...(originator ? { originator } : {}),
  };
}

/** Warnings of the configuration as clients are told them. */
export function startupWarnings(loaded: LoadedConfig): StartupWarning[] {
  return loaded.warnings.map(({ message }) => ({ summary: message, details: null }));
}
