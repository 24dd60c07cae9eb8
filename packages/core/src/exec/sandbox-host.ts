import type { SpawnOptions } from "@codex-ts/sandbox";
import type { Session } from "../thread/session.ts";

/**
 * What a sandbox takes from the agent itself and not from the command's environment, which people may change: where
 * bubblewrap is looked up, the agent's own temporary folder, and whether the older Landlock mode is asked for.
 */
export function sandboxHost({
  services,
  config,
}: Pick<Session, "services" | "config">): Pick<SpawnOptions, "tmpdir" | "legacyLandlock" | "host"> {
  const { env } = services;
  const searchPath = env["PATH"];
  return {
    tmpdir: env["TMPDIR"] ?? null,
    legacyLandlock: config.features["use_legacy_landlock"] === true,
    ...(searchPath === undefined ? {} : { host: { path: searchPath } }),
  };
}
