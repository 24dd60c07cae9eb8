import type { Stopwatch } from "./stopwatch.ts";

/** A limit on the running time of a command: while the thread's time stands still, so does the limit. */
export class TimeLimit {
  private readonly controller = new AbortController();
  private readonly over = new AbortController();

  /** @param ms of running time, from now on */
  constructor(ms: number, stopwatch: Stopwatch) {
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

  /** The command has ended; the limit does not matter any more. */
  stop(): void {
    this.over.abort();
  }
}
