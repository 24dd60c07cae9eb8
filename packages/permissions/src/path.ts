import { PermissionsError } from "./errors.ts";

/** Which spelling of paths holds. It follows from the working directory, never from the machine that asks. */
export type PathFlavor = "posix" | "windows";

const SLASH = 47;
const DOT = 46;

/** The flavour of an absolute path: `C:\…`, `\\server\share` and device paths are Windows, all else POSIX. */
export function pathFlavor(path: string): PathFlavor {
  return /^(?:[A-Za-z]:(?:[\\/]|$)|\\\\)/.test(path) ? "windows" : "posix";
}

export function isAbsolutePath(path: string, flavor: PathFlavor = pathFlavor(path)): boolean {
  if (flavor === "posix") return path.charCodeAt(0) === SLASH;
  return /^[A-Za-z]:[\\/]/.test(path) || path.startsWith("\\\\");
}

/** Takes a Windows device path back to its plain spelling: `\\?\C:\x` and `\\.\C:\x` → `C:\x`, `\\?\UNC\s\x` → `\\s\x`. */
export function withoutDevicePrefix(path: string): string {
  const device = /^\\\\[?.]\\/.exec(path);
  if (!device) return path;
  const rest = path.slice(device[0].length);
  if (/^UNC\\/i.test(rest)) return `\\\\${rest.slice(4)}`;
  return /^[A-Za-z]:(?:[\\/]|$)/.test(rest) ? rest : path;
}

/** The part that `..` cannot climb over: `/`, `C:\` or `\\server\share\`. */
function splitRoot(path: string, flavor: PathFlavor): [root: string, rest: string] {
  if (flavor === "posix") return ["/", path];
  const plain = withoutDevicePrefix(path).replaceAll("/", "\\");
  const drive = /^([A-Za-z]):\\?/.exec(plain);
  if (drive) return [`${(drive[1] ?? "").toUpperCase()}:\\`, plain.slice(drive[0].length)];
  const unc = /^\\\\[^\\]+(?:\\[^\\]+)?\\?/.exec(plain);
  if (unc) return [unc[0].endsWith("\\") ? unc[0] : `${unc[0]}\\`, plain.slice(unc[0].length)];
  return ["\\", plain];
}

/** True when an absolute POSIX path has no empty, `.` or `..` component and no trailing slash. */
function isCleanPosix(path: string): boolean {
  const { length } = path;
  if (length === 1) return true;
  if (path.charCodeAt(length - 1) === SLASH) return false;
  let index = 0;
  while (index !== -1) {
    const first = path.charCodeAt(index + 1);
    if (first === SLASH) return false;
    if (first === DOT) {
      const second = path.charCodeAt(index + 2);
      if (index + 2 === length || second === SLASH) return false;
      if (second === DOT && (index + 3 === length || path.charCodeAt(index + 3) === SLASH)) return false;
    }
    index = path.indexOf("/", index + 1);
  }
  return true;
}

/** Lexically cleans an absolute path: removes `.`, resolves `..` (never above the root), drops extra separators. */
export function normalizePath(path: string, flavor: PathFlavor = pathFlavor(path)): string {
  if (flavor === "posix" && path.charCodeAt(0) === SLASH && isCleanPosix(path)) return path;
  const separator = flavor === "posix" ? "/" : "\\";
  const [root, rest] = splitRoot(path, flavor);
  const kept: string[] = [];
  for (const part of rest.split(separator)) {
    if (part === "" || part === ".") continue;
    if (part === "..") kept.pop();
    else kept.push(part);
  }
  return root + kept.join(separator);
}

/**
 * Joins a relative or absolute path onto an absolute base and cleans the result.
 * @throws PermissionsError `relative_path` when the base is needed and not absolute
 */
