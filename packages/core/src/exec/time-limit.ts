import type { Stopwatch } from "./stopwatch.ts";

/** A limit on the running time of a command: while the thread's time stands still, so does the limit. */
export class TimeLimit {
  private readonly controller = new AbortController();
  private readonly over = new AbortController();
  private readonly stopwatch: Stopwatch;

  /** @param ms of running time, from now on */
  constructor(ms: number, stopwatch: Stopwatch) {
    this.stopwatch = stopwatch;
    void stopwatch.sleep(ms, this.over.signal).then(() => {
      if (!this.over.signal.aborted) this.controller.abort();
    });
  }

  /** Aborted when the time is up. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get reached(): boolean {
    return this.signal.aborted;
  }

  /** The limit stands still until the answer is there. */
  pausedFor<T>(answer: Promise<T>): Promise<T> {
    return this.stopwatch.pausedFor(answer);
  }

  /** The command has ended; the limit does not matter any more. */
  stop(): void {
    this.over.abort();
  }
}
