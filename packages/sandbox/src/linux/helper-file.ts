import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { SandboxError } from "../errors.ts";

/** Names of the helper beside this code: in the sources, in this package's build, in a program that bundles it. */
const besideThis = ["./landlock-helper.mjs", "./landlock-helper.js", "../landlock-helper.mjs", "../landlock-helper.js"];

let found: string | undefined;

/**
 * The file of the Landlock helper script.
 * @throws SandboxError `no_engine` when it cannot be found
 */
export function helperFile(given?: string): string {
  if (given !== undefined) return given;
  found ??= beside() ?? installed();
  if (found === undefined) {
    throw new SandboxError(
      "no_engine",
      "the Landlock helper script is missing; reinstall @codex-ts/sandbox, or pass its path as host.helper",
    );
  }
  return found;
}

function beside(): string | undefined {
  return besideThis.map(name => fileURLToPath(new URL(name, import.meta.url))).find(file => existsSync(file));
}

function installed(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve("@codex-ts/sandbox/landlock-helper");
  } catch {
    return undefined;
  }
}
