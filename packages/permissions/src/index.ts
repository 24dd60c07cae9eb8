export {
  type AccessMatcher,
  canRead,
  canWrite,
  compileAccess,
  type DecidingEntry,
  /** The short name, beside `canRead` and `canWrite`. */
  resolveAccess as resolve,
  resolveAccess,
} from "./access.ts";
export { type PermissionContext, type ResolvedEntry, resolvedEntries, resolveFileSystemPath } from "./context.ts";
export {
  hasFullDiskRead,
  hasFullDiskWrite,
  includesPlatformDefaults,
  linuxPlatformReadRoots,
  readableRoots,
  unreadableGlobs,
  unreadableRoots,
} from "./derived.ts";
export { debugProfile } from "./debug.ts";
export { needsDirectRuntimeEnforcement } from "./direct-enforcement.ts";
export { PermissionsError, type PermissionsErrorCode } from "./errors.ts";
export {
  type EscalationExecution,
  escalationExecution,
  type EscalationPermissions,
  escalationRuntime,
  type EscalationSource,
} from "./escalation.ts";
export { type AccessExplanation, describePath, explain, type OverruledEntry } from "./explain.ts";
export { addWritableRoots } from "./extra-roots.ts";
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
export { type CallPermissions, permissionsOfCall, storeGrant, type StoredGrants } from "./grant-scope.ts";
export { intersect } from "./grants.ts";
export { decodeSandboxPolicy, encodeSandboxPolicy } from "./legacy-wire.ts";
export {
  effectiveFileSystem,
  effectiveLegacy,
  effectiveNetwork,
  effectivePermissions,
  isEmptyOverlay,
  merge,
  mergeDepth,
  normalizeOverlay,
} from "./overlay.ts";
export { overridePermissions, type PermissionsOverride } from "./override.ts";
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
export {
  defaultFileSystemPolicy,
  globEntry,
  pathEntry,
  restricted,
  sameEntry,
  sameFileSystemPolicy,
  specialEntry,
} from "./policy.ts";
export { addDenies, fileSystemForNewCwd, keepDenies, legacyFileSystemKeepingDenies } from "./preserve-denies.ts";
export { defaultProfile, profileFromRuntime, profileToRuntime, type RuntimePermissions } from "./profile.ts";
export {
  type PermissionLayer,
  type PermissionSelection,
  type PermissionSelectionInput,
  selectPermissions,
} from "./profile-selection.ts";
export { protectedMetadata } from "./protected-metadata.ts";
export { compileReadDeny, isReadDenied, type ReadDenial, type ReadDenyMatcher } from "./read-deny.ts";
export {
  type ClientAnswer,
  grantFromClient,
  grantFromReviewer,
  grantWithoutAsking,
  type InlineRequest,
  type PermissionGrant,
  permissionGrantOutput,
  validateInlineRequest,
  validatePermissionRequest,
} from "./requests.ts";
export { runtimeToLegacy, shownLegacy, toLegacy } from "./to-legacy.ts";
export { type CompiledProfile, compileProfileTable, type CompileProfileOptions } from "./toml-profile.ts";
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
export {
  decodeAdditionalPermissions,
  decodeEntry,
  decodeFileSystemPermissions,
  decodeFileSystemPolicy,
  type DecodeOptions,
  decodeProfile,
  encodeAdditionalPermissions,
  encodeFileSystemPermissions,
} from "./wire-core.ts";
export {
  additionalPermissionsFromV2,
  additionalPermissionsToV2,
  profileFromV2,
  profileToV2,
  sandboxPolicyFromV2,
  sandboxPolicyToV2,
  type V2PathOptions,
} from "./wire-v2.ts";
export { fileSystemWritableRoots, isPathWritable, writableRoots } from "./writable-roots.ts";
