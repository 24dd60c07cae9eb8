import { NetworkProxyError } from "../errors.ts";
import { compileGlob, type HostGlob, isLiteral } from "./glob.ts";
import { normalizePattern } from "./normalize.ts";

/** Hosts that a list of patterns names. */
export interface HostSet {
  /** Takes a host in normal form. */
  has(host: string): boolean;
  readonly empty: boolean;
}

/** The globs that a pattern means (section 2): exact, `?*.d` for `*.d`, `d` and `?*.d` for `**.d`. */
export function globsOf(pattern: string): string[] {
  const normal = normalizePattern(pattern);
  if (normal === "*") return ["*"];
  if (normal.startsWith("**.")) return [normal.slice(3), `?${normal.slice(1)}`];
  if (normal.startsWith("*.")) return [`?${normal}`];
  return [normal];
}

/** Whether a pattern names every host there is. */
export function isGlobalWildcard(pattern: string): boolean {
  return globsOf(pattern).includes("*");
}

/**
 * Compiles patterns; duplicates are skipped.
 * @throws NetworkProxyError `invalid_policy` for a pattern that is no glob
 */
export function compileHostSet(patterns: readonly string[]): HostSet {
  const literal = new Set<string>();
  const globs = new Map<string, HostGlob>();
  for (const pattern of patterns) {
    for (const glob of globsOf(pattern)) {
      if (isLiteral(glob)) {
        literal.add(glob);
        continue;
      }
      if (globs.has(glob)) continue;
      const compiled = compileGlob(glob);
      if (compiled === null) throw new NetworkProxyError("invalid_policy", `invalid glob pattern: ${pattern}`);
      globs.set(glob, compiled);
    }
  }
  const wild = [...globs.values()];
  return {
    empty: literal.size === 0 && wild.length === 0,
    has: host => literal.has(host) || wild.some(glob => glob.matches(host)),
  };
}
