import type { StartupWarning } from "@codex-ts/app-server";
import type { LoadedConfig } from "@codex-ts/config";
import type { CommandIo } from "./io.ts";

/** Legacy modes whose commands are confined here. */
const confined: readonly string[] = ["read-only", "workspace-write"];

/**
 * What a session says at its start when the sandbox misses something (spec: sandbox, section 3.7). Only where commands
 * are to be confined at all.
 */
export async function sandboxWarnings(
  { config }: LoadedConfig,
  io: Pick<CommandIo, "env" | "cwd">,
): Promise<StartupWarning[]> {
  if (!confined.includes(config.sandboxPolicy.type)) return [];
  const { machineFacts, sandboxWarning } = await import("@codex-ts/sandbox");
  const summary = sandboxWarning(await machineFacts({ path: io.env["PATH"] ?? "", cwd: io.cwd }));
  return summary === null ? [] : [{ summary, details: null }];
}
