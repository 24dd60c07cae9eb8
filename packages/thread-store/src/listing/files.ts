import { readdir } from "node:fs/promises";
import path from "node:path";
import { parseRolloutName, rolloutName, startTime, uuidTime } from "../rollout/name.ts";

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

const DAY_MS = 86_400_000;

/**
 * The rollout of a thread where its id says that it should be: the id carries the time, the folder is the local date of that time.
 * Null when it is not there; it may lie anywhere then.
 */
export async function rolloutOfItsDay(sessions: string, id: string): Promise<string | null> {
  const time = uuidTime(id);
  if (time === null) return null;
  // The writer may have been in another time zone.
  for (const shift of [0, -DAY_MS, DAY_MS]) {
    const folder = path.join(sessions, rolloutName(id, new Date(time + shift)).folder);
    const names = await readdir(folder).catch(() => []);
    const found = names.find(name => parseRolloutName(name)?.id === id);
    if (found !== undefined) return path.join(folder, found);
  }
  return null;
}
