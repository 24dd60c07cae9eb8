import { closeSync, existsSync, openSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type * as Koffi from "koffi";

/** How long a process must have lived before it takes the lock of the system, whose library takes time to load. */
const SETTLED_MS = 1000;

/** How long to wait before the lock that somebody else has is tried again. */
const BETWEEN_TRIES_MS = 250;

/** What the lock file of a process says: its id, and in which namespace it is one. */
export function lockText(pid: number = process.pid): string {
  return `${pid} ${pidNamespace()}\n`;
}

function pidNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "-";
  }
}

/**
 * Removes the folders whose processes are gone, and holds the lock of this process's own. The lock is one of the
 * system (`flock`), as the reference takes it: both programs, and containers, may share a home. What the text of a lock
 * file says already needs no library.
 */
export async function keepFolders(own: string, others: readonly string[]): Promise<void> {
  const unclear = others.filter(folder => judge(folder) === "unclear");
  if (unclear.length === 0) await wait(SETTLED_MS);
  const flock = loadFlock();
  if (flock === null) return;
  const held = openLock(own);
  const isHeld = held === null || flock(held);
  for (const folder of unclear) removeUnlocked(folder, flock);
  if (!isHeld) await hold(own, held, flock);
}

/** Another process that looks whether this one lives has the lock for a moment. */
async function hold(file: string, fd: number, flock: Flock): Promise<void> {
  do {
    await wait(BETWEEN_TRIES_MS);
    // Whoever found the folder without a lock may have removed it.
    if (!existsSync(file)) return closeSync(fd);
  } while (!flock(fd));
}

/** Removes a folder of a process that has ended, as far as its lock file tells. */
function judge(folder: string): "removed" | "alive" | "unclear" {
  const [, pid, namespace] = /^(\d+) (\S+)\n$/.exec(readText(path.join(folder, ".lock"))) ?? [];
  if (pid === undefined || namespace !== pidNamespace()) return "unclear";
  if (isAlive(Number(pid))) return "alive";
  rmSync(folder, { recursive: true, force: true });
  return "removed";
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Nothing waits for it: a process that ends before removes its folder anyway. */
function wait(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms).unref());
}

type Flock = (fd: number) => boolean;

/** Takes a lock if nobody holds it. Null where the library cannot be reached: then a dead process's folder stays. */
function loadFlock(): Flock | null {
  if (process.platform === "win32") return null;
  try {
    const koffi: typeof Koffi = createRequire(import.meta.url)("koffi");
    const flock = koffi.load(null).func("int flock(int fd, int operation)");
    const EXCLUSIVE_NOW = 2 | 4;
    return fd => flock(fd, EXCLUSIVE_NOW) === 0;
  } catch {
    return null;
  }
}

function openLock(file: string): number | null {
  try {
    return openSync(file, "r+");
  } catch {
    return null;
  }
}

/** A folder without a lock file is being made, or not one of ours: it stays. */
function removeUnlocked(folder: string, flock: Flock): void {
  const fd = openLock(path.join(folder, ".lock"));
  if (fd === null) return;
  if (flock(fd)) rmSync(folder, { recursive: true, force: true });
  closeSync(fd);
}
