import { AbsolutePathBuf } from "../shared/ids.ts";
import { FileSystemAccessMode } from "../v2/permissions.ts";
import { NetworkAccess } from "../v2/policies.ts";
import { readLegacyFileSystem, readLegacyProfile } from "./legacy-permissions.ts";
import {
  array,
  boolean,
  closed,
  nonZeroUsize,
  nullable,
  omittable,
  skipDefault,
  string,
  stringEnum,
  struct,
  tagged,
  type Out,
  usize,
  withDefault,
} from "../wire/index.ts";

export const AdditionalPermissionProfile = struct("AdditionalPermissionProfile", () => ({
  file_system: nullable(FileSystemPermissions),
  network: nullable(NetworkPermissions),
}));
export interface AdditionalPermissionProfile extends Out<typeof AdditionalPermissionProfile> {}

/** What the file system may be used for. The older `{read, write}` lists are read, too: see `writeFileSystemPermissions`. */
export const FileSystemPermissions = closed(
  "FileSystemPermissions",
  () => ({ entries: array(FileSystemSandboxEntry), glob_scan_max_depth: omittable(nonZeroUsize) }),
  { rewrite: readLegacyFileSystem },
);
export interface FileSystemPermissions extends Out<typeof FileSystemPermissions> {}

export const FileSystemSpecialPath = tagged("FileSystemSpecialPath", "kind", () => ({
  root: {},
  minimal: {},
  current_working_directory: {},
  project_roots: { subpath: omittable(string) },
  tmpdir: {},
  slash_tmp: {},
  unknown: { path: string, subpath: omittable(string) },
}));
export type FileSystemSpecialPath = Out<typeof FileSystemSpecialPath>;

export const FileSystemPath = tagged("FileSystemPath", "type", () => ({
  path: { path: AbsolutePathBuf },
  glob_pattern: { pattern: string },
  special: { value: FileSystemSpecialPath },
}));
export type FileSystemPath = Out<typeof FileSystemPath>;

export const FileSystemSandboxEntry = struct("FileSystemSandboxEntry", () => ({
  path: FileSystemPath,
  access: FileSystemAccessMode,
}));
export interface FileSystemSandboxEntry extends Out<typeof FileSystemSandboxEntry> {}

export const FileSystemSandboxKind = stringEnum("FileSystemSandboxKind", [
  "restricted",
  "unrestricted",
  "external-sandbox",
]);
export type FileSystemSandboxKind = Out<typeof FileSystemSandboxKind>;

export const FileSystemSandboxPolicy = struct("FileSystemSandboxPolicy", () => ({
  entries: skipDefault(array(FileSystemSandboxEntry), []),
  glob_scan_max_depth: omittable(usize),
  kind: FileSystemSandboxKind,
}));
export interface FileSystemSandboxPolicy extends Out<typeof FileSystemSandboxPolicy> {}

export const ManagedFileSystemPermissions = tagged("ManagedFileSystemPermissions", "type", () => ({
  restricted: { entries: array(FileSystemSandboxEntry), glob_scan_max_depth: omittable(nonZeroUsize) },
  unrestricted: {},
}));
export type ManagedFileSystemPermissions = Out<typeof ManagedFileSystemPermissions>;

export const NetworkApprovalContext = struct("NetworkApprovalContext", () => ({
  host: string,
  protocol: NetworkApprovalProtocol,
}));
export interface NetworkApprovalContext extends Out<typeof NetworkApprovalContext> {}

export const NetworkApprovalProtocol = stringEnum(
  "NetworkApprovalProtocol",
  ["http", "https", "socks5_tcp", "socks5_udp"],
  { aliases: { https_connect: "https", "http-connect": "https" } },
);
export type NetworkApprovalProtocol = Out<typeof NetworkApprovalProtocol>;

export const NetworkPermissions = struct("NetworkPermissions", () => ({ enabled: nullable(boolean) }));
export interface NetworkPermissions extends Out<typeof NetworkPermissions> {}

export const NetworkSandboxPolicy = stringEnum("NetworkSandboxPolicy", ["restricted", "enabled"]);
export type NetworkSandboxPolicy = Out<typeof NetworkSandboxPolicy>;

/** What a run may read, write and reach. The older untagged `{network, file_system}` is read as a managed profile. */
export const PermissionProfile = tagged(
  "PermissionProfile",
  "type",
  () => ({
    managed: { file_system: ManagedFileSystemPermissions, network: NetworkSandboxPolicy },
    disabled: {},
    external: { network: NetworkSandboxPolicy },
  }),
  { rewrite: readLegacyProfile },
);
export type PermissionProfile = Out<typeof PermissionProfile>;

export const ReadOnlyAccess = tagged("ReadOnlyAccess", "type", () => ({
  restricted: {
    include_platform_defaults: withDefault(boolean, true),
    readable_roots: skipDefault(array(AbsolutePathBuf), []),
  },
  "full-access": {},
}));
export type ReadOnlyAccess = Out<typeof ReadOnlyAccess>;

export const RequestPermissionProfile = closed("RequestPermissionProfile", () => ({
  file_system: nullable(FileSystemPermissions),
  network: nullable(NetworkPermissions),
}));
export interface RequestPermissionProfile extends Out<typeof RequestPermissionProfile> {}

export const SandboxPolicy = tagged("SandboxPolicy", "type", () => ({
  "danger-full-access": {},
  "read-only": {
    access: skipDefault(ReadOnlyAccess, { type: "full-access" }),
    network_access: skipDefault(boolean, false),
  },
  "external-sandbox": { network_access: withDefault(NetworkAccess, "restricted") },
  "workspace-write": {
    exclude_slash_tmp: withDefault(boolean, false),
    exclude_tmpdir_env_var: withDefault(boolean, false),
    network_access: withDefault(boolean, false),
    read_only_access: skipDefault(ReadOnlyAccess, { type: "full-access" }),
    writable_roots: skipDefault(array(AbsolutePathBuf), []),
  },
}));
export type SandboxPolicy = Out<typeof SandboxPolicy>;
