const CONNECTORS = new Set(["|", "&&", "||", ";"]);
const UNTOLD_COMPONENTS = new Set(["", "build", "dist", "node_modules", "src"]);
const DIGITS = /^[0-9]+$/;

/** True for a token that joins commands. */
export function isConnector(token: string): boolean {
  return CONNECTORS.has(token);
}

/** The tokens before the first connector. */
export function untilConnector(args: readonly string[]): string[] {
  const end = args.findIndex(isConnector);
  return end === -1 ? [...args] : args.slice(0, end);
}

/** The telling part of a path: the last component that is not a build folder; the whole text when there is none. */
export function shortPath(path: string): string {
  const text = path.replaceAll("\\", "/").replace(/\/+$/, "");
  return text.split("/").findLast(part => !UNTOLD_COMPONENTS.has(part)) ?? text;
}

/** `shortPath` of a path that may be missing. */
export function shortOrNull(path: string | undefined): string | null {
  return path === undefined ? null : shortPath(path);
}

/** What is left of the arguments without options and their values; behind `--` everything is an operand. */
export function operands(args: readonly string[], valueFlags: ReadonlySet<string>): string[] {
  const found: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    if (arg === "--") return [...found, ...args.slice(index + 1)];
    if (arg.startsWith("--") && arg.includes("=")) continue;
    if (valueFlags.has(arg)) index += 1;
    else if (!arg.startsWith("-")) found.push(arg);
  }
  return found;
}

/** As `operands`, but an item that starts with `-` never counts, not even behind `--`. */
export function candidates(args: readonly string[], valueFlags: ReadonlySet<string>): string[] {
  return operands(args, valueFlags).filter(arg => !arg.startsWith("-"));
}

/** True for a non-empty run of ASCII digits. */
export function isDigits(text: string): boolean {
  return DIGITS.test(text);
}

/** `N` or `+N`. */
export function isLineNumber(text: string): boolean {
  return isDigits(text.startsWith("+") ? text.slice(1) : text);
}

/** A path that does not depend on the folder it is joined to. */
export function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || path.startsWith("\\\\") || /^[A-Za-z]:[\\/]/.test(path);
}

/** Joins without normalising: an absolute path replaces, an empty base vanishes. */
export function joinPath(base: string, path: string): string {
  if (isAbsolutePath(path)) return path;
  if (base === "") return path;
  return base.endsWith("/") ? base + path : `${base}/${path}`;
}
