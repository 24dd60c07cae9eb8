import { readdirSync, readFileSync } from "node:fs";

/** Ids of processes that are this very command, not one that is about to start it. */
export function processesRunning(command: string): number[] {
  return processesWith(command, line => line.trim() === command);
}

/** Ids of running processes whose command line contains a text. */
export function processesWith(text: string, fits = (line: string): boolean => line.includes(text)): number[] {
  const found: number[] = [];
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (fits(readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " "))) found.push(Number(name));
    } catch {
      // The process ended while we looked.
    }
  }
  return found;
}
