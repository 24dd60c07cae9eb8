import { accessAllowsRead } from "./access.ts";
import { type PermissionContext, resolveFileSystemPath } from "./context.ts";
import { hasFullDiskRead, hasFullDiskWrite } from "./derived.ts";
import { PermissionsError } from "./errors.ts";
import { joinPath, pathKey, rootOfPath } from "./path.ts";
import { profileToRuntime, type RuntimePermissions } from "./profile.ts";
import type { FileSystemSandboxEntry, PermissionProfile, ReadOnlyAccess, SandboxPolicy } from "./types.ts";

const NO_PROJECTION =
  "permissions profile requests filesystem writes outside the workspace root, which is not supported until the runtime enforces FileSystemSandboxPolicy directly";

/** What the entries of a restricted policy add up to in legacy words. */
interface LegacySum {
  workspaceWritable: boolean;
  rootWrite: boolean;
  tmpdir: boolean;
  slashTmp: boolean;
  platformDefaults: boolean;
  writable: Set<string>;
  readable: Set<string>;
}

/**
 * The legacy policy that says the same as a profile, as far as legacy words reach (section 7.2).
 * @throws PermissionsError `no_legacy_projection` when the profile writes outside a workspace that is not writable
 */
export function toLegacy(profile: PermissionProfile, ctx: PermissionContext): SandboxPolicy {
  if (profile.type === "disabled") return { type: "danger-full-access" };
  if (profile.type === "external") return { type: "external-sandbox", network_access: profile.network };
  return runtimeToLegacy(profileToRuntime(profile), ctx);
}

/**
 * `toLegacy` for profiles that are in force, which may say more than legacy words can: writing everywhere but in some
 * places, which is what is left of full access where something may not be read (section 7.4), shows as what was asked for.
 */
export function shownLegacy(profile: PermissionProfile, ctx: PermissionContext): SandboxPolicy {
  try {
    return toLegacy(profile, ctx);
  } catch (error) {
    if (!(error instanceof PermissionsError)) throw error;
    const { network } = profileToRuntime(profile);
    return network === "enabled"
      ? { type: "danger-full-access" }
      : { type: "external-sandbox", network_access: "restricted" };
  }
}

/** `toLegacy` for the two runtime halves. */
export function runtimeToLegacy({ fileSystem, network }: RuntimePermissions, ctx: PermissionContext): SandboxPolicy {
  const enabled = network === "enabled";
  if (fileSystem.kind === "external-sandbox") return { type: "external-sandbox", network_access: network };
  if (hasFullDiskWrite(fileSystem)) {
    return enabled ? { type: "danger-full-access" } : { type: "external-sandbox", network_access: "restricted" };
  }
  const fullRead = hasFullDiskRead(fileSystem);
  const sum: LegacySum = {
    workspaceWritable: false,
    rootWrite: false,
    tmpdir: false,
    slashTmp: false,
    platformDefaults: false,
    writable: new Set(),
    readable: new Set(),
  };
  for (const entry of fileSystem.entries ?? []) add(sum, entry, fullRead, ctx);

  const access: ReadOnlyAccess = fullRead
    ? { type: "full-access" }
    : { type: "restricted", include_platform_defaults: sum.platformDefaults, readable_roots: [...sum.readable] };
  if (sum.workspaceWritable) {
    return {
      type: "workspace-write",
      writable_roots: [...sum.writable],
      read_only_access: access,
      network_access: enabled,
      exclude_tmpdir_env_var: !sum.tmpdir,
      exclude_slash_tmp: !sum.slashTmp,
    };
  }
  if (sum.rootWrite || sum.writable.size > 0 || sum.tmpdir || sum.slashTmp) {
    throw new PermissionsError("no_legacy_projection", NO_PROJECTION);
  }
  return { type: "read-only", access, network_access: enabled };
}

function add(sum: LegacySum, entry: FileSystemSandboxEntry, fullRead: boolean, ctx: PermissionContext): void {
  if (!accessAllowsRead(entry.access) || entry.path.type === "glob_pattern") return;
  const writes = entry.access === "write";
  const path = resolveFileSystemPath(entry.path, ctx);
  const readable = (): void => {
    if (path !== null) sum.readable.add(path);
  };
  if (entry.path.type === "path") {
    if (!writes) readable();
    else if (path !== null && pathKey(path) === pathKey(joinPath(ctx.cwd, "."))) sum.workspaceWritable = true;
    else if (path !== null) sum.writable.add(path);
    return;
  }
  const special = entry.path.value;
  switch (special.kind) {
    case "root":
      if (writes) sum.rootWrite = true;
      else if (!fullRead) sum.readable.add(rootOfPath(ctx.cwd));
      return;
    case "minimal":
      sum.platformDefaults = true;
      return;
    case "current_working_directory":
      if (writes) sum.workspaceWritable = true;
      else readable();
      return;
    case "project_roots":
      if (!writes) readable();
      else if (special.subpath === undefined) sum.workspaceWritable = true;
      else if (path !== null) sum.writable.add(path);
      return;
    case "tmpdir":
      if (writes) sum.tmpdir = true;
      else readable();
      return;
    case "slash_tmp":
      if (writes) sum.slashTmp = true;
      else readable();
      return;
    case "unknown":
      return;
  }
}
