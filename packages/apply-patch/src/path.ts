/** Lexical path arithmetic for the two spellings a working folder can have. */

function isWindows(base: string): boolean {
  return /^(?:[A-Za-z]:[\\/]|\\\\)/.test(base);
}

function isAbsolute(path: string, windows: boolean): boolean {
  return windows ? /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path) : path.startsWith("/");
}

function clean(path: string, windows: boolean): string {
  const separator = windows ? "\\" : "/";
  const text = windows ? path.replaceAll("/", "\\") : path;
  const root = windows ? (/^(?:[A-Za-z]:\\|\\\\[^\\]+\\[^\\]+\\?|\\)/.exec(text)?.[0] ?? "") : "/";
  const kept: string[] = [];
  for (const part of text.slice(root.length).split(separator)) {
    if (part === "" || part === ".") continue;
    if (part === "..") kept.pop();
    else kept.push(part);
  }
  return (kept.length > 0 && windows && !root.endsWith(separator) ? root + separator : root) + kept.join(separator);
}

/**
 * A patch's path as an absolute one (section 5): joined to the working folder, `~` and `~/…` replaced by the home
 * folder when one is known, `.` and `..` removed without looking at the disk.
 */
export function resolvePath(cwd: string, path: string, home: string | null = null): string {
  const windows = isWindows(cwd);
  if (home !== null && (path === "~" || path.startsWith("~/"))) return clean(`${home}/${path.slice(1)}`, windows);
  if (isAbsolute(path, windows)) return clean(path, windows);
  return clean(`${cwd}${windows ? "\\" : "/"}${path}`, windows);
}

/** The folder a path stands in, or null for a root. */
export function parentOf(path: string): string | null {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  if (cut === -1 || cut === path.length - 1) return null;
  return /^(?:[A-Za-z]:)?$/.test(path.slice(0, cut)) ? path.slice(0, cut + 1) : path.slice(0, cut);
}

/** What of `path` lies below `folder`, `/`-separated (empty for the same path), or null when it does not. */
export function below(folder: string, path: string): string | null {
  if (path === folder) return "";
  const prefix = /[\\/]$/.test(folder) ? folder : folder + (isWindows(folder) ? "\\" : "/");
  return path.startsWith(prefix) ? path.slice(prefix.length).replaceAll(isWindows(folder) ? "\\" : "/", "/") : null;
}
