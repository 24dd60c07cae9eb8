import { type PermissionContext, slashTmpPath, tmpdirPath } from "./context.ts";
import { joinPath } from "./path.ts";
import { pathEntry, restricted, specialEntry } from "./policy.ts";
import { profileFromRuntime, type RuntimePermissions } from "./profile.ts";
import { protectedMetadata } from "./protected-metadata.ts";
import type {
  FileSystemSandboxEntry,
  FileSystemSandboxPolicy,
  NetworkSandboxPolicy,
  PermissionProfile,
  ReadOnlyAccess,
  SandboxEnforcement,
  SandboxPolicy,
  WritableRoot,
} from "./types.ts";
import { isPathWritable } from "./writable-roots.ts";

type WorkspaceWrite = Extract<SandboxPolicy, { type: "workspace-write" }>;

/** The read half of a legacy policy; policies without one read everything. */
export function legacyReadAccess(policy: SandboxPolicy): ReadOnlyAccess {
  if (policy.type === "read-only") return policy.access ?? { type: "full-access" };
  if (policy.type === "workspace-write") return policy.read_only_access ?? { type: "full-access" };
  return { type: "full-access" };
}

/** The network half of a legacy policy (section 7.1). */
export function legacyNetwork(policy: SandboxPolicy): NetworkSandboxPolicy {
  switch (policy.type) {
    case "danger-full-access":
      return "enabled";
    case "external-sandbox":
      return policy.network_access ?? "restricted";
    case "read-only":
    case "workspace-write":
      return policy.network_access === true ? "enabled" : "restricted";
  }
}

/** Who enforces a legacy policy (section 7.1). */
export function legacyEnforcement(policy: SandboxPolicy): SandboxEnforcement {
  if (policy.type === "danger-full-access") return "disabled";
  return policy.type === "external-sandbox" ? "external" : "managed";
}

/**
 * The file-system half of a legacy policy, seen from the sandbox root (section 7.1): a readable root inside a writable
 * one must not turn into a read-only part of it, and the protected metadata becomes explicit entries.
 */
export function legacyFileSystem(policy: SandboxPolicy, ctx: PermissionContext): FileSystemSandboxPolicy {
  switch (policy.type) {
    case "danger-full-access":
      return { kind: "unrestricted" };
    case "external-sandbox":
      return { kind: "external-sandbox" };
    case "read-only":
      return restricted(readOnlyEntries(legacyReadAccess(policy), ctx));
    case "workspace-write":
      return restricted(workspaceWriteEntries(policy, ctx));
  }
}

/** Both runtime halves of a legacy policy. */
export function legacyToRuntime(policy: SandboxPolicy, ctx: PermissionContext): RuntimePermissions {
  return { fileSystem: legacyFileSystem(policy, ctx), network: legacyNetwork(policy) };
}

/** The profile a legacy policy means when its sandbox root is `ctx.cwd` (section 7.1). */
export function fromLegacy(policy: SandboxPolicy, ctx: PermissionContext): PermissionProfile {
  return profileFromRuntime(legacyFileSystem(policy, ctx), legacyNetwork(policy), legacyEnforcement(policy));
}

function restrictedReadEntries(
  access: Extract<ReadOnlyAccess, { type: "restricted" }>,
  ctx: PermissionContext,
): FileSystemSandboxEntry[] {
  const roots = (access.readable_roots ?? []).map(root => pathEntry(joinPath(ctx.cwd, root), "read"));
  return access.include_platform_defaults === false ? roots : [specialEntry({ kind: "minimal" }, "read"), ...roots];
}

function readOnlyEntries(access: ReadOnlyAccess, ctx: PermissionContext): FileSystemSandboxEntry[] {
  if (access.type === "full-access") return [specialEntry({ kind: "root" }, "read")];
  return [specialEntry({ kind: "current_working_directory" }, "read"), ...restrictedReadEntries(access, ctx)];
}

function workspaceWriteEntries(policy: WorkspaceWrite, ctx: PermissionContext): FileSystemSandboxEntry[] {
  const access = legacyReadAccess(policy);
  const roots = (policy.writable_roots ?? []).map(root => joinPath(ctx.cwd, root));
  const entries =
    access.type === "full-access" ? [specialEntry({ kind: "root" }, "read")] : restrictedReadEntries(access, ctx);
  entries.push(specialEntry({ kind: "current_working_directory" }, "write"));
  if (policy.exclude_slash_tmp !== true) entries.push(specialEntry({ kind: "slash_tmp" }, "write"));
  if (policy.exclude_tmpdir_env_var !== true) entries.push(specialEntry({ kind: "tmpdir" }, "write"));
  for (const root of roots) entries.push(pathEntry(root, "write"));

  const writable = legacyWritableRoots(policy, ctx);
  const kept = entries.filter(
    ({ path, access: mode }) =>
      !(path.type === "path" && mode === "read" && writable.some(root => isPathWritable(root, path.path))),
  );
  const explicit = new Set(kept.flatMap(({ path }) => (path.type === "path" ? [path.path] : [])));
  const cwd = joinPath(ctx.cwd, ".");
  const metadata = [
    ...protectedMetadata(cwd, ctx.fs, { protectMissingCodex: true }),
    ...roots.flatMap(root => protectedMetadata(root, ctx.fs, { protectMissingCodex: false })),
  ];
  for (const path of metadata) {
    if (explicit.has(path)) continue;
    explicit.add(path);
    kept.push(pathEntry(path, "read"));
  }
  return kept;
}

/** The writable roots of a legacy workspace-write policy in the legacy reckoning (section 7.1 step 6). */
export function legacyWritableRoots(policy: SandboxPolicy, ctx: PermissionContext): WritableRoot[] {
  if (policy.type !== "workspace-write") return [];
  const cwd = joinPath(ctx.cwd, ".");
  const tmp = policy.exclude_slash_tmp === true ? null : slashTmpPath(ctx);
  const tmpdir = policy.exclude_tmpdir_env_var === true ? null : tmpdirPath(ctx);
  const roots = [...(policy.writable_roots ?? []).map(root => joinPath(ctx.cwd, root)), cwd, tmp, tmpdir];
  return roots
    .filter(root => root !== null)
    .map(root => ({
      root,
      read_only_subpaths: protectedMetadata(root, ctx.fs, { protectMissingCodex: root === cwd }),
    }));
}
