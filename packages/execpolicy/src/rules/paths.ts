/** Where names of programs are looked up. Paths differ on Windows; everything else is the same. */
export type PathStyle = "posix" | "windows";

/** True for a path that starts at a root. A leading `~` does not count. */
export function isAbsolute(path: string, style: PathStyle): boolean {
  return style === "posix" ? path.startsWith("/") : /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path);
}

/** Removes `.` and `..` from an absolute path by its text alone. */
export function normalizePath(path: string, style: PathStyle): string {
  const separator = style === "posix" ? "/" : "\\";
  const root = style === "posix" ? "/" : (/^(?:[A-Za-z]:[\\/]|\\\\)/.exec(path)?.[0].replaceAll("/", "\\") ?? "");
  const parts: string[] = [];
  for (const part of path.slice(root.length).split(style === "posix" ? "/" : /[\\/]/)) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return root + parts.join(separator);
}

/** The last component of a path. */
export function baseName(path: string, style: PathStyle): string {
  return path.split(style === "posix" ? "/" : /[\\/]/).at(-1) ?? "";
}

/** How names of executables compare: on Windows without case and executable extension. */
export function executableKey(name: string, style: PathStyle): string {
  return style === "posix" ? name : name.toLowerCase().replace(/\.(?:exe|cmd|bat|com)$/, "");
}

/** What a program text is resolved against. */
export interface ProgramLookup {
  /** The working folder of the process. */
  readonly cwd: string;
  /** Where a leading `~` leads; without it `~` is an ordinary name. */
  readonly home?: string;
  /** Default: `posix`. */
  readonly style?: PathStyle;
}

/** The absolute path that a program text means. */
export function absoluteProgram(program: string, lookup: ProgramLookup): string {
  const style = lookup.style ?? "posix";
  const { home } = lookup;
  const expanded =
    home !== undefined && (program === "~" || program.startsWith("~/")) ? `${home}/${program.slice(2)}` : program;
  return normalizePath(isAbsolute(expanded, style) ? expanded : `${lookup.cwd}/${expanded}`, style);
}
