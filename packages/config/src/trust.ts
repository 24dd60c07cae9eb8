import type { SandboxPolicy } from "@codex-ts/permissions";
import type { Config } from "./effective/types.ts";
import { ConfigEdits } from "./edits/config-edits.ts";
import { type ConfigFs, nodeFs } from "./fs.ts";
import { canonicalPath } from "./layers/project.ts";

/**
 * The folder to mark as trusted when a thread starts, or null. Asking for a sandbox that may write is taken as the
 * decision to trust, where there is none yet; a read-only one is not, and an existing decision is never changed.
 * @param requested what the request itself asked for
 */
export function folderToTrust(
  config: Pick<Config, "cwd" | "gitRoot" | "trustLevel" | "sandboxPolicy">,
  requested: { explicitCwd: boolean; sandbox?: SandboxPolicy["type"] | undefined },
  fs: ConfigFs = nodeFs,
): string | null {
  if (!requested.explicitCwd || config.trustLevel !== null) return null;
  const writes = (type: SandboxPolicy["type"] | undefined): boolean => type !== undefined && type !== "read-only";
  if (!writes(requested.sandbox) && !writes(config.sandboxPolicy.type)) return null;
  return canonicalPath(config.gitRoot ?? config.cwd, fs);
}

/** Records the decision about a project folder in the user's config.toml. */
export async function setProjectTrust(
  codexHome: string,
  folder: string,
  level: "trusted" | "untrusted",
): Promise<void> {
  await new ConfigEdits(codexHome).setProjectTrustLevel(folder, level).apply();
}
