const waiting = [];

/**
 * What a helper of tests made goes away after the test, the newest first. A helper cannot say so by a hook of its own:
 * files of tests share a process, a module is read once in it, and its hooks would belong to the first file alone.
 * @param {() => unknown} cleanup
 */
export function afterTest(cleanup) {
  waiting.push(cleanup);
}

/** Every cleanup is tried, whatever becomes of the others. */
export async function runCleanups() {
  const failures = [];
  for (const cleanup of waiting.splice(0).reverse()) {
    try {
      await cleanup();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, "several things could not be cleaned up");
}
