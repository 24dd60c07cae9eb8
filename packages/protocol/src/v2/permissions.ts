import { AbsolutePathBuf } from "../shared/ids.ts";
import {
  array,
  boolean,
  closed,
  nonZeroUsize,
  nullable,
  omittable,
  type Out,
  string,
  stringEnum,
  struct,
  tagged,
} from "../wire/index.ts";

export const AdditionalFileSystemPermissions = struct("AdditionalFileSystemPermissions", () => ({
  read: nullable(array(AbsolutePathBuf)),
  write: nullable(array(AbsolutePathBuf)),
  globScanMaxDepth: omittable(nonZeroUsize),
  entries: omittable(array(FileSystemSandboxEntry)),
}));
export interface AdditionalFileSystemPermissions extends Out<typeof AdditionalFileSystemPermissions> {}

export const AdditionalNetworkPermissions = struct("AdditionalNetworkPermissions", () => ({
  enabled: nullable(boolean),
}));
export interface AdditionalNetworkPermissions extends Out<typeof AdditionalNetworkPermissions> {}

export const AdditionalPermissionProfile = struct("AdditionalPermissionProfile", () => ({
  network: nullable(AdditionalNetworkPermissions),
  fileSystem: nullable(AdditionalFileSystemPermissions),
}));
export interface AdditionalPermissionProfile extends Out<typeof AdditionalPermissionProfile> {}

export const FileSystemAccessMode = stringEnum("FileSystemAccessMode", ["read", "write", "none"]);
export type FileSystemAccessMode = Out<typeof FileSystemAccessMode>;

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

export const FileSystemSpecialPath = tagged("FileSystemSpecialPath", "kind", () => ({
  root: {},
  minimal: {},
  current_working_directory: {},
  project_roots: { subpath: nullable(string) },
  tmpdir: {},
  slash_tmp: {},
  unknown: { path: string, subpath: nullable(string) },
}));
export type FileSystemSpecialPath = Out<typeof FileSystemSpecialPath>;

export const GrantedPermissionProfile = struct("GrantedPermissionProfile", () => ({
  network: omittable(AdditionalNetworkPermissions),
  fileSystem: omittable(AdditionalFileSystemPermissions),
}));
export interface GrantedPermissionProfile extends Out<typeof GrantedPermissionProfile> {}

export const PermissionGrantScope = stringEnum("PermissionGrantScope", ["turn", "session"]);
export type PermissionGrantScope = Out<typeof PermissionGrantScope>;

export const PermissionProfile = tagged("PermissionProfile", "type", () => ({
  managed: { network: PermissionProfileNetworkPermissions, fileSystem: PermissionProfileFileSystemPermissions },
  disabled: {},
  external: { network: PermissionProfileNetworkPermissions },
}));
export type PermissionProfile = Out<typeof PermissionProfile>;

export const PermissionProfileFileSystemPermissions = tagged("PermissionProfileFileSystemPermissions", "type", () => ({
  restricted: { entries: array(FileSystemSandboxEntry), globScanMaxDepth: omittable(nonZeroUsize) },
  unrestricted: {},
}));
export type PermissionProfileFileSystemPermissions = Out<typeof PermissionProfileFileSystemPermissions>;

export const PermissionProfileNetworkPermissions = struct("PermissionProfileNetworkPermissions", () => ({
  enabled: boolean,
}));
export interface PermissionProfileNetworkPermissions extends Out<typeof PermissionProfileNetworkPermissions> {}

export const RequestPermissionProfile = closed("RequestPermissionProfile", () => ({
  network: nullable(AdditionalNetworkPermissions),
  fileSystem: nullable(AdditionalFileSystemPermissions),
}));
export interface RequestPermissionProfile extends Out<typeof RequestPermissionProfile> {}
