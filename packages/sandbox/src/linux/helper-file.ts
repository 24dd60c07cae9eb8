import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { SandboxError } from "../errors.ts";

/** The programs of this package that are started by their path. */
export type HelperName = "landlock-helper" | "proxy-bridge" | "escalation-receiver" | "execve-wrapper";

const found = new Map<HelperName, string>();

/**
 * The file of a helper script.
 * @param given its path, where it does not stand beside this code
 * @throws SandboxError `no_engine` when it cannot be found
 */
export function helperFile(given?: string, name: HelperName = "landlock-helper"): string {
  if (given !== undefined) return given;
  const file = found.get(name) ?? beside(name) ?? installed(name);
  if (file === undefined) {
    throw new SandboxError(
      "no_engine",
      `the script ${name} is missing; reinstall @codex-ts/sandbox, or pass its path as host.${name === "proxy-bridge" ? "bridge" : "helper"}`,
    );
  }
  found.set(name, file);
  return file;
}

/** Where helpers stand: in the sources, in this package's build, in a program that bundles it. */
function beside(name: HelperName): string | undefined {
  const folders = [".", "..", "../escalation"];
  return folders
    .flatMap(folder => [`${folder}/${name}.mjs`, `${folder}/${name}.js`])
    .map(file => fileURLToPath(new URL(file, import.meta.url)))
    .find(file => existsSync(file));
}

function installed(name: HelperName): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(`@codex-ts/sandbox/${name}`);
  } catch {
    return undefined;
  }
}
