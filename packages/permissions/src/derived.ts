import { type AccessMatcher, accessAllowsRead, beatsOnSamePath, compileAccess } from "./access.ts";
import { type PermissionContext, type ResolvedEntry, resolvedEntries } from "./context.ts";
import { type PathFs, dedupEffective } from "./path-fs.ts";
import { absolutePath, rootOfPath } from "./path.ts";
import { isDenyGlob, isSpecial, pathIdentity } from "./policy.ts";
import type { FileSystemPath, FileSystemSandboxEntry, FileSystemSandboxPolicy } from "./types.ts";

/** True when everything may be read: some `root` entry can read and nothing is denied (section 6.1). */
export function hasFullDiskRead(policy: FileSystemSandboxPolicy): boolean {
  if (policy.kind !== "restricted") return true;
  const entries = policy.entries ?? [];
  return (
    entries.some(entry => isSpecial(entry, "root") && accessAllowsRead(entry.access)) &&
    !entries.some(entry => entry.access === "none")
  );
}

/** True when everything may be written: some `root: write` and no entry that narrows it (section 6.1). */
export function hasFullDiskWrite(policy: FileSystemSandboxPolicy): boolean {
  if (policy.kind !== "restricted") return true;
  const entries = policy.entries ?? [];
  return (
    entries.some(entry => isSpecial(entry, "root") && entry.access === "write") &&
    !entries.some(entry => narrowsWrite(entry, entries))
  );
}

function narrowsWrite(entry: FileSystemSandboxEntry, entries: readonly FileSystemSandboxEntry[]): boolean {
  if (entry.access === "write") return false;
  if (entry.path.type === "glob_pattern") return true;
  if (entry.path.type === "special") {
    const { kind } = entry.path.value;
    if (kind === "minimal" || kind === "unknown") return false;
    if (kind === "root") return entry.access === "none";
  }
  const target = targetIdentity(entry.path);
  const outranked = entries.some(
    other =>
      other.access === "write" && beatsOnSamePath("write", entry.access) && targetIdentity(other.path) === target,
  );
  return !outranked;
}

/** A string that is equal for paths which mean the same place in every context (section 6.1, "same target"). */
function targetIdentity(path: FileSystemPath): string {
  if (path.type === "special") {
    const special = path.value;
    if (special.kind === "root") return pathIdentity({ type: "path", path: "/" });
    if (special.kind === "slash_tmp") return pathIdentity({ type: "path", path: "/tmp" });
    if (special.kind === "project_roots" && special.subpath === undefined) return "current_working_directory";
  }
  return pathIdentity(path);
}

/** True when the platform's own read roots (`minimal`) are to be added (section 6.1). */
export function includesPlatformDefaults(policy: FileSystemSandboxPolicy): boolean {
  return (
    policy.kind === "restricted" &&
    !hasFullDiskRead(policy) &&
    (policy.entries ?? []).some(entry => isSpecial(entry, "minimal") && accessAllowsRead(entry.access))
  );
}

function entriesAndMatcher(
  policy: FileSystemSandboxPolicy,
  ctx: PermissionContext,
): [readonly ResolvedEntry[], AccessMatcher] {
  return [resolvedEntries(policy, ctx), compileAccess(policy, ctx)];
}

/** The roots that may be read, empty when everything may (section 6.2). */
export function readableRoots(policy: FileSystemSandboxPolicy, ctx: PermissionContext): string[] {
  if (hasFullDiskRead(policy)) return [];
  const [entries, access] = entriesAndMatcher(policy, ctx);
  return dedupEffective(
    entries.filter(({ entry, path }) => accessAllowsRead(entry.access) && access.canRead(path)).map(({ path }) => path),
    ctx.fs,
  );
}

/** The `none` entries that hold for their own path, except one for the file-system root, as they are spelled. */
export function unreadablePaths(policy: FileSystemSandboxPolicy, ctx: PermissionContext): string[] {
  if (policy.kind !== "restricted") return [];
  const [entries, access] = entriesAndMatcher(policy, ctx);
  const root = rootOfPath(ctx.cwd);
  return entries
    .filter(({ entry, path }) => entry.access === "none" && path !== root && !access.canRead(path))
    .map(({ path }) => path);
}

/**
 * The roots that may not be read, except the file-system root itself: `root: none` must not become a mask that hides
 * narrower grants (section 6.3).
 */
export function unreadableRoots(policy: FileSystemSandboxPolicy, ctx: PermissionContext): string[] {
  return dedupEffective(unreadablePaths(policy, ctx), ctx.fs);
}

/** The deny globs, absolute, sorted, each once (section 6.3). */
export function unreadableGlobs(policy: FileSystemSandboxPolicy, ctx: PermissionContext): string[] {
  if (policy.kind !== "restricted") return [];
  const patterns = new Set<string>();
  for (const entry of policy.entries ?? []) {
    if (isDenyGlob(entry) && entry.path.type === "glob_pattern") {
      patterns.add(absoluteGlob(entry.path.pattern, ctx.cwd));
    }
  }
  return [...patterns].toSorted(compareBytes);
}

/** A pattern made absolute against the working directory. */
export function absoluteGlob(pattern: string, cwd: string): string {
  return absolutePath(pattern, { base: cwd });
}

/** Orders strings as their UTF-8 bytes do (code points, not UTF-16 units). */
export function compareBytes(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) return (surrogate(a) ? a + 0x10000 : a) - (surrogate(b) ? b + 0x10000 : b);
  }
  return left.length - right.length;
}

function surrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

const LINUX_PLATFORM_ROOTS = [
  "/bin",
  "/sbin",
  "/usr",
  "/etc",
  "/lib",
  "/lib64",
  "/nix/store",
  "/run/current-system/sw",
];

/** What `minimal` adds on Linux: the system folders that exist (section 6.4). Other systems have their own lists. */
export function linuxPlatformReadRoots(fs: PathFs): string[] {
  return LINUX_PLATFORM_ROOTS.filter(path => fs.stat(path) !== null);
}