export function joinPath(base: string, path: string): string {
  const flavor = pathFlavor(base);
  if (isAbsolutePath(path, flavor)) return normalizePath(path, flavor);
  if (!isAbsolutePath(base, flavor)) {
    throw new PermissionsError("relative_path", `the folder \`${base}\` must be absolute to resolve paths against it`);
  }
  if (flavor === "windows" && /^[\\/]/.test(path)) return normalizePath(splitRoot(base, flavor)[0] + path, flavor);
  return normalizePath(base + (flavor === "posix" ? "/" : "\\") + path, flavor);
}

/** The root a path hangs from: `/`, or the drive or share of a Windows path. */
export function rootOfPath(path: string): string {
  return splitRoot(path, pathFlavor(path))[0];
}

/** The parent of a normalised absolute path, or null for a root. */
export function parentPath(path: string): string | null {
  const flavor = pathFlavor(path);
  const root = flavor === "posix" ? "/" : splitRoot(path, flavor)[0];
  if (path.length <= root.length) return null;
  const cut = path.lastIndexOf(flavor === "posix" ? "/" : "\\");
  return cut < root.length ? root : path.slice(0, cut);
}

/** The components below the root of a normalised absolute path. On Windows they are folded to lower case. */
export function pathComponents(path: string): string[] {
  const flavor = pathFlavor(path);
  const [root, rest] = splitRoot(path, flavor);
  if (flavor === "posix") return rest.split("/").filter(part => part !== "");
  return [root, ...rest.split("\\").filter(part => part !== "")].map(part => part.toLowerCase());
}

/** The spelling under which two normalised paths are the same: itself, or its lower case on Windows. */
export function pathKey(path: string): string {
  return pathFlavor(path) === "windows" ? path.toLowerCase() : path;
}

/** Component-wise containment of normalised absolute paths: `/a/b` contains itself and `/a/b/c`, not `/a/bc`. */
export function containsPath(ancestor: string, path: string): boolean {
  const outer = pathKey(ancestor);
  const inner = pathKey(path);
  if (!inner.startsWith(outer)) return false;
  if (inner.length === outer.length) return true;
  const separator = pathFlavor(path) === "posix" ? "/" : "\\";
  return outer.endsWith(separator) || inner.startsWith(separator, outer.length);
}

/** What of `path` lies below `ancestor` (empty for the same path), or null when it does not lie below. */
export function pathSuffix(ancestor: string, path: string): string | null {
  if (!containsPath(ancestor, path)) return null;
  const suffix = path.slice(ancestor.length);
  return /^[\\/]/.test(suffix) ? suffix.slice(1) : suffix;
}

/** A path and its ancestors, the longest first, ending with the root. */
export function ancestorsOf(path: string): string[] {
  const found: string[] = [];
  for (let at: string | null = path; at !== null; at = parentPath(at)) found.push(at);
  return found;
}

export interface AbsolutePathOptions {
  /** The absolute folder that relative input is joined to; without it relative input is an error. */
  base?: string;
  /** The home folder for `~` and `~/…`; without it they stay literal. */
  home?: string | null;
  /** How input without a base is spelled; default POSIX. */
  flavor?: PathFlavor;
}

/**
 * Makes the absolute, normalised form every path takes on entering the model (section 2). Symlinks are not resolved.
 * @throws PermissionsError `relative_path` for relative input without a base
 */
export function absolutePath(input: string, options: AbsolutePathOptions = {}): string {
  const { base, home } = options;
  const flavor = base === undefined ? (options.flavor ?? "posix") : pathFlavor(base);
  if (home && (flavor === "windows" ? /^~(?:[\\/]|$)/ : /^~(?:\/|$)/).test(input)) {
    return joinPath(normalizePath(home), `.${input.slice(1)}`);
  }
  if (isAbsolutePath(input, flavor)) return normalizePath(input, flavor);
  if (base === undefined) {
    throw new PermissionsError("relative_path", "AbsolutePathBuf deserialized without a base path");
  }
  return joinPath(base, input);
}
