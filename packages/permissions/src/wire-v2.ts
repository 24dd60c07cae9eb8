import type {
  AdditionalFileSystemPermissions as V2FileSystemPermissions,
  AdditionalPermissionProfile as V2AdditionalPermissionProfile,
  FileSystemPath as V2FileSystemPath,
  FileSystemSandboxEntry as V2Entry,
  GrantedPermissionProfile as V2GrantedPermissionProfile,
  PermissionProfile as V2PermissionProfile,
  ReadOnlyAccess as V2ReadOnlyAccess,
  SandboxPolicy as V2SandboxPolicy,
} from "@codex-ts/protocol";
import { absolutePath, type AbsolutePathOptions } from "./path.ts";
import { pathEntry } from "./policy.ts";
import type {
  AdditionalPermissionProfile,
  FileSystemPath,
  FileSystemPermissions,
  FileSystemSandboxEntry,
  PermissionProfile,
  ReadOnlyAccess,
  SandboxPolicy,
} from "./types.ts";
import { asReadWriteLists } from "./wire-core.ts";

/**
 * The v2 wire spelling to and from the model (sections 1.4 to 1.6). The doors validate the shape with the protocol's
 * schemas first; here only spellings change, and every path is made absolute or refused. Requests have no base for
 * relative paths.
 * @throws PermissionsError `relative_path` from every function named `…FromV2`
 */
export type V2PathOptions = Pick<AbsolutePathOptions, "home" | "flavor">;

function pathFromV2(path: V2FileSystemPath, options: V2PathOptions): FileSystemPath {
  if (path.type === "path") return { type: "path", path: absolutePath(path.path, options) };
  if (path.type === "glob_pattern") return { type: "glob_pattern", pattern: path.pattern };
  const special = path.value;
  if (special.kind !== "project_roots" && special.kind !== "unknown") return { type: "special", value: special };
  const { subpath, ...rest } = special;
  return { type: "special", value: subpath === null ? rest : { ...rest, subpath } };
}

function pathToV2(path: FileSystemPath): V2FileSystemPath {
  if (path.type !== "special") return path;
  const special = path.value;
  if (special.kind !== "project_roots" && special.kind !== "unknown") return { type: "special", value: special };
  return { type: "special", value: { ...special, subpath: special.subpath ?? null } };
}

function entryFromV2(entry: V2Entry, options: V2PathOptions): FileSystemSandboxEntry {
  return { path: pathFromV2(entry.path, options), access: entry.access };
}

function entryToV2(entry: FileSystemSandboxEntry): V2Entry {
  return { path: pathToV2(entry.path), access: entry.access };
}

export function profileFromV2(profile: V2PermissionProfile, options: V2PathOptions = {}): PermissionProfile {
  if (profile.type === "disabled") return { type: "disabled" };
  const network = profile.network.enabled ? "enabled" : "restricted";
  if (profile.type === "external") return { type: "external", network };
  const fs = profile.fileSystem;
  if (fs.type === "unrestricted") return { type: "managed", file_system: { type: "unrestricted" }, network };
  return {
    type: "managed",
    file_system: {
      type: "restricted",
      entries: fs.entries.map(entry => entryFromV2(entry, options)),
      ...(fs.globScanMaxDepth === undefined ? {} : { glob_scan_max_depth: fs.globScanMaxDepth }),
    },
    network,
  };
}

export function profileToV2(profile: PermissionProfile): V2PermissionProfile {
  if (profile.type === "disabled") return { type: "disabled" };
  const network = { enabled: profile.network === "enabled" };
  if (profile.type === "external") return { type: "external", network };
  const fs = profile.file_system;
  if (fs.type === "unrestricted") return { type: "managed", network, fileSystem: { type: "unrestricted" } };
  return {
    type: "managed",
    network,
    fileSystem: {
      type: "restricted",
      entries: fs.entries.map(entryToV2),
      ...(fs.glob_scan_max_depth === undefined ? {} : { globScanMaxDepth: fs.glob_scan_max_depth }),
    },
  };
}

