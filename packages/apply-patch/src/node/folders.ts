import { mkdirSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { errorCode } from "@codex-ts/protocol/os-errors";

/**
 * Makes a folder and those above it that are missing. Node's own recursive `mkdir` tries for ever where a folder is there
 * and takes no entries, as below `/proc`.
 *
 * @param mode permissions of the folders that are made; default 0o777 without what the umask takes away
 * @throws the system's error
 */
export async function createFolders(folder: string, mode?: number): Promise<void> {
  try {
    await mkdir(folder, { mode });
  } catch (error) {
    const above = path.dirname(folder);
    if (errorCode(error) === "ENOENT" && above !== folder) {
      await createFolders(above, mode);
      await mkdir(folder, { mode }).catch(failure => keepFolder(folder, failure));
    } else await keepFolder(folder, error);
  }
}

/** A folder that is there already is as good as a made one. */
async function keepFolder(folder: string, failure: unknown): Promise<void> {
  const stats = await stat(folder).catch(() => null);
  if (stats?.isDirectory() !== true) throw failure;
}

/** The same, at once. */
export function createFoldersSync(folder: string, mode?: number): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    const above = path.dirname(folder);
    if (errorCode(error) !== "ENOENT" || above === folder) return keepFolderSync(folder, error);
    createFoldersSync(above, mode);
    try {
      mkdirSync(folder, { mode });
    } catch (failure) {
      keepFolderSync(folder, failure);
    }
  }
}

function keepFolderSync(folder: string, failure: unknown): void {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats?.isDirectory() !== true) throw failure;
}
