// Claim: a turn without hooks does none of their work. Three servers take turns in the same rounds: one that looked for hooks
// and found none, and two with the feature off. The second of those tells how much is noise.
import { AppServer, makeHome, median, processorMs } from "./driver.mjs";

const OFF = ["[features]", "codex_hooks = false"];
const WARM_UP = 50;
/** Rounds for each run asked for: a ratio near one takes many. */
const ROUNDS = 30;

/**
 * @returns for each server the median milliseconds of a turn, and the processor's milliseconds a turn
 */
export async function plainTurns(subject, baseUrl, runs) {
  const places = [];
  try {
    for (const [name, settings] of Object.entries({ none: [], off: OFF, same: OFF })) {
      const home = makeHome(baseUrl, settings);
      const app = new AppServer(subject, home);
      const place = { name, home, app, times: [], thread: "" };
      places.push(place);
      await app.initialize();
      place.thread = await app.startThread();
      for (let index = 0; index < WARM_UP; index++) await app.turn(place.thread, "warm up");
    }
    for (const place of places) place.before = processorMs(place.app.child.pid);
    const rounds = runs * ROUNDS;
    for (let round = 0; round < rounds; round++) {
      for (let step = 0; step < places.length; step++) {
        const { app, thread, times } = places[(round + step) % places.length];
        const start = performance.now();
        await app.turn(thread, "hello");
        times.push(performance.now() - start);
      }
    }
    return Object.fromEntries(
      places.map(({ name, app, times, before }) => [
        name,
        { ms: median(times), cpu: (processorMs(app.child.pid) - before) / rounds },
      ]),
    );
  } finally {
    for (const { app, home } of places) {
      await app.close();
      home.remove();
    }
  }
}
