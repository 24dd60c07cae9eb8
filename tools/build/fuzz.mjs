// What the fuzzers of the packages share.
import process from "node:process";

/** What the processor has spent on this process, ms. */
export function processorTime() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * How long `run` takes, in ms of the processor, so that other programs do not count. What takes longer than the limit is
 * run up to three times more and the least counts: collecting garbage is no slow input.
 */
export function leastTime(limitMs, run) {
  let least = Number.POSITIVE_INFINITY;
  for (let runs = 0; runs < 4 && least > limitMs; runs += 1) {
    const start = processorTime();
    run();
    least = Math.min(least, processorTime() - start);
  }
  return least;
}

/**
 * Runs one of the targets, `count` times. Each makes its own input from the state of a random source, and may throw the
 * package's own errors only. Prints the slowest input; the exit code is 1 when it took longer than the limit.
 */
export function fuzzTargets({ targets, count, limitMs, isOwnError, pick, readState, writeState }) {
  const names = Object.keys(targets);
  const slowest = { ms: 0, target: "", state: 0 };
  let refused = 0;
  for (let index = 0; index < count; index += 1) {
    const target = pick(names);
    const state = readState();
    let fails = false;
    const ms = leastTime(limitMs, () => {
      writeState(state);
      try {
        targets[target]();
      } catch (error) {
        if (!isOwnError(error)) {
          process.stderr.write(`${target}, state ${state}: threw something else\n`);
          throw error;
        }
        fails = true;
      }
    });
    if (fails) refused += 1;
    if (ms > slowest.ms) Object.assign(slowest, { ms, target, state });
  }
  const { ms, target, state } = slowest;
  const what = `slowest ${ms.toFixed(1)} ms (${target}, state ${state}), limit ${limitMs} ms`;
  process.stdout.write(`${count} inputs, ${refused} refused, ${what}\n`);
  process.exitCode = ms > limitMs ? 1 : 0;
}
