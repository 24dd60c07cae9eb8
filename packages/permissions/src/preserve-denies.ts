import type { PermissionContext } from "./context.ts";
import { legacyFileSystem } from "./from-legacy.ts";
import { dedupEntries, restricted, sameFileSystemPolicy, specialEntry } from "./policy.ts";
import type { FileSystemSandboxEntry, FileSystemSandboxPolicy, SandboxPolicy } from "./types.ts";

function denials(policy: FileSystemSandboxPolicy): FileSystemSandboxEntry[] {
  return policy.kind === "restricted" ? (policy.entries ?? []).filter(entry => entry.access === "none") : [];
}

/**
 * A new legacy policy over an existing file-system policy (section 7.4): denials and the scan depth survive where the
 * new policy is restricted, and fall where it enforces nothing.
 */
export function legacyFileSystemKeepingDenies(
  policy: SandboxPolicy,
  existing: FileSystemSandboxPolicy,
  ctx: PermissionContext,
): FileSystemSandboxPolicy {
  const rebuilt = legacyFileSystem(policy, ctx);
  if (rebuilt.kind !== "restricted") return rebuilt;
  return restricted(dedupEntries(rebuilt.entries ?? [], denials(existing)), existing.glob_scan_max_depth);
}

/**
 * A new profile over an existing file-system policy (section 7.4): denials always survive. An unrestricted policy
 * becomes "write everything" plus the denials, so that something is left to enforce them.
 */
export function keepDenies(next: FileSystemSandboxPolicy, existing: FileSystemSandboxPolicy): FileSystemSandboxPolicy {
  const kept = denials(existing);
  if (next.kind === "external-sandbox") return next;
  if (next.kind === "unrestricted") {
    if (kept.length === 0) return next;
    return restricted([specialEntry({ kind: "root" }, "write"), ...kept], existing.glob_scan_max_depth);
  }
  return restricted(dedupEntries(next.entries ?? [], kept), next.glob_scan_max_depth ?? existing.glob_scan_max_depth);
}

/** A policy with further paths denied (managed requirements). What enforces nothing is left alone. */
export function addDenies(
  policy: FileSystemSandboxPolicy,
  entries: readonly FileSystemSandboxEntry[],
): FileSystemSandboxPolicy {
  if (entries.length === 0) return policy;
  return keepDenies(policy, restricted([...entries]));
}

/**
 * The file-system policy after only the working directory changed (section 7.4): what was a projection of the legacy
 * policy is projected again, a policy of its own stays.
 */
export function fileSystemForNewCwd(
  fileSystem: FileSystemSandboxPolicy,
  policy: SandboxPolicy,
  before: PermissionContext,
  after: PermissionContext,
): FileSystemSandboxPolicy {
  const projected = legacyFileSystem(policy, before);
  return sameFileSystemPolicy(fileSystem, projected) ? legacyFileSystem(policy, after) : fileSystem;
}
