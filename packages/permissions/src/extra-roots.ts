import { compileAccess } from "./access.ts";
import type { PermissionContext } from "./context.ts";
import { PermissionsError } from "./errors.ts";
import { joinPath } from "./path.ts";
import { pathEntry, restricted } from "./policy.ts";
import type { RuntimePermissions } from "./profile.ts";
import { runtimeToLegacy } from "./to-legacy.ts";
import type { FileSystemSandboxPolicy } from "./types.ts";

/**
 * Adds the writable roots of the installation (its memories folder, extra folders of the command line) to a profile's
 * policy. Only a policy whose legacy projection is workspace-write gets them, and only those not writable already
 * (section 4.3).
 */
export function addWritableRoots(
  permissions: RuntimePermissions,
  roots: readonly string[],
  ctx: PermissionContext,
): FileSystemSandboxPolicy {
  const { fileSystem } = permissions;
  if (fileSystem.kind !== "restricted" || !projectsToWorkspaceWrite(permissions, ctx)) return fileSystem;
  let entries = fileSystem.entries ?? [];
  for (const root of roots) {
    const path = joinPath(ctx.cwd, root);
    if (!compileAccess(restricted(entries), ctx).canWrite(path)) entries = [...entries, pathEntry(path, "write")];
  }
  return restricted(entries, fileSystem.glob_scan_max_depth);
}

function projectsToWorkspaceWrite(permissions: RuntimePermissions, ctx: PermissionContext): boolean {
  try {
    return runtimeToLegacy(permissions, ctx).type === "workspace-write";
  } catch (error) {
    if (error instanceof PermissionsError) return false;
    throw error;
  }
}
