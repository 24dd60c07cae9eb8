import type { BashParser } from "./bash/parser.ts";

/** Where a command is going to run: three of its names differ in what they can do. */
export type ShellPlatform = "linux" | "macos" | "windows";

/**
 * The real PowerShell parser of an executable. It gives the words of every pipeline element of the script, or null when
 * the script is not made of plain pipelines or cannot be parsed.
 */
export type PowerShellParser = (executable: string, script: string) => string[][] | null;

/** What the functions of this package need beside the argument list. */
export interface ShellContext {
  /** Reads bash text (`loadBashParser`, `LazyBashParser`). */
  parser: BashParser;
  /** Default: `linux`. */
  platform?: ShellPlatform;
  /** Without it no PowerShell command is known to be safe. */
  powershell?: PowerShellParser;
}
