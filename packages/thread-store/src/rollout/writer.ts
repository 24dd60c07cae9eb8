import { ThreadStoreError } from "../errors.ts";
import type { ThreadWriter } from "../thread-store.ts";
import type { RolloutItem } from "./item.ts";
import { encodeItem, stampLine } from "./line.ts";
import { type HistoryMode, persistedForm } from "./policy.ts";

/** As many records go into one write. */
const BATCH = 256;

/** Where a thread's lines go. */
export interface LineSink {
  /** Appends complete lines. Returns how many of them are there now; the rest is given again. */
  append(lines: readonly string[]): Promise<number>;
  /** Lets go of what it holds; a later `append` takes it up again. */
  close(): Promise<void>;
}

export interface RolloutWriterOptions {
  id: string;
  path: string;
  mode: HistoryMode;
  now: () => number;
  /** The first record of a new thread, made when the file is; null when the file has one. */
  head: (() => Promise<RolloutItem>) | null;
  sink: LineSink;
}

/**
 * Writes one thread's records in the order they were given, in the background. A record leaves the queue when its line
 * is in the file: after an error the rest stays and is tried again, once at once and then at every later record and barrier.
 */
export class RolloutWriter implements ThreadWriter {
  readonly threadId: string;
  readonly path: string;
  private readonly sink: LineSink;
  private readonly options: RolloutWriterOptions;
  private readonly queue: string[] = [];
  /** Records taken and records written, since the start: a barrier waits for the second to reach the first. */
  private taken = 0;
  private written = 0;
  private head: (() => Promise<RolloutItem>) | null;
  private lazy: boolean;
  private closed = false;
  private running: Promise<void> | null = null;
  private failure: unknown = null;

  constructor(options: RolloutWriterOptions) {
    this.options = options;
    this.threadId = options.id;
    this.path = options.path;
    this.sink = options.sink;
    this.head = options.head;
    this.lazy = options.head !== null;
  }

  get materialized(): boolean {
    return !this.lazy;
  }

  append(items: readonly RolloutItem[]): void {
    if (this.closed)
      throw new ThreadStoreError("closed", `cannot append to ${this.path}: the thread's writer is closed`);
    for (const item of items) {
      const kept = persistedForm(item, this.options.mode);
      if (kept === null) continue;
      this.queue.push(encodeItem(kept));
      this.taken++;
    }
    if (!this.lazy && this.queue.length > 0) void this.pump();
  }

  async materialize(): Promise<void> {
    if (this.lazy) this.lazy = false;
    await this.flush();
  }

  async flush(): Promise<void> {
    if (this.lazy) return;
    const barrier = this.taken;
    const passed = () => this.head === null && this.written >= barrier;
    // What runs already may be about to give up: a barrier gets a try of its own after it.
    await this.running;
    if (!passed()) await this.pump();
    if (passed()) return;
    const reason = this.failure instanceof Error ? this.failure.message : String(this.failure);
    throw new ThreadStoreError("write_failed", `cannot write ${this.path}: ${reason}`, { cause: this.failure });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    try {
      await this.flush();
    } finally {
      await this.sink.close();
    }
  }

  private pump(): Promise<void> {
    this.running ??= this.drain().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async drain(): Promise<void> {
    for (let failures = 0; failures < 2 && (this.head !== null || this.queue.length > 0); ) {
      try {
        await this.writeHead();
        await this.writeBatch();
      } catch (error) {
        this.failure = error;
        failures++;
        await this.sink.close();
      }
    }
  }

  private async writeHead(): Promise<void> {
    if (this.head === null) return;
    const head = await this.head();
    this.queue.unshift(encodeItem(head));
    this.taken++;
    this.head = null;
  }

  private async writeBatch(): Promise<void> {
    if (this.queue.length === 0) return;
    const now = this.options.now();
    const lines = this.queue.slice(0, BATCH).map(encoded => stampLine(encoded, now));
    const complete = await this.sink.append(lines);
    this.queue.splice(0, complete);
    this.written += complete;
    if (complete < lines.length) throw new Error("the write was cut short (is the disk full?)");
  }
}
