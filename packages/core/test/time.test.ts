import { afterEach, expect, test } from "vitest";
import { type Clock, systemClock } from "../src/clock.ts";
import { openWorld, outline, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const HOUR = 3_600_000;
const PATIENCE = { timeout: 60_000, interval: 10 };

/** A clock on which waits of about an hour end when the test says so. */
class HourClock implements Clock {
  readonly waits: { ms: number; open: boolean; end: () => void }[] = [];
  now = systemClock.now;
  monotonic = systemClock.monotonic;

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (ms < HOUR / 2) return systemClock.sleep(ms, signal);
    return new Promise(resolve => {
      const wait = {
        ms,
        open: true,
        end: () => {
          wait.open = false;
          resolve();
        },
      };
      this.waits.push(wait);
      signal?.addEventListener("abort", wait.end, { once: true });
    });
  }
}

test("a person's own command may run for an hour, and that hour stands still while a person is asked something elsewhere", async () => {
  const clock = new HourClock();
  world = await openWorld([], { runtime: { clock } });
  const listening = await world.start();
  listening.thread.submit({ type: "userShell", command: "echo begun; exec sleep 600" });
  await expect.poll(() => clock.waits.length, PATIENCE).toBe(1);
  expect(clock.waits[0]!.ms).toBe(HOUR);
  await listening.until(event => event.method === "item/commandExecution/outputDelta");

  listening.thread.holdTime();
  await expect.poll(() => clock.waits[0]!.open, PATIENCE).toBe(false);
  expect(clock.waits).toHaveLength(1);
  expect(listening.events.filter(event => event.method === "item/completed")).toEqual([]);

  listening.thread.releaseTime();
  await expect.poll(() => clock.waits.length, PATIENCE).toBe(2);
  expect(clock.waits[1]!.ms).toBeLessThan(HOUR);
  clock.waits[1]!.end();
  await listening.until(event => event.method === "turn/completed");
  const items = listening.events.flatMap(event => (event.method === "item/completed" ? [event.params.item] : []));
  expect(items).toMatchObject([{ type: "commandExecution", source: "userShell", status: "failed", exitCode: 124 }]);
});

test("a clock that jumps back and forth changes neither the order of a thread nor the length of its turns", async () => {
  let shift = 0;
  const clock: Clock = {
    now: () => systemClock.now() + shift,
    monotonic: () => systemClock.monotonic(),
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
  };
  const day = 86_400_000;
  const shifts = [-3 * day, 40 * 365 * day, -day];
  let request = 0;
  world = await openWorld(
    {
      respond: () => {
        shift = shifts[request++] ?? 0;
        return "ok";
      },
    },
    { runtime: { clock } },
  );
  const listening = await world.start();
  for (const text of ["one", "two", "three"]) {
    const events = await listening.turn(text);
    expect(outline(events).at(-1)).toBe("turn/completed completed");
  }
  const ends = listening.events.flatMap(event => (event.method === "turn/completed" ? [event.params.turn] : []));
  for (const { durationMs } of ends) {
    expect(durationMs).toBeGreaterThanOrEqual(0);
    expect(durationMs).toBeLessThan(day);
  }
  const { items, skipped, id } = await world.runtime.store.load({ id: listening.thread.id });
  expect(skipped).toBe(0);
  expect(id).toBe(listening.thread.id);
  const said = items.flatMap(item =>
    item.type === "event_msg" && item.payload.type === "user_message" ? [item.payload["message"]] : [],
  );
  expect(said).toEqual(["one", "two", "three"]);
  const listed = (await world.runtime.store.list({ sources: [] })).threads;
  expect(listed.map(thread => thread.preview)).toEqual(["one"]);
});
