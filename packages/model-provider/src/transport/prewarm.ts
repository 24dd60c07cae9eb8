import type { Clock } from "../clock.ts";

/**
 * A connection that is made ready in the background. The first turn takes what there is when its patience ends:
 * `budgetMs` counted from the start of the preparation, not from the start of the turn.
 */
export class Prewarm {
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #budgetMs: number;
  readonly #abort = new AbortController();
  readonly #outcome: Promise<boolean>;
  #endedAt: number | null = null;

  constructor(clock: Clock, budgetMs: number, prepare: (signal: AbortSignal) => Promise<boolean>) {
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#budgetMs = budgetMs;
    // A failed preparation costs nothing but the preparation.
    this.#outcome = prepare(this.#abort.signal)
      .catch(() => false)
      .then(isReady => {
        this.#endedAt ??= clock.now();
        return isReady;
      });
  }

  /** Since it began, milliseconds. */
  get ageMs(): number {
    return this.#clock.now() - this.#startedAt;
  }

  /** How long it took, or has taken so far, milliseconds. */
  get durationMs(): number {
    return (this.#endedAt ?? this.#clock.now()) - this.#startedAt;
  }

  /**
   * Waits until the connection is ready, for what is left of the budget, then gives it up.
   * @returns whether it is ready
   * @throws the signal's reason, after giving the preparation up
   */
  async ready(signal?: AbortSignal): Promise<boolean> {
    if (signal?.aborted) {
      this.abort();
      throw signal.reason;
    }
    const left = this.#budgetMs - (this.#clock.now() - this.#startedAt);
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        timer.cancel();
        signal?.removeEventListener("abort", onAbort);
        finish();
      };
      const onAbort = () => {
        this.abort();
        settle(() => reject(signal?.reason));
      };
      const timer = this.#clock.timer(Math.max(0, left), () => {
        this.abort();
        settle(() => resolve(false));
      });
      signal?.addEventListener("abort", onAbort, { once: true });
      void this.#outcome.then(isReady => settle(() => resolve(isReady)));
    });
  }

  /** Gives it up; a connection that is not ready yet is cut. */
  abort(): void {
    this.#abort.abort(new Error("prewarm given up"));
  }
}
