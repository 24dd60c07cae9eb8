import type { PathFs } from "./path-fs.ts";
import { joinPath, pathFlavor, rootOfPath } from "./path.ts";
import type { FileSystemPath, FileSystemSandboxEntry, FileSystemSandboxPolicy } from "./types.ts";

/** Where a policy is looked at from: what its special paths mean right now. */
export interface PermissionContext {
  /** The policy's working directory, absolute. Its spelling also decides between POSIX and Windows rules. */
  cwd: string;
  /** `$TMPDIR` of the agent process; absent, null or empty means that `tmpdir` resolves to nothing. */
  tmpdir?: string | null;
  /** Whether `/tmp` is a directory; absent means: ask `fs`. */
  slashTmp?: boolean;
  fs: PathFs;
}

/** An entry with the absolute path it stands for in a context, and its place in the policy. */
export interface ResolvedEntry {
  index: number;
  entry: FileSystemSandboxEntry;
  path: string;
}

/** The absolute path of `/tmp`, or null where there is none (always on Windows). */
export function slashTmpPath(ctx: PermissionContext): string | null {
  if (pathFlavor(ctx.cwd) === "windows") return null;
  const present = ctx.slashTmp ?? ctx.fs.stat("/tmp") === "directory";
  return present ? "/tmp" : null;
}

/** The absolute path of `$TMPDIR`, or null when it is unset or empty. */
export function tmpdirPath(ctx: PermissionContext): string | null {
  return ctx.tmpdir ? joinPath(ctx.cwd, ctx.tmpdir) : null;
}

/** The absolute path an entry's path stands for, or null for globs and for specials that resolve to nothing. */
export function resolveFileSystemPath(path: FileSystemPath, ctx: PermissionContext): string | null {
  if (path.type === "path") return joinPath(ctx.cwd, path.path);
  if (path.type === "glob_pattern") return null;
  const special = path.value;
  switch (special.kind) {
    case "root":
      return rootOfPath(ctx.cwd);
    case "current_working_directory":
      return joinPath(ctx.cwd, ".");
    case "project_roots":
      return joinPath(ctx.cwd, special.subpath ?? ".");
    case "tmpdir":
      return tmpdirPath(ctx);
    case "slash_tmp":
      return slashTmpPath(ctx);
    case "minimal":
    case "unknown":
      return null;
  }
}

/** All entries of a policy that stand for a path, in order. */
export function resolvedEntries(policy: FileSystemSandboxPolicy, ctx: PermissionContext): ResolvedEntry[] {
  const found: ResolvedEntry[] = [];
  for (const [index, entry] of (policy.entries ?? []).entries()) {
    const path = resolveFileSystemPath(entry.path, ctx);
    if (path !== null) found.push({ index, entry, path });
  }
  return found;
}
