import { closeSync, existsSync, mkdtempSync, openSync, readlinkSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SandboxError } from "../errors.ts";
import { loadedLibc } from "./libc.ts";

/** Where bytes can be opened, by their content. There is one a filter program, for the life of the process. */
const kept = new Map<string, string>();

/**
 * A path through which bytes can be opened for reading, each time from the start. Usually it leads through `/proc` to a
 * file without a name, so that nothing is left on the host; where there is no `/proc`, to a temporary file.
 */
export function dataPath(bytes: Uint8Array): string {
  const key = Buffer.from(bytes).toString("base64");
  let file = kept.get(key);
  if (file === undefined) {
    file = existsSync(`/proc/${process.pid}/fd`) ? unnamed(bytes) : named(bytes);
    kept.set(key, file);
  }
  return file;
}

function unnamed(bytes: Uint8Array): string {
  const fd = anonymousFile(() => "codex-ts-sandbox");
  writeSync(fd, bytes);
  loadedLibc()?.seal(fd);
  return `/proc/${process.pid}/fd/${fd}`;
}

/** An empty anonymous file that tells the processes of this agent's sandboxes from all others. */
export interface Marker {
  /** Where it can be opened. */
  path: string;
  /** What a link in `/proc/PID/fd` to it reads; no two agents have the same. */
  link: string;
}

let ownMarker: Marker | null | undefined;

/**
 * The mark of this process. bubblewrap keeps it open (`--sync-fd`) in its own two processes, from the moment they exist,
 * and keeps it from the command. Null where there is no `/proc`.
 */
export function sandboxMarker(): Marker | null {
  if (ownMarker === undefined) ownMarker = existsSync(`/proc/${process.pid}/fd`) ? makeMarker() : null;
  return ownMarker;
}

function makeMarker(): Marker {
  const fd = anonymousFile(() => `codex-ts-guard-${process.pid}-${crypto.randomUUID()}`);
  loadedLibc()?.seal(fd);
  const file = `/proc/${process.pid}/fd/${fd}`;
  return { path: file, link: readlinkSync(file) };
}

function named(bytes: Uint8Array): string {
  const folder = ownFolder();
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, "data");
  writeFileSync(file, bytes, { mode: 0o600, flag: "wx" });
  return file;
}

function ownFolder(): string {
  for (const folder of [tmpdir(), "/dev/shm", "/var/tmp"]) {
    try {
      return mkdtempSync(path.join(folder, "codex-ts-sandbox-"));
    } catch {
      // Try the next folder.
    }
  }
  throw new SandboxError("spawn_failed", "no folder for temporary files is writable; set TMPDIR to one that is");
}

/** The name is asked for only where the file can have one. */
function anonymousFile(name: () => string): number {
  const fd = loadedLibc()?.memoryFile(name());
  if (fd !== undefined && fd !== null) return fd;
  const folder = ownFolder();
  try {
    return openSync(path.join(folder, "data"), "wx+", 0o600);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Opens a file for one spawned process; the caller closes it once the process has started. */
export function openForChild(file: string): number {
  return openSync(file, "r");
}

export function closeAll(descriptors: readonly number[]): void {
  for (const fd of descriptors) closeSync(fd);
}
