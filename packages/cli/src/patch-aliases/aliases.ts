import { chmodSync, existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createFoldersSync } from "@codex-ts/apply-patch/node";
import { type CommandIo, write } from "../io.ts";
import { keepFolders, lockText } from "./folders.ts";

/** The names under which commands find the patch program. */
export const ALIASES = ["apply_patch", "applypatch"] as const;

const PREFIX = "codex-arg0";

/** What one process has put on the PATH of the commands it starts. */
export interface PatchAliases {
  /** The environment of commands: the folder of the aliases comes first in its PATH. */
  env: CommandIo["env"];
  /** Why there are no aliases: one sentence for people. */
  warning?: string;
}

/**
 * Makes a folder of this process under `CODEX_HOME/tmp/arg0` in which `apply_patch` and `applypatch` are the patch
 * program, and puts it first in PATH. It is removed when the process ends; what killed processes left is removed beside
 * this one's work. Without a folder that can be written, or in a temporary one, commands do without.
 */
export function offerPatchAliases(codexHome: string, { env }: Pick<CommandIo, "env">): PatchAliases {
  const entry = fileURLToPath(new URL("./codex-ts.js", import.meta.url));
  // Run from its sources there is no program to call.
  if (!existsSync(entry)) return { env };
  try {
    const temporary = temporaryParent(codexHome, env["TMPDIR"] || os.tmpdir());
    if (temporary !== null) {
      return {
        env,
        warning: `commands do not find apply_patch on their PATH: CODEX_HOME (${codexHome}) lies in the temporary folder ${temporary}, where programs are not put; set CODEX_HOME to a folder outside it`,
      };
    }
    const parent = path.join(codexHome, "tmp", "arg0");
    createFoldersSync(parent);
    chmodSync(parent, 0o700);
    const others = readdirSync(parent).filter(name => name.startsWith(PREFIX));
    const folder = mkdtempSync(path.join(parent, PREFIX));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    const lock = path.join(folder, ".lock");
    writeFileSync(lock, lockText());
    for (const name of ALIASES) {
      const { file, text } = aliasFile(name, { node: process.execPath, entry }, process.platform);
      writeFileSync(path.join(folder, file), text, { mode: 0o755 });
    }
    void keepFolders(
      lock,
      others.map(name => path.join(parent, name)),
    );
    return { env: withFirst(env, folder) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { env, warning: `commands do not find apply_patch on their PATH: ${reason}` };
  }
}

/** The same for a server: commands get this environment, and whoever started it hears why there are no aliases. */
export function withPatchAliases(codexHome: string, io: CommandIo): CommandIo {
  const { env, warning } = offerPatchAliases(codexHome, io);
  if (warning !== undefined) write(io.stderr, `warning: ${warning}\n`);
  return { ...io, env };
}

/** The temporary folder around a home, links resolved; null for a home elsewhere. */
export function temporaryParent(home: string, temporary: string): string | null {
  const [inner, outer] = [home, temporary].map(resolved) as [string, string];
  return inner === outer || inner.startsWith(outer.endsWith(path.sep) ? outer : outer + path.sep) ? outer : null;
}

function resolved(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

/** The environment with a folder before all others in its PATH. */
export function withFirst(
  env: CommandIo["env"],
  folder: string,
  platform: NodeJS.Platform = process.platform,
): CommandIo["env"] {
  const name = platform === "win32" ? (Object.keys(env).find(key => key.toUpperCase() === "PATH") ?? "PATH") : "PATH";
  const rest = env[name];
  return { ...env, [name]: rest ? `${folder}${platform === "win32" ? ";" : ":"}${rest}` : folder };
}

interface Program {
  node: string;
  entry: string;
}

/** An alias as a file: it needs neither Node on the PATH nor a file that may be run. */
export function aliasFile(
  name: string,
  { node, entry }: Program,
  platform: NodeJS.Platform,
): { file: string; text: string } {
  if (platform === "win32") {
    return { file: `${name}.bat`, text: `@echo off\r\n"${node}" "${entry}" apply-patch %*\r\n` };
  }
  return { file: name, text: `#!/bin/sh\nexec ${quoted(node)} ${quoted(entry)} apply-patch "$@"\n` };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