function fileSystemFromV2(half: V2FileSystemPermissions, options: V2PathOptions): FileSystemPermissions {
  const list = (paths: string[] | null, access: "read" | "write"): FileSystemSandboxEntry[] =>
    (paths ?? []).map(path => pathEntry(absolutePath(path, options), access));
  const entries = half.entries?.map(entry => entryFromV2(entry, options)) ?? [
    ...list(half.read, "read"),
    ...list(half.write, "write"),
  ];
  return {
    entries,
    ...(half.globScanMaxDepth === undefined ? {} : { glob_scan_max_depth: half.globScanMaxDepth }),
  };
}

function fileSystemToV2(half: FileSystemPermissions): V2FileSystemPermissions {
  const lists = asReadWriteLists(half);
  if (lists === null) {
    return {
      read: null,
      write: null,
      ...(half.glob_scan_max_depth === undefined ? {} : { globScanMaxDepth: half.glob_scan_max_depth }),
      entries: half.entries.map(entryToV2),
    };
  }
  const entries = [
    ...lists.read.map(path => pathEntry(path, "read")),
    ...lists.write.map(path => pathEntry(path, "write")),
  ];
  return {
    read: lists.read.length === 0 ? null : lists.read,
    write: lists.write.length === 0 ? null : lists.write,
    entries: entries.map(entryToV2),
  };
}

/** An overlay as a request or a command approval carries it. */
export function additionalPermissionsToV2(permissions: AdditionalPermissionProfile): V2AdditionalPermissionProfile {
  return {
    network: permissions.network,
    fileSystem: permissions.file_system === null ? null : fileSystemToV2(permissions.file_system),
  };
}

/** An overlay, or the grant a client answers with (whose halves may be missing). */
export function additionalPermissionsFromV2(
  permissions: V2AdditionalPermissionProfile | V2GrantedPermissionProfile,
  options: V2PathOptions = {},
): AdditionalPermissionProfile {
  return {
    network: permissions.network ?? null,
    file_system: permissions.fileSystem ? fileSystemFromV2(permissions.fileSystem, options) : null,
  };
}

function readAccessFromV2(access: V2ReadOnlyAccess, options: V2PathOptions): ReadOnlyAccess {
  if (access.type === "fullAccess") return { type: "full-access" };
  return {
    type: "restricted",
    include_platform_defaults: access.includePlatformDefaults,
    readable_roots: access.readableRoots.map(path => absolutePath(path, options)),
  };
}

function readAccessToV2(access: ReadOnlyAccess | undefined): V2ReadOnlyAccess {
  if (access === undefined || access.type === "full-access") return { type: "fullAccess" };
  return {
    type: "restricted",
    includePlatformDefaults: access.include_platform_defaults ?? true,
    readableRoots: access.readable_roots ?? [],
  };
}

export function sandboxPolicyFromV2(policy: V2SandboxPolicy, options: V2PathOptions = {}): SandboxPolicy {
  switch (policy.type) {
    case "dangerFullAccess":
      return { type: "danger-full-access" };
    case "readOnly":
      return {
        type: "read-only",
        access: readAccessFromV2(policy.access, options),
        network_access: policy.networkAccess,
      };
    case "externalSandbox":
      return { type: "external-sandbox", network_access: policy.networkAccess };
    case "workspaceWrite":
      return {
        type: "workspace-write",
        writable_roots: policy.writableRoots.map(path => absolutePath(path, options)),
        read_only_access: readAccessFromV2(policy.readOnlyAccess, options),
        network_access: policy.networkAccess,
        exclude_tmpdir_env_var: policy.excludeTmpdirEnvVar,
        exclude_slash_tmp: policy.excludeSlashTmp,
      };
  }
}

export function sandboxPolicyToV2(policy: SandboxPolicy): V2SandboxPolicy {
  switch (policy.type) {
    case "danger-full-access":
      return { type: "dangerFullAccess" };
    case "read-only":
      return {
        type: "readOnly",
        access: readAccessToV2(policy.access),
        networkAccess: policy.network_access ?? false,
      };
    case "external-sandbox":
      return { type: "externalSandbox", networkAccess: policy.network_access ?? "restricted" };
    case "workspace-write":
      return {
        type: "workspaceWrite",
        writableRoots: policy.writable_roots ?? [],
        readOnlyAccess: readAccessToV2(policy.read_only_access),
        networkAccess: policy.network_access ?? false,
        excludeTmpdirEnvVar: policy.exclude_tmpdir_env_var ?? false,
        excludeSlashTmp: policy.exclude_slash_tmp ?? false,
      };
  }
}
