import { join } from "node:path";
import type { SpawnOptions } from "@codex-ts/sandbox";
import type { ThreadServices } from "../thread/services.ts";
import type { ThreadConfig } from "../thread/thread-config.ts";

/**
 * What a sandbox takes from the agent itself and not from the command's environment, which people may change: where
 * bubblewrap is looked up, the agent's own temporary folder, and whether the older Landlock mode is asked for.
 * @param network `proxy`: the command has a network of its own, with the managed proxy as its only way out
 */
export function sandboxHost(
  { services, config }: { services: Pick<ThreadServices, "env" | "codexHome">; config: Pick<ThreadConfig, "features"> },
  network?: "proxy",
): Pick<SpawnOptions, "tmpdir" | "legacyLandlock" | "host" | "network"> {
  const { env } = services;
  const searchPath = env["PATH"];
  return {
    tmpdir: env["TMPDIR"] ?? null,
    legacyLandlock: config.features["use_legacy_landlock"] === true,
    network,
    host: {
      socketFolder: join(services.codexHome, "tmp"),
      ...(searchPath === undefined ? {} : { path: searchPath }),
    },
  };
}
