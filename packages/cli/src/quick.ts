import type { SandboxOptions } from "./commands/sandbox.ts";

/** A `sandbox` call that needs no parser of arguments. */
export interface QuickSandbox {
  words: string[];
  options: SandboxOptions;
}

/**
 * `sandbox linux [--full-auto] -- COMMAND…`, the way other programs start it; null for everything else, which the
 * parser of arguments reads. What both read means the same.
 */
export function quickSandbox(argv: readonly string[]): QuickSandbox | null {
  const [name, platform, ...rest] = argv;
  if (name !== "sandbox" || (platform !== "linux" && platform !== "landlock")) return null;
  const fullAuto = rest[0] === "--full-auto";
  const [dashes, ...words] = fullAuto ? rest.slice(1) : rest;
  if (dashes !== "--" || words.length === 0) return null;
  return { words, options: fullAuto ? { fullAuto } : {} };
}

/** Whether the program was called by a name of the patch program. */
export function isPatchProgram(called: string | undefined): boolean {
  return /(?:^|[\\/])(?:apply_patch|applypatch)$/.test(called ?? "");
}
