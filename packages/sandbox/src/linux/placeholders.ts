import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import type { SandboxPlan } from "./plan.ts";

/** How many runs of this process use a mount point that bubblewrap had to make, by path. */
const inUse = new Map<string, number>();

/** How often, and how many milliseconds apart, a mount point is looked at that some sandbox still has. */
const TRIES = 5;
const PAUSE_MS = 5;

/**
 * Bubblewrap makes an empty read-only file on the host where it masks a missing path. Claims these files for one run
 * and returns the release: the last run that uses one removes it again. A run that starts meanwhile, in this process or
 * another, plans the file as missing and claims it, too; removing it earlier would take that run's mask away.
 */
export function claimPlaceholders(plan: SandboxPlan): () => Promise<void> {
  const paths = [...plan.placeholders];
  for (const path of paths) inUse.set(path, (inUse.get(path) ?? 0) + 1);
  return async () => {
    await Promise.all(paths.splice(0).map(release));
  };
}

async function release(path: string): Promise<void> {
  const runs = (inUse.get(path) ?? 1) - 1;
  if (runs > 0) inUse.set(path, runs);
  else inUse.delete(path);
  // The namespace of the run that has just ended may take a moment to go. Who stays longer is somebody else.
  for (let round = 0; round < TRIES && !inUse.has(path) && isPlaceholder(path); round++) {
    if (!isMountedElsewhere(path)) {
      removeFile(path);
      return;
    }
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
  }
}

function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // The folder is no longer ours to change; an empty file stays behind.
  }
}

/** Whether a file looks exactly like a mount point bubblewrap made: regular, empty, writable for nobody. */
export function isPlaceholder(path: string): boolean {
  try {
    const stats = lstatSync(path);
    return stats.isFile() && stats.size === 0 && (stats.mode & 0o777) === 0o444;
  } catch {
    return false;
  }
}

/** Whether some sandbox of another process has this path as a mount point. */
function isMountedElsewhere(path: string): boolean {
  // In /proc, space, tab, newline and backslash of a path are written as octal escapes.
  const escaped = path.replace(/[ \t\n\\]/g, char => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
  const seen = new Set<string>();
  for (const pid of processes()) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      const namespace = readlinkSync(`/proc/${pid}/ns/mnt`);
      if (seen.has(namespace)) continue;
      seen.add(namespace);
      if (readFileSync(`/proc/${pid}/mountinfo`, "utf8").includes(` ${escaped} `)) return true;
    } catch {
      // Gone, or another user's: its sandbox is its own.
    }
  }
  return false;
}

function processes(): string[] {
  try {
    return readdirSync("/proc");
  } catch {
    return [];
  }
}
