import { lstatSync, rmSync } from "node:fs";
import type { SandboxPlan } from "./plan.ts";

/** How many runs of this process use a mount point that bubblewrap had to make, by path. */
const inUse = new Map<string, number>();

/**
 * Bubblewrap makes an empty read-only file on the host where it masks a missing path. Claims these files for one run
 * and returns the release: the last run that uses one removes it again, if it is still that empty file. A run that
 * starts meanwhile finds the file in place and claims it, too: removing it would take its mask away.
 */
export function claimPlaceholders(plan: SandboxPlan): () => void {
  const found = plan.mounts.flatMap(step => (step.op === "read-only" && inUse.has(step.path) ? [step.path] : []));
  const paths = [...plan.placeholders, ...found];
  for (const path of paths) inUse.set(path, (inUse.get(path) ?? 0) + 1);
  return () => {
    for (const path of paths.splice(0)) release(path);
  };
}

function release(path: string): void {
  const runs = (inUse.get(path) ?? 1) - 1;
  if (runs > 0) {
    inUse.set(path, runs);
    return;
  }
  inUse.delete(path);
  if (isPlaceholder(path)) rmSync(path, { force: true });
}

function isPlaceholder(path: string): boolean {
  try {
    const stats = lstatSync(path);
    return stats.isFile() && stats.size === 0;
  } catch {
    return false;
  }
}
