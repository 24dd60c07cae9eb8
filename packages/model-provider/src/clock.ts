/** Time, injected so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after so many milliseconds, unless it is cancelled; `refresh` starts the wait anew. */
  timer(ms: number, callback: () => void): Timer;
}

export interface Timer {
  refresh(): void;
  cancel(): void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  timer: (ms, callback) => {
    // Longer waits than setTimeout can hold would fire at once.
    const timeout = setTimeout(callback, Math.min(ms, 2_147_483_647));
    return { refresh: () => void timeout.refresh(), cancel: () => clearTimeout(timeout) };
  },
};

/**
 * Resolves after `ms` milliseconds.
 * @throws the signal's reason when it fires first
 */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.timer(ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

/** Delay before retry `attempt` (from 1): 200 ms doubling each time, times a jitter in [0.9, 1.1). */
export function backoffMs(attempt: number, random: () => number): number {
  return 200 * 2 ** Math.max(0, attempt - 1) * (0.9 + 0.2 * random());
}
