import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { Config } from "@codex-ts/config";
import type { RulesText } from "@codex-ts/execpolicy";

/** Where rules of the whole machine are kept. */
const SYSTEM_FOLDER = "/etc/codex";

/** What decides which rules files count. */
export interface RulesScope {
  platform: NodeJS.Platform;
  /** Only the machine's rules: those of the user and of the project are left unread (`--ignore-rules`). */
  systemOnly: boolean;
}

/** Folders that may hold rules, weakest first: the machine's, the user's, and those of a trusted project from its root to the working folder. */
export function rulesFolders(
  config: Pick<Config, "codexHome" | "cwd" | "projectRoot" | "trustLevel">,
  { platform, systemOnly }: RulesScope,
): string[] {
  const own = [
    config.codexHome,
    ...(config.trustLevel === "trusted" ? projectFolders(config.projectRoot, config.cwd) : []),
  ];
  return [...(platform === "win32" ? [] : [SYSTEM_FOLDER]), ...(systemOnly ? [] : own)].map(folder =>
    join(folder, "rules"),
  );
}

function projectFolders(root: string, cwd: string): string[] {
  const steps = relative(root, cwd).split(sep);
  if (steps[0] === "..") return [join(cwd, ".codex")];
  const folders = [root];
  for (const step of steps) if (step !== "") folders.push(join(folders.at(-1) ?? root, step));
  return folders.map(folder => join(folder, ".codex"));
}

/** The rules files of the folders, in the order in which they are read. Throws when a folder or a file that exists cannot be read. */
export async function readRulesFiles(folders: readonly string[]): Promise<RulesText[]> {
  const files: RulesText[] = [];
  for (const folder of folders) {
    for (const path of await rulesIn(folder)) {
      try {
        files.push({ path, text: await readFile(path, "utf8") });
      } catch (error) {
        throw new Error(`failed to read rules file ${path}: ${causeOf(error)}`);
      }
    }
  }
  return files;
}

async function rulesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter(entry => entry.isFile() && entry.name.endsWith(".rules") && entry.name !== ".rules");
    return names.map(({ name }) => join(folder, name)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw new Error(`failed to read rules files from ${folder}: ${causeOf(error)}`);
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
