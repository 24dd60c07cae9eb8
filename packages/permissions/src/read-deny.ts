import type { PermissionContext } from "./context.ts";
import { absoluteGlob, unreadablePaths } from "./derived.ts";
import { compileGlob, type Glob } from "./glob.ts";
import { dedupEffective } from "./path-fs.ts";
import { containsPath, joinPath, pathFlavor } from "./path.ts";
import { isDenyGlob } from "./policy.ts";
import type { FileSystemSandboxPolicy } from "./types.ts";

/** Why a direct read is refused. */
export type ReadDenial =
  | { by: "root"; root: string; path: string }
  | { by: "glob"; pattern: string; path: string }
  /** A pattern does not compile, so nothing may be read. */
  | { by: "invalid-glob"; pattern: string; path: string };

/** What the tools that open files themselves (view image, list folder, patch pre-reads) ask before they read. */
export interface ReadDenyMatcher {
  /** Why the path may not be read, or null when nothing denies it. */
  denial(path: string): ReadDenial | null;
  denies(path: string): boolean;
}

interface CompiledGlob {
  pattern: string;
  glob: Glob | null;
}

/**
 * Compiles the deny entries of a policy (section 5.1). Links count on both sides: a path is denied when its lexical or
 * its real form lies under the lexical or real form of a denied root, or matches a deny glob. A glob matches the path
 * itself, not what lies below. Null when the policy denies nothing.
 */
export function compileReadDeny(policy: FileSystemSandboxPolicy, ctx: PermissionContext): ReadDenyMatcher | null {
  const entries = policy.kind === "restricted" ? (policy.entries ?? []) : [];
  if (!entries.some(entry => entry.access === "none")) return null;

  // Beside the effective roots stand the rules' own spellings: a path that does not exist yet has no other form.
  const spelled = unreadablePaths(policy, ctx);
  const roots = [...spelled, ...dedupEffective(spelled, ctx.fs)].flatMap(root => formsOf(root, ctx));
  const deniedRoots = [...new Set(roots)];

  const globs = entries.flatMap((entry): CompiledGlob[] =>
    isDenyGlob(entry) && entry.path.type === "glob_pattern" ? [compileOrFailClosed(entry.path.pattern, ctx)] : [],
  );
  const invalid = globs.find(({ glob }) => glob === null);

  const denial = (path: string): ReadDenial | null => {
    const absolute = joinPath(ctx.cwd, path);
    if (invalid !== undefined) return { by: "invalid-glob", pattern: invalid.pattern, path: absolute };
    for (const form of formsOf(absolute, ctx)) {
      const root = deniedRoots.find(denied => containsPath(denied, form));
      if (root !== undefined) return { by: "root", root, path: form };
      const match = globs.find(({ glob }) => glob?.matches(form));
      if (match !== undefined) return { by: "glob", pattern: match.pattern, path: form };
    }
    return null;
  };
  return { denial, denies: path => denial(path) !== null };
}

/** Whether a policy's deny entries keep a path from being read directly. */
export function isReadDenied(policy: FileSystemSandboxPolicy, path: string, ctx: PermissionContext): boolean {
  return compileReadDeny(policy, ctx)?.denies(path) ?? false;
}

function compileOrFailClosed(pattern: string, ctx: PermissionContext): CompiledGlob {
  const absolute = absoluteGlob(pattern, ctx.cwd);
  try {
    return { pattern: absolute, glob: compileGlob(absolute, pathFlavor(ctx.cwd)) };
  } catch {
    return { pattern: absolute, glob: null };
  }
}

function formsOf(path: string, ctx: PermissionContext): string[] {
  const real = ctx.fs.realpath(path);
  return real === null || real === path ? [path] : [path, real];
}
