import nodePath from "node:path";
import { ConfigError } from "../errors.ts";
import { osErrorText } from "@codex-ts/protocol/os-errors";
import { type ConfigFs, nodeFs } from "../fs.ts";

export type Env = { readonly [name: string]: string | undefined };

/** The user's home folder, as the environment says; undefined when it does not. */
export function homeFolder(env: Env): string | undefined {
  const home = env["HOME"] || env["USERPROFILE"];
  return home === undefined || home === "" ? undefined : home;
}

/**
 * The Codex home folder: `CODEX_HOME` when set (it must be an existing folder; links are resolved), else `~/.codex`
 * (which need not exist).
 * @throws ConfigError `codex_home`
 */
export function resolveCodexHome(env: Env, fs: ConfigFs = nodeFs): string {
  const value = env["CODEX_HOME"];
  if (value === undefined || value === "") {
    const home = homeFolder(env);
    if (home === undefined) {
      throw new ConfigError("codex_home", "Could not find home directory: set HOME or CODEX_HOME");
    }
    return nodePath.join(home, ".codex");
  }
  const shown = JSON.stringify(value);
  let stat: ReturnType<ConfigFs["stat"]>;
  try {
    stat = fs.stat(value);
  } catch (cause) {
    throw new ConfigError("codex_home", `failed to read CODEX_HOME ${shown}: ${osErrorText(cause)}`, { cause });
  }
  if (stat === null) {
    throw new ConfigError("codex_home", `CODEX_HOME points to ${shown}, but that path does not exist`);
  }
  if (stat.kind !== "directory") {
    throw new ConfigError("codex_home", `CODEX_HOME points to ${shown}, but that path is not a directory`);
  }
  return fs.realpath(nodePath.resolve(value));
}

/** Makes a written path absolute: `~` is the home folder, relative paths start at `base`. */
export function absolutePath(written: string, base: string, home: string | undefined): string {
  if (home !== undefined && (written === "~" || written.startsWith("~/"))) {
    return nodePath.join(home, written.slice(1));
  }
  return nodePath.resolve(base, written);
}

/** Files outside CODEX_HOME that an administrator controls. */
export interface SystemPaths {
  config: string;
  requirements: string;
  managed: string;
}

export function defaultSystemPaths(platform: NodeJS.Platform, codexHome: string, env: Env): SystemPaths {
  if (platform === "win32") {
    const folder = nodePath.win32.join(env["ProgramData"] ?? "C:\\ProgramData", "OpenAI", "Codex");
    return {
      config: nodePath.win32.join(folder, "config.toml"),
      requirements: nodePath.win32.join(folder, "requirements.toml"),
      managed: nodePath.win32.join(codexHome, "managed_config.toml"),
    };
  }
  return {
    config: "/etc/codex/config.toml",
    requirements: "/etc/codex/requirements.toml",
    managed: "/etc/codex/managed_config.toml",
  };
}
