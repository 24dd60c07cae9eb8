import { type AccessMatcher, compileAccess } from "./access.ts";
import { type PermissionContext, resolveFileSystemPath } from "./context.ts";
import { absoluteGlob } from "./derived.ts";
import { globStaticPrefix } from "./glob.ts";
import { mergeDepth } from "./overlay.ts";
import { containsPath } from "./path.ts";
import { dedupEntries, pathEntry, restricted, samePath } from "./policy.ts";
import { compileReadDeny } from "./read-deny.ts";
import type {
  AdditionalPermissionProfile,
  FileSystemAccessMode,
  FileSystemPermissions,
  FileSystemSandboxEntry,
} from "./types.ts";

/**
 * What of a grant was really asked for (section 9.3): a client may narrow a request, never widen it. Entries that mean
 * the working directory come out as paths, so that the grant does not drift when the directory changes later; denials
 * of either side stay wherever they cut into what is granted.
 */
export function intersect(
  requested: AdditionalPermissionProfile,
  granted: AdditionalPermissionProfile,
  ctx: PermissionContext,
): AdditionalPermissionProfile {
  const network = requested.network?.enabled === true && granted.network?.enabled === true ? { enabled: true } : null;
  const file_system =
    requested.file_system === null
      ? null
      : intersectFileSystem(requested.file_system, granted.file_system ?? { entries: [] }, ctx);
  return { network, file_system };
}

function intersectFileSystem(
  requested: FileSystemPermissions,
  granted: FileSystemPermissions,
  ctx: PermissionContext,
): FileSystemPermissions | null {
  const accepted = acceptedEntries(requested.entries, granted.entries, ctx);
  if (accepted.length === 0) return null;
  const fromRequest = constrainingDenies(requested.entries, accepted, ctx);
  const fromGrant = constrainingDenies(granted.entries, accepted, ctx);
  const depth = mergeDepth({ ...requested, entries: fromRequest }, { ...granted, entries: fromGrant });
  return {
    entries: dedupEntries(accepted, fromRequest, fromGrant),
    ...(depth === undefined ? {} : { glob_scan_max_depth: depth }),
  };
}

function covers(has: FileSystemAccessMode, wants: FileSystemAccessMode): boolean {
  return wants === "write" ? has === "write" : has !== "none";
}

function acceptedEntries(
  requested: readonly FileSystemSandboxEntry[],
  granted: readonly FileSystemSandboxEntry[],
  ctx: PermissionContext,
): FileSystemSandboxEntry[] {
  const policy = restricted([...requested]);
  const access = compileAccess(policy, ctx);
  const denied = compileReadDeny(policy, ctx);
  const wasRequested = (entry: FileSystemSandboxEntry): boolean => {
    const path = resolveFileSystemPath(entry.path, ctx);
    if (path === null) {
      return requested.some(other => samePath(other.path, entry.path) && covers(other.access, entry.access));
    }
    return denied?.denies(path) !== true && coversPath(access, path, entry.access);
  };
  const accepted = granted.filter(entry => entry.access !== "none" && wasRequested(entry));
  return dedupEntries(accepted.map(entry => materialize(entry, ctx)));
}

function coversPath(access: AccessMatcher, path: string, wants: FileSystemAccessMode): boolean {
  return covers(access.resolve(path), wants);
}

/** The entry as it means now: the working directory and globs as absolute paths, other specials as they are. */
function materialize(entry: FileSystemSandboxEntry, ctx: PermissionContext): FileSystemSandboxEntry {
  if (entry.path.type === "glob_pattern") {
    return { path: { type: "glob_pattern", pattern: absoluteGlob(entry.path.pattern, ctx.cwd) }, access: entry.access };
  }
  if (entry.path.type === "path") return entry;
  const { kind } = entry.path.value;
  if (kind !== "current_working_directory" && kind !== "project_roots") return entry;
  const path = resolveFileSystemPath(entry.path, ctx);
  return path === null ? entry : pathEntry(path, entry.access);
}

/** The denials that cut into what was accepted, materialised. */
function constrainingDenies(
  entries: readonly FileSystemSandboxEntry[],
  accepted: readonly FileSystemSandboxEntry[],
  ctx: PermissionContext,
): FileSystemSandboxEntry[] {
  const roots = accepted.map(entry => extentOf(entry, ctx)).filter(root => root !== null);
  const denies = entries
    .filter(entry => entry.access === "none")
    .map(entry => materialize(entry, ctx))
    .filter(entry => {
      const extent = extentOf(entry, ctx);
      return extent !== null && roots.some(root => containsPath(root, extent) || containsPath(extent, root));
    });
  return dedupEntries(denies);
}

/** The folder an entry is about: its path, or the fixed part of its glob. */
function extentOf(entry: FileSystemSandboxEntry, ctx: PermissionContext): string | null {
  return entry.path.type === "glob_pattern"
    ? globStaticPrefix(absoluteGlob(entry.path.pattern, ctx.cwd))
    : resolveFileSystemPath(entry.path, ctx);
}
