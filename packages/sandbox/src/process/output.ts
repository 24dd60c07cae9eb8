import type { OutputChunk } from "./types.ts";

/** Unread bytes at which the command has to wait. */
const HIGH_WATER_BYTES = 1024 * 1024;

/** A source that can be told to wait. */
export interface Pausable {
  pause(): void;
  resume(): void;
}

/** The output of one process on its way to its one reader, with a bound on what stands unread. */
export class OutputQueue implements AsyncIterable<OutputChunk> {
  private readonly chunks: OutputChunk[] = [];
  private readonly sources = new Set<Pausable>();
  private unread = 0;
  private paused = false;
  private ended = false;
  private abandoned = false;
  private wake: (() => void) | null = null;

  addSource(source: Pausable): void {
    this.sources.add(source);
  }

  push(chunk: OutputChunk): void {
    if (this.ended || this.abandoned) return;
    this.chunks.push(chunk);
    this.unread += chunk.chunk.byteLength;
    if (this.unread >= HIGH_WATER_BYTES && !this.paused) {
      this.paused = true;
      for (const source of this.sources) source.pause();
    }
    this.wake?.();
  }

  /** True while the command is made to wait for the reader. */
  get waitsForReader(): boolean {
    return this.paused;
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  /** Nobody reads any more: what comes is thrown away, so that the command does not wait for ever. */
  private abandon(): void {
    this.abandoned = true;
    this.chunks.length = 0;
    this.resumeSources();
  }

  private resumeSources(): void {
    if (!this.paused) return;
    this.paused = false;
    for (const source of this.sources) source.resume();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<OutputChunk> {
    try {
      for (;;) {
        // Several chunks are taken at once: shifting a long array is slow.
        const batch = this.chunks.splice(0);
        this.unread = 0;
        this.resumeSources();
        yield* batch;
        if (this.chunks.length > 0) continue;
        if (this.ended) return;
        await new Promise<void>(resolve => {
          this.wake = resolve;
        });
        this.wake = null;
      }
    } finally {
      this.abandon();
    }
  }
}
