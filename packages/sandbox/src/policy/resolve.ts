import {
  type FileSystemSandboxKind,
  fileSystemWritableRoots,
  hasFullDiskRead,
  hasFullDiskWrite,
  includesPlatformDefaults,
  linuxPlatformReadRoots,
  type NetworkSandboxPolicy,
  type PermissionContext,
  type PermissionProfile,
  profileToRuntime,
  protectedMetadata,
  readableRoots,
  unreadableGlobs,
  unreadableRoots,
  type WritableRoot,
} from "@codex-ts/permissions";

/** Everything an engine needs to know about a profile, worked out for one working directory. Plain data. */
export interface ResolvedPolicy {
  kind: FileSystemSandboxKind;
  network: NetworkSandboxPolicy;
  fullRead: boolean;
  fullWrite: boolean;
  /** Roots that may be read; empty when everything may. */
  readableRoots: string[];
  /** `:minimal` is part of the policy: the platform's own read roots belong to it. */
  includePlatformDefaults: boolean;
  /** Those read roots on Linux, as far as they exist. */
  platformDefaults: string[];
  /** Roots that may be written, with what below each stays read-only; empty when everything may. */
  writableRoots: WritableRoot[];
  unreadableRoots: string[];
  unreadableGlobs: string[];
  globScanMaxDepth: number | null;
  /** The read-only parts of writable roots that are there by default: `.git` and what it points to, `.agents`, `.codex`. */
  protectedMetadata: string[];
}

/** Works out what a profile means from one working directory (permissions, section 6). */
export function resolvePolicy(profile: PermissionProfile, ctx: PermissionContext): ResolvedPolicy {
  const { fileSystem, network } = profileToRuntime(profile);
  const includePlatformDefaults = includesPlatformDefaults(fileSystem);
  const roots = fileSystemWritableRoots(fileSystem, ctx);
  return {
    kind: fileSystem.kind,
    network,
    fullRead: hasFullDiskRead(fileSystem),
    fullWrite: hasFullDiskWrite(fileSystem),
    readableRoots: readableRoots(fileSystem, ctx),
    includePlatformDefaults,
    platformDefaults: includePlatformDefaults ? linuxPlatformReadRoots(ctx.fs) : [],
    writableRoots: roots,
    unreadableRoots: unreadableRoots(fileSystem, ctx),
    unreadableGlobs: unreadableGlobs(fileSystem, ctx),
    globScanMaxDepth: fileSystem.glob_scan_max_depth ?? null,
    protectedMetadata: roots.flatMap(({ root }) => protectedMetadata(root, ctx.fs, { protectMissingCodex: true })),
  };
}
