import { readdir } from "node:fs/promises";
import path from "node:path";
import { parseRolloutName, startTime } from "../rollout/name.ts";

export interface RolloutFile {
  path: string;
  id: string;
  /** Milliseconds. */
  startedAt: number;
}

/** All rollouts below a folder, in no order. Folders and files that are none of ours are passed over. */
export async function rolloutFiles(folder: string): Promise<RolloutFile[]> {
  const files: RolloutFile[] = [];
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const name = parseRolloutName(entry.name);
    if (name === null) continue;
    files.push({ path: path.join(entry.parentPath, entry.name), id: name.id, startedAt: startTime(name) });
  }
  return files;
}
