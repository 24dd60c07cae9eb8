import type { PermissionContext } from "./context.ts";
import {
  hasFullDiskRead,
  hasFullDiskWrite,
  includesPlatformDefaults,
  readableRoots,
  unreadableGlobs,
  unreadableRoots,
} from "./derived.ts";
import { PermissionsError } from "./errors.ts";
import { legacyToRuntime } from "./from-legacy.ts";
import type { RuntimePermissions } from "./profile.ts";
import { runtimeToLegacy } from "./to-legacy.ts";
import type { FileSystemSandboxPolicy } from "./types.ts";
import { fileSystemWritableRoots } from "./writable-roots.ts";

/**
 * True when a policy says something its legacy projection does not, so that a backend which understands only legacy
 * policies must refuse it (section 7.5).
 */
export function needsDirectRuntimeEnforcement(permissions: RuntimePermissions, ctx: PermissionContext): boolean {
  if (permissions.fileSystem.kind !== "restricted") return false;
  try {
    const projected = legacyToRuntime(runtimeToLegacy(permissions, ctx), ctx).fileSystem;
    return meaning(permissions.fileSystem, ctx) !== meaning(projected, ctx);
  } catch (error) {
    if (error instanceof PermissionsError) return true;
    throw error;
  }
}

/** What a policy comes down to for a sandbox, as one comparable string. */
function meaning(policy: FileSystemSandboxPolicy, ctx: PermissionContext): string {
  return JSON.stringify([
    hasFullDiskRead(policy),
    hasFullDiskWrite(policy),
    includesPlatformDefaults(policy),
    readableRoots(policy, ctx),
    fileSystemWritableRoots(policy, ctx).map(({ root, read_only_subpaths: below }) => [root, below]),
    unreadableRoots(policy, ctx),
    unreadableGlobs(policy, ctx),
  ]);
}
