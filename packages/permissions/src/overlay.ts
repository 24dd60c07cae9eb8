import type { PermissionContext } from "./context.ts";
import { PermissionsError } from "./errors.ts";
import { canonicalizePreservingSymlinks } from "./path-fs.ts";
import { joinPath } from "./path.ts";
import { dedupEntries, isDenyGlob, restricted } from "./policy.ts";
import type { RuntimePermissions } from "./profile.ts";
import type {
  AdditionalPermissionProfile,
  FileSystemPermissions,
  FileSystemSandboxPolicy,
  NetworkSandboxPolicy,
  ReadOnlyAccess,
  SandboxPolicy,
} from "./types.ts";

export function isEmptyOverlay(overlay: AdditionalPermissionProfile): boolean {
  return overlay.network === null && overlay.file_system === null;
}

function nullWhenEmpty(overlay: AdditionalPermissionProfile): AdditionalPermissionProfile | null {
  return isEmptyOverlay(overlay) ? null : overlay;
}

function permissionsOf(entries: FileSystemPermissions["entries"], depth: number | undefined): FileSystemPermissions {
  return { entries, ...(depth === undefined ? {} : { glob_scan_max_depth: depth }) };
}

/**
 * Brings an overlay to its normal form (section 8.1): halves that ask for nothing go, paths are canonicalised, equal
 * entries stand once.
 * @throws PermissionsError `invalid_request` for a glob that is not a denial
 */
export function normalizeOverlay(
  overlay: AdditionalPermissionProfile,
  ctx: PermissionContext,
): AdditionalPermissionProfile {
  const entries = (overlay.file_system?.entries ?? []).map(entry => {
    if (entry.path.type === "glob_pattern" && entry.access !== "none") {
      throw new PermissionsError("invalid_request", "glob file system permissions only support deny-read entries");
    }
    if (entry.path.type !== "path") return entry;
    const path = canonicalizePreservingSymlinks(joinPath(ctx.cwd, entry.path.path), ctx.fs);
    return { path: { type: "path" as const, path }, access: entry.access };
  });
  return {
    network: overlay.network === null || overlay.network.enabled === null ? null : overlay.network,
    file_system:
      entries.length === 0 ? null : permissionsOf(dedupEntries(entries), overlay.file_system?.glob_scan_max_depth),
  };
}

/**
 * The scan depth of two joined sets of entries (section 8.2). A side counts only when it has a deny glob; a counted
 * side without a depth is unbounded, and unbounded wins: a bound must never make the other side's denial shallower.
 */
export function mergeDepth(
  left: Pick<FileSystemSandboxPolicy, "entries" | "glob_scan_max_depth">,
  right: Pick<FileSystemSandboxPolicy, "entries" | "glob_scan_max_depth">,
): number | undefined {
  const depths = [left, right]
    .filter(side => (side.entries ?? []).some(isDenyGlob))
    .map(side => side.glob_scan_max_depth ?? Number.POSITIVE_INFINITY);
  const deepest = Math.max(0, ...depths);
  return deepest === 0 || deepest === Number.POSITIVE_INFINITY ? undefined : deepest;
}

/** Adds one overlay to another (section 8.2); null stands for "nothing granted". Associative. */
export function merge(
  base: AdditionalPermissionProfile | null,
  extra: AdditionalPermissionProfile | null,
): AdditionalPermissionProfile | null {
  if (extra === null) return base;
  if (base === null) return nullWhenEmpty(extra);
  const enabled = base.network?.enabled === true || extra.network?.enabled === true;
  return nullWhenEmpty({
    network: enabled ? { enabled: true } : null,
    file_system: mergeFileSystem(base.file_system, extra.file_system),
  });
}

function mergeFileSystem(
  base: FileSystemPermissions | null,
  extra: FileSystemPermissions | null,
): FileSystemPermissions | null {
  if (base === null || extra === null) return base ?? extra;
  return permissionsOf(dedupEntries(base.entries, extra.entries), mergeDepth(base, extra));
}

/** The file-system policy of one command that carries an overlay (section 8.3). */
export function effectiveFileSystem(
  base: FileSystemSandboxPolicy,
  overlay: AdditionalPermissionProfile | null,
): FileSystemSandboxPolicy {
  const extra = overlay?.file_system ?? null;
  if (extra === null || base.kind !== "restricted") return base;
  return restricted(dedupEntries(base.entries ?? [], extra.entries), mergeDepth(base, extra));
}

/** The network policy of one command that carries an overlay (section 8.3). */
export function effectiveNetwork(
  base: NetworkSandboxPolicy,
  overlay: AdditionalPermissionProfile | null,
): NetworkSandboxPolicy {
  return base === "enabled" || overlay?.network?.enabled === true ? "enabled" : "restricted";
}

/** Both runtime halves of one command that carries an overlay. */
export function effectivePermissions(
  base: RuntimePermissions,
  overlay: AdditionalPermissionProfile | null,
): RuntimePermissions {
  return {
    fileSystem: effectiveFileSystem(base.fileSystem, overlay),
    network: effectiveNetwork(base.network, overlay),
  };
}

/**
 * The legacy view of one command that carries an overlay (section 8.3). It can only say more than was granted: a
 * read-only policy with a written path becomes workspace-write. The split policies are exact.
 */
export function effectiveLegacy(policy: SandboxPolicy, overlay: AdditionalPermissionProfile | null): SandboxPolicy {
  if (overlay === null || policy.type === "danger-full-access") return policy;
  const paths = (overlay.file_system?.entries ?? []).flatMap(({ path, access }) =>
    path.type === "path" && access !== "none" ? [{ path: path.path, writes: access === "write" }] : [],
  );
  const readable = paths.map(({ path }) => path);
  const writable = paths.filter(({ writes }) => writes).map(({ path }) => path);
  switch (policy.type) {
    case "external-sandbox":
      return { ...policy, network_access: effectiveNetwork(policy.network_access ?? "restricted", overlay) };
    case "workspace-write":
      return {
        ...policy,
        writable_roots: [...new Set([...(policy.writable_roots ?? []), ...writable])],
        read_only_access: widenReads(policy.read_only_access, readable),
        network_access: widenNetwork(policy.network_access, overlay),
      };
    case "read-only":
      if (writable.length === 0) {
        return {
          ...policy,
          access: widenReads(policy.access, readable),
          network_access: widenNetwork(policy.network_access, overlay),
        };
      }
      return {
        type: "workspace-write",
        writable_roots: [...new Set(writable)],
        read_only_access: widenReads(policy.access, readable),
        network_access: widenNetwork(policy.network_access, overlay),
        exclude_tmpdir_env_var: false,
        exclude_slash_tmp: false,
      };
  }
}

function widenReads(access: ReadOnlyAccess | undefined, readable: readonly string[]): ReadOnlyAccess {
  if (access === undefined || access.type === "full-access") return { type: "full-access" };
  return { ...access, readable_roots: [...new Set([...(access.readable_roots ?? []), ...readable])] };
}

function widenNetwork(allowed: boolean | undefined, overlay: AdditionalPermissionProfile): boolean {
  return allowed === true || overlay.network?.enabled === true;
}
