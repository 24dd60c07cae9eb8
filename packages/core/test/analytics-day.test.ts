import type { Fact } from "@codex-ts/analytics";
import type { Config } from "@codex-ts/config";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RuntimeAnalytics } from "../src/analytics/runtime-analytics.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const SECOND = 1000;
const DAY_SECONDS = 24 * 60 * 60;
/** Facts that may wait (spec: analytics A1). */
const CAPACITY = 256;

/** A backend that takes this long to answer 500, and facts that come every second of a day. */
it.each([
  ["at once", 10],
  ["slower than facts come", 9 * SECOND],
])(
  "a backend that answers 500 for a day, %s: nothing piles up, nobody waits, and one line is told",
  async (_what, ms) => {
    const lines: string[] = [];
    let asked = 0;
    let open = 0;
    let most = 0;
    const fetch = async () => {
      asked++;
      most = Math.max(most, ++open);
      await new Promise(resolve => setTimeout(resolve, ms));
      open--;
      return { ok: false, status: 500, text: async () => "down" } as Response;
    };
    const analytics = new RuntimeAnalytics({
      auth: { credential: async () => ({ kind: "chatgpt", token: "t", accountId: "a" }) } as never,
      originator: "o",
      userAgent: "u",
      fetch: fetch as never,
      warn: line => lines.push(line),
    });
    analytics.configure({ features: {}, chatgptBaseUrl: "https://backend.invalid/" } as unknown as Config);

    let tracked = 0;
    let during = 0;
    for (let second = 0; second < DAY_SECONDS; second++) {
      const before = asked;
      for (const fact of factsOf(second)) {
        analytics.track(fact);
        tracked++;
      }
      during += asked - before;
      await vi.advanceTimersByTimeAsync(SECOND);
    }
    // Nothing is asked while a turn hands its fact in, and never more than one request is open.
    expect([during, most]).toEqual([0, 1]);
    expect(tracked).toBe(DAY_SECONDS);
    expect(lines).toEqual([
      "Analytics: events failed with status 500: down. Further failures are not told; the session goes on.",
    ]);

    const inTime = asked;
    await vi.advanceTimersByTimeAsync((CAPACITY + 2) * ms);
    // What waited at the day's end is all that ever waited.
    expect(asked - inTime).toBeLessThanOrEqual(CAPACITY);
    expect(open).toBe(0);
    const late = asked;
    await vi.advanceTimersByTimeAsync(CAPACITY * ms);
    expect(asked).toBe(late);

    // The backend is back: the next fact is sent.
    analytics.track(factsOf(0)[0]!);
    await vi.advanceTimersByTimeAsync(ms);
    expect(asked).toBe(late + 1);
  },
  60_000,
);

/** One fact a second: a hook ran. */
function factsOf(second: number): Fact[] {
  const tracking = { threadId: "T", turnId: `U${second}`, modelSlug: "m" };
  return [{ kind: "hookRun", tracking, hookName: "Stop", hookSource: "user", status: "completed" }];
}
