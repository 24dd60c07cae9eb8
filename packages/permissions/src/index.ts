export {
  type AccessMatcher,
  canRead,
  canWrite,
  compileAccess,
  type DecidingEntry,
  resolveAccess,
} from "./access.ts";
export {
  type PermissionContext,
  type ResolvedEntry,
  resolvedEntries,
  resolveFileSystemPath,
} from "./context.ts";
export {
  hasFullDiskRead,
  hasFullDiskWrite,
  includesPlatformDefaults,
  linuxPlatformReadRoots,
  readableRoots,
  unreadableGlobs,
  unreadableRoots,
} from "./derived.ts";
export { PermissionsError, type PermissionsErrorCode } from "./errors.ts";
export { type AccessExplanation, describePath, explain, type OverruledEntry } from "./explain.ts";
export {
  fromLegacy,
  legacyEnforcement,
  legacyFileSystem,
  legacyNetwork,
  legacyReadAccess,
  legacyToRuntime,
  legacyWritableRoots,
} from "./from-legacy.ts";
export { compileGlob, type Glob, globStaticPrefix, hasGlobCharacters } from "./glob.ts";
export {
  canonicalizePreservingSymlinks,
  emptyPathFs,
  normalizeEffective,
  type PathFs,
  type PathKind,
} from "./path-fs.ts";
export {
  absolutePath,
  type AbsolutePathOptions,
  containsPath,
  isAbsolutePath,
  joinPath,
  normalizePath,
  pathFlavor,
  type PathFlavor,
} from "./path.ts";
export { defaultFileSystemPolicy, globEntry, pathEntry, restricted, sameEntry, specialEntry } from "./policy.ts";
export { defaultProfile, profileFromRuntime, profileToRuntime, type RuntimePermissions } from "./profile.ts";
export { protectedMetadata } from "./protected-metadata.ts";
export { compileReadDeny, isReadDenied, type ReadDenial, type ReadDenyMatcher } from "./read-deny.ts";
export { runtimeToLegacy, toLegacy } from "./to-legacy.ts";
export type {
  AdditionalPermissionProfile,
  FileSystemAccessMode,
  FileSystemPath,
  FileSystemPermissions,
  FileSystemSandboxEntry,
  FileSystemSandboxKind,
  FileSystemSandboxPolicy,
  FileSystemSpecialPath,
  ManagedFileSystem,
  NetworkAccess,
  NetworkPermissions,
  NetworkSandboxPolicy,
  PermissionGrantScope,
  PermissionProfile,
  ReadOnlyAccess,
  SandboxEnforcement,
  SandboxPermissions,
  SandboxPolicy,
  WritableRoot,
} from "./types.ts";
export { fileSystemWritableRoots, isPathWritable, writableRoots } from "./writable-roots.ts";
