import { chmod, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { createFolders } from "@codex-ts/apply-patch/node";
import { osErrorCode } from "./errors.ts";
import { AppendFile } from "./rollout/append-file.ts";
import { isRecord } from "./rollout/legacy.ts";

const LOCK_TRIES = 10;
const LOCK_WAIT_MS = 100;
/** A lock this old was left by a process that is gone. */
const LOCK_STALE_MS = 10_000;
const KEEP_SHARE = 0.8;

export interface PromptHistoryOptions {
  codexHome: string;
  /** `none` keeps nothing. Default `save-all`. */
  persistence?: "save-all" | "none";
  /** Upper bound of the file; the oldest prompts go first. Default: no bound. */
  maxBytes?: number | null;
  /** Wall clock, milliseconds. */
  now?: () => number;
}

export interface PromptEntry {
  sessionId: string;
  /** Unix seconds. */
  time: number;
  text: string;
}

/** `history.jsonl`: what people typed, over all threads, for the up-arrow of an interactive client. Mode 0600. */
export class PromptHistory {
  private readonly file: string;
  private readonly now: () => number;

  constructor(private readonly options: PromptHistoryOptions) {
    this.file = path.join(options.codexHome, "history.jsonl");
    this.now = options.now ?? Date.now;
  }

  async append(sessionId: string, text: string): Promise<void> {
    if (this.options.persistence === "none") return;
    await createFolders(this.options.codexHome);
    const line = `${JSON.stringify({ session_id: sessionId, ts: Math.trunc(this.now() / 1000), text })}\n`;
    const unlock = await this.lock();
    const file = new AppendFile(this.file);
    try {
      await file.append([line]);
      await chmod(this.file, 0o600);
      await this.trim(Buffer.byteLength(line));
    } finally {
      await file.close();
      await unlock();
    }
  }

  /** The file's identity and how many prompts it holds; identity 0 when there is no file. */
  async metadata(): Promise<{ logId: number; count: number }> {
    const stats = await stat(this.file).catch(() => null);
    return stats === null ? { logId: 0, count: 0 } : { logId: stats.ino, count: (await this.lines()).length };
  }

  /** The prompt at `offset`; null when the file is another one by now (`logId` 0 asks for any). */
  async lookup(logId: number, offset: number): Promise<PromptEntry | null> {
    const stats = await stat(this.file).catch(() => null);
    if (stats === null || (logId !== 0 && stats.ino !== logId)) return null;
    const line = (await this.lines())[offset];
    return line === undefined ? null : parseEntry(line);
  }

  private async lines(): Promise<string[]> {
    const text = await readFile(this.file, "utf8").catch(() => "");
    return text.split("\n").filter(line => line !== "");
  }

  private async trim(newestBytes: number): Promise<void> {
    const max = this.options.maxBytes ?? null;
    if (max === null || (await stat(this.file)).size <= max) return;
    const bytes = await readFile(this.file);
    const target = Math.max(Math.floor(max * KEEP_SHARE), newestBytes);
    let start = 0;
    while (bytes.length - start > target) {
      const newline = bytes.indexOf(0x0a, start);
      if (newline === -1 || newline + 1 >= bytes.length) break;
      start = newline + 1;
    }
    await writeFile(this.file, bytes.subarray(start), { mode: 0o600 });
  }

  /** Other processes of ours wait while one appends and trims; a lock that cannot be had does not stop a prompt from being kept. */
  private async lock(): Promise<() => Promise<void>> {
    const lock = `${this.file}.lock`;
    for (let attempt = 0; attempt < LOCK_TRIES; attempt++) {
      try {
        await (await open(lock, "wx", 0o600)).close();
        return () => rm(lock, { force: true });
      } catch (error) {
        if (osErrorCode(error) !== "EEXIST") throw error;
        const held = await stat(lock).catch(() => null);
        if (held !== null && Date.now() - held.mtimeMs > LOCK_STALE_MS) await rm(lock, { force: true });
        else await new Promise(resolve => setTimeout(resolve, LOCK_WAIT_MS));
      }
    }
    return async () => {};
  }
}

function parseEntry(line: string): PromptEntry | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!isRecord(value) || typeof value["text"] !== "string" || typeof value["session_id"] !== "string") return null;
    return { sessionId: value["session_id"], time: Number(value["ts"]) || 0, text: value["text"] };
  } catch {
    return null;
  }
}
