/** Time as a service. */
export interface McpClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Monotonic milliseconds. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: McpClock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep(ms, signal) {
    if (signal?.aborted) return Promise.resolve();
    return new Promise(resolve => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
      signal?.addEventListener("abort", done, { once: true });
    });
  },
};

/** A time limit that stands still while somebody is being asked something. */
export class Deadline {
  private readonly clock: McpClock;
  private readonly expire: () => void;
  private left: number;
  private holders = 0;
  private running: { since: number; stop: AbortController } | null = null;

  /** @param ms running time until `expire` is called, once */
  constructor(clock: McpClock, ms: number, expire: () => void) {
    this.clock = clock;
    this.left = ms;
    this.expire = expire;
    this.run();
  }

  hold(): void {
    if (++this.holders === 1) this.pause();
  }

  release(): void {
    if (this.holders > 0 && --this.holders === 0) this.run();
  }

  /** It will not expire any more. */
  stop(): void {
    this.holders = Number.POSITIVE_INFINITY;
    this.pause();
  }

  private run(): void {
    const stop = new AbortController();
    this.running = { since: this.clock.monotonic(), stop };
    void this.clock.sleep(this.left, stop.signal).then(() => {
      if (!stop.signal.aborted) this.expire();
    });
  }

  private pause(): void {
    if (this.running === null) return;
    this.left = Math.max(0, this.left - (this.clock.monotonic() - this.running.since));
    this.running.stop.abort();
    this.running = null;
  }
}
