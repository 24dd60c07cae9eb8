import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { errorCode } from "@codex-ts/protocol/os-errors";
import { ConfigError } from "../errors.ts";

export interface LockOptions {
  /** How long to wait for other editors, in ms. */
  timeoutMs?: number;
  now?: () => number;
  sleep?: (ms: number) => Promise<void>;
  pid?: number;
}

/** A lock file older than this whose owner cannot be told is abandoned. */
const ABANDONED_MS = 10_000;
let counter = 0;

/**
 * Runs `work` while holding the lock file: one editor at a time across processes. A lock whose process is gone is taken
 * over.
 * @throws ConfigError `locked` when the others do not finish in time
 */
export async function withLock<T>(lockFile: string, work: () => T | Promise<T>, options: LockOptions = {}): Promise<T> {
  const now = options.now ?? Date.now;
  const sleep = options.sleep ?? (ms => new Promise<void>(resolve => setTimeout(resolve, ms)));
  const pid = options.pid ?? process.pid;
  const deadline = now() + (options.timeoutMs ?? 10_000);
  const token = `${pid} ${++counter}.${Math.random().toString(36).slice(2)}\n`;
  for (let wait = 1; !tryLock(lockFile, token); wait = Math.min(wait * 2, 20)) {
    if (breakAbandoned(lockFile, now())) continue;
    if (now() >= deadline) {
      throw new ConfigError(
        "locked",
        `another program is editing the configuration (lock file ${lockFile}); try again`,
      );
    }
    await sleep(wait / 2 + Math.random() * wait);
  }
  try {
    return await work();
  } finally {
    if (readOrNull(lockFile) === token) unlinkSync(lockFile);
  }
}

/** The lock appears with its content or not at all, so that nobody ever reads half an owner. */
function tryLock(lockFile: string, token: string): boolean {
  const draft = `${lockFile}.${token.trim().replaceAll(" ", "-")}`;
  const fd = openSync(draft, "wx", 0o600);
  try {
    writeSync(fd, token);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  try {
    linkSync(draft, lockFile);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

function breakAbandoned(lockFile: string, now: number): boolean {
  const owner = readOrNull(lockFile);
  if (owner === null) return true; // released just now
  if (isAlive(owner, lockFile, now)) return false;
  // Move it aside under a name of our own, then look whether that was still the dead owner's.
  const aside = `${lockFile}.dead-${process.pid}-${++counter}`;
  try {
    renameSync(lockFile, aside);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return true;
    throw error;
  }
  if (readOrNull(aside) !== owner) {
    try {
      linkSync(aside, lockFile); // it was somebody's living lock: give it back
    } catch (error) {
      if (errorCode(error) !== "EEXIST") throw error;
    }
  }
  unlinkSync(aside);
  return true;
}

function isAlive(owner: string, lockFile: string, now: number): boolean {
  const pid = Number(/^(\d+) /.exec(owner)?.[1]);
  if (!Number.isInteger(pid) || pid <= 0) {
    const stat = statSync(lockFile, { throwIfNoEntry: false });
    return stat !== undefined && now - stat.mtimeMs < ABANDONED_MS;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

function readOrNull(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}
