import { readdirSync, readFileSync } from "node:fs";

/** Ids of running processes whose command line contains a text. */
export function processesWith(text: string): number[] {
  const found: number[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").includes(text)) found.push(Number(name));
    } catch {
      // The process ended while we looked.
    }
  }
  return found;
}
