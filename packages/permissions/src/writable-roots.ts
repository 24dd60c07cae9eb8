import { accessAllowsWrite, compileAccess } from "./access.ts";
import { type PermissionContext, resolvedEntries } from "./context.ts";
import { hasFullDiskWrite } from "./derived.ts";
import { dedupEffective, normalizeEffective } from "./path-fs.ts";
import { containsPath, joinPath, parentPath, pathKey, pathSuffix } from "./path.ts";
import { protectedMetadata } from "./protected-metadata.ts";
import { profileToRuntime } from "./profile.ts";
import type { FileSystemSandboxPolicy, PermissionProfile, WritableRoot } from "./types.ts";

/** True when a path lies under a writable root and under none of its read-only parts. */
export function isPathWritable(root: WritableRoot, path: string): boolean {
  return containsPath(root.root, path) && !root.read_only_subpaths.some(below => containsPath(below, path));
}

/**
 * The writable roots of a policy, each with what below it stays read-only (section 6.5). Empty when everything is
 * writable. A narrower `write` below a read-only part is a root of its own: check each root independently.
 */
export function fileSystemWritableRoots(policy: FileSystemSandboxPolicy, ctx: PermissionContext): WritableRoot[] {
  if (hasFullDiskWrite(policy)) return [];
  const entries = resolvedEntries(policy, ctx);
  const access = compileAccess(policy, ctx);
  const raw = entries
    .filter(({ entry, path }) => accessAllowsWrite(entry.access) && access.canWrite(path))
    .map(({ path }) => path);
  const explicit = new Set(entries.map(({ path }) => pathKey(path)));
  const narrowed = entries
    .filter(({ entry, path }) => !accessAllowsWrite(entry.access) && !access.canWrite(path))
    .map(({ path }) => path);
  const sessionRoot = normalizeEffective(joinPath(ctx.cwd, "."), ctx.fs);

  return dedupEffective(raw, ctx.fs).map(root => {
    const spellings = raw.filter(path => normalizeEffective(path, ctx.fs) === root);
    const metadata = protectedMetadata(root, ctx.fs, { protectMissingCodex: root === sessionRoot });
    const readOnly = new Set(metadata.filter(path => !explicit.has(pathKey(path))));
    for (const path of narrowed) {
      const carveout = carveoutBelow(root, spellings, path, ctx);
      if (carveout !== null) readOnly.add(carveout);
    }
    return { root, read_only_subpaths: [...readOnly] };
  });
}

/** The writable roots of a complete profile. */
export function writableRoots(profile: PermissionProfile, ctx: PermissionContext): WritableRoot[] {
  return fileSystemWritableRoots(profileToRuntime(profile).fileSystem, ctx);
}

/** How a non-writable path is spelled below a root, or null when it is no part of it. */
function carveoutBelow(
  root: string,
  spellings: readonly string[],
  path: string,
  ctx: PermissionContext,
): string | null {
  if (parentPath(root) !== null && path !== root) {
    // The literal spelling is kept: masking a link's target instead would leave the link itself replaceable.
    if (containsPath(root, path)) return path;
    for (const spelling of spellings) {
      const suffix = pathSuffix(spelling, path);
      if (suffix !== null && suffix !== "") return joinPath(root, suffix);
    }
  }
  const effective = normalizeEffective(path, ctx.fs);
  return effective !== root && containsPath(root, effective) ? effective : null;
}
