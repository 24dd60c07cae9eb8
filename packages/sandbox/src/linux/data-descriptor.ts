import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SandboxError } from "../errors.ts";
import { libc } from "./libc.ts";

/** Anonymous files by their content, open for the life of the process. There is one a filter program. */
const kept = new Map<string, number>();

/**
 * A path under `/proc` through which bytes can be opened for reading, each time from the start. The file itself has no
 * name: nothing is left on the host.
 */
export function dataPath(bytes: Uint8Array): string {
  const key = Buffer.from(bytes).toString("base64");
  let fd = kept.get(key);
  if (fd === undefined) {
    fd = anonymousFile();
    writeSync(fd, bytes);
    kept.set(key, fd);
  }
  return `/proc/${process.pid}/fd/${fd}`;
}

function anonymousFile(): number {
  const fd = libc()?.memoryFile("codex-ts-sandbox");
  if (fd !== undefined && fd !== null) return fd;
  for (const folder of [tmpdir(), "/dev/shm", "/var/tmp"]) {
    try {
      const own = mkdtempSync(path.join(folder, "codex-ts-sandbox-"));
      try {
        return openSync(path.join(own, "data"), "wx+", 0o600);
      } finally {
        rmSync(own, { recursive: true, force: true });
      }
    } catch {
      // Try the next folder.
    }
  }
  throw new SandboxError("spawn_failed", "no folder for temporary files is writable; set TMPDIR to one that is");
}

/** Opens a file for one spawned process; the caller closes it once the process has started. */
export function openForChild(file: string): number {
  return openSync(file, "r");
}

export function closeAll(descriptors: readonly number[]): void {
  for (const fd of descriptors) closeSync(fd);
}
