import type { PermissionContext } from "./context.ts";
import { legacyEnforcement, legacyNetwork } from "./from-legacy.ts";
import { fileSystemForNewCwd, keepDenies, legacyFileSystemKeepingDenies } from "./preserve-denies.ts";
import { profileFromRuntime, profileToRuntime } from "./profile.ts";
import { shownLegacy, toLegacy } from "./to-legacy.ts";
import type { PermissionProfile, SandboxPolicy } from "./types.ts";

/** What a client asks for while a thread lives: a policy in legacy words, or a profile. */
export type PermissionsOverride = { policy: SandboxPolicy } | { profile: PermissionProfile };

/**
 * The permissions after an override (section 7.4); null: only the working directory changed. What may not be read stays so, unless nothing of ours enforces it any
 * more; what was a projection of a legacy policy follows the working directory.
 * @param before what special paths meant so far
 * @param after what they mean from now on
 * @throws PermissionsError `no_legacy_projection` for a profile that legacy words cannot express
 */
export function overridePermissions(
  current: PermissionProfile,
  override: PermissionsOverride | null,
  before: PermissionContext,
  after: PermissionContext,
): PermissionProfile {
  const { fileSystem, network } = profileToRuntime(current);
  if (override === null) {
    if (current.type !== "managed") return current;
    return profileFromRuntime(fileSystemForNewCwd(fileSystem, shownLegacy(current, before), before, after), network);
  }
  if ("policy" in override) {
    const { policy } = override;
    const next = legacyFileSystemKeepingDenies(policy, fileSystem, after);
    return profileFromRuntime(next, legacyNetwork(policy), legacyEnforcement(policy));
  }
  const enforcement = legacyEnforcement(toLegacy(override.profile, after));
  const next = profileToRuntime(override.profile);
  return profileFromRuntime(keepDenies(next.fileSystem, fileSystem), next.network, enforcement);
}
