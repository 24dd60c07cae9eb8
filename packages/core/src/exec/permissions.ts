import {
  type AdditionalPermissionProfile,
  compileAccess,
  effectivePermissions,
  pathEntry,
  legacyFileSystem,
  profileFromRuntime,
  profileToRuntime,
  sameFileSystemPolicy,
  shownLegacy,
  writableRoots,
  type AccessMatcher,
  type FileSystemSandboxKind,
  type FileSystemSandboxPolicy,
  type PermissionContext,
  type PermissionProfile,
  type SandboxPolicy,
} from "@codex-ts/permissions";
import { nodePathFs } from "@codex-ts/permissions/node";

/** What special paths of a profile mean for this process. */
interface ProcessFacts {
  env: Readonly<Record<string, string>>;
}

export function permissionContext(cwd: string, facts: ProcessFacts): PermissionContext {
  return { cwd, tmpdir: facts.env["TMPDIR"] ?? null, fs: nodePathFs };
}

/** The older policy that says the same, for clients, rollouts and texts. Decisions never use it. */
export function legacyPolicy(profile: PermissionProfile, cwd: string, facts: ProcessFacts): SandboxPolicy {
  return shownLegacy(profile, permissionContext(cwd, facts));
}

/** The file-system policy where it says more than the older policy does, as a session file holds it. */
export function ownFileSystem(
  profile: PermissionProfile,
  cwd: string,
  facts: ProcessFacts,
): { file_system_sandbox_policy?: FileSystemSandboxPolicy } {
  const { fileSystem } = profileToRuntime(profile);
  const context = permissionContext(cwd, facts);
  const projected = legacyFileSystem(shownLegacy(profile, context), context);
  return sameFileSystemPolicy(fileSystem, projected) ? {} : { file_system_sandbox_policy: fileSystem };
}

export function writableRootPaths(profile: PermissionProfile, cwd: string, facts: ProcessFacts): string[] {
  return writableRoots(profile, permissionContext(cwd, facts)).map(({ root }) => root);
}

export function fileSystemKind(profile: PermissionProfile): FileSystemSandboxKind {
  return profileToRuntime(profile).fileSystem.kind;
}

export function accessMatcher(profile: PermissionProfile, cwd: string, facts: ProcessFacts): AccessMatcher {
  return compileAccess(profileToRuntime(profile).fileSystem, permissionContext(cwd, facts));
}

/** The profile with an overlay that was granted. Without a sandbox of ours there is nothing to widen. */
export function withOverlay(
  profile: PermissionProfile,
  overlay: AdditionalPermissionProfile | null,
): PermissionProfile {
  if (profile.type !== "managed" || overlay === null) return profile;
  const { fileSystem, network } = effectivePermissions(profileToRuntime(profile), overlay);
  return profileFromRuntime(fileSystem, network);
}

/** The profile with folders added that may be written, as approved for one call. */
export function withWritableFolders(profile: PermissionProfile, folders: readonly string[]): PermissionProfile {
  if (profile.type !== "managed" || folders.length === 0) return profile;
  const entries = [...new Set(folders)].map(folder => pathEntry(folder, "write"));
  return withOverlay(profile, { network: null, file_system: { entries } });
}
