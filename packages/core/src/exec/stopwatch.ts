import type { Clock } from "../clock.ts";

const NEVER = new AbortController().signal;

/**
 * Time that can be stopped: while a person is asked something elsewhere, the waits of a thread's commands stand still. They do not run
 * out and do not return before time goes on.
 */
export class Stopwatch {
  private readonly clock: Clock;
  private holders = 0;
  /** Questions that are waited for. */
  private questions = 0;
  private waiting: (() => void)[] = [];
  private pausing: (() => void)[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get count(): number {
    return this.holders;
  }

  /** One more reason to stand still. Returns how many there are now. */
  hold(): number {
    this.holders++;
    this.stop();
    return this.holders;
  }

  /** Time stands still until the answer is there. */
  async pausedFor<T>(answer: Promise<T>): Promise<T> {
    this.questions++;
    this.stop();
    try {
      return await answer;
    } finally {
      this.questions--;
      this.go();
    }
  }

  private get stands(): boolean {
    return this.holders + this.questions > 0;
  }

  private stop(): void {
    for (const wake of this.pausing.splice(0)) wake();
  }

  private go(): void {
    if (!this.stands) for (const wake of this.waiting.splice(0)) wake();
  }

  /** One reason less; time goes on when none is left. Returns how many there are now; null when there was none to take away. */
  release(): number | null {
    if (this.holders === 0) return null;
    this.holders--;
    this.go();
    return this.holders;
  }

  /** Resolves after so many milliseconds of running time, or at once when the signal is aborted. */
  async sleep(ms: number, signal: AbortSignal = NEVER): Promise<void> {
    for (let left = ms; left > 0 && !signal.aborted; ) {
      await this.running(signal);
      const startedAt = this.clock.monotonic();
      const part = new AbortController();
      const stop = () => part.abort();
      this.pausing.push(stop);
      signal.addEventListener("abort", stop, { once: true });
      await this.clock.sleep(left, part.signal);
      signal.removeEventListener("abort", stop);
      this.pausing = this.pausing.filter(wake => wake !== stop);
      left = part.signal.aborted ? left - (this.clock.monotonic() - startedAt) : 0;
    }
  }

  /** Resolves when time runs (at once if it does), or when the signal is aborted. */
  running(signal: AbortSignal): Promise<void> {
    if (!this.stands || signal.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const done = () => {
        signal.removeEventListener("abort", done);
        this.waiting = this.waiting.filter(wake => wake !== done);
        resolve();
      };
      this.waiting.push(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
