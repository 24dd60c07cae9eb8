// biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes are what is removed here
const colours = /\u001b\[[0-9;]*m/g;
const LINES_OF_A_FAILURE = 25;

/**
 * Reads what the test runners of all packages print, and says at the end what matters: the failed tests with the
 * first lines of their errors, the tests that passed only when tried again, and the sums.
 */
export function testReport() {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  /** @type {{ title: string, lines: string[] }[]} */
  const failures = [];
  const retried = [];
  let open;
  let pending = "";

  function line(text) {
    if (/\bTests {2}\d/.test(text)) {
      for (const [, number, word] of text.matchAll(/(\d+) (passed|failed|skipped)/g)) tally[word] += Number(number);
    }
    const again = / SECOND TRY {2}(.+)$/.exec(text);
    if (again) retried.push(`  ${again[1]}`);
    // The runner prints each failure once more below the list of tests: ` FAIL  test/a.test.ts > group > name`.
    const failed = / FAIL {2}(.+)$/.exec(text);
    if (failed) {
      open = { title: text.trim(), lines: [] };
      failures.push(open);
    } else if (open !== undefined && open.lines.length < LINES_OF_A_FAILURE) {
      open.lines.push(text);
    }
  }

  return {
    /** @param {string} text a piece of output, of any length */
    read(text) {
      pending += text;
      const lines = pending.split("\n");
      pending = lines.pop() ?? "";
      for (const raw of lines) line(raw.replace(colours, ""));
    },
    /** The closing lines. The last one is the sum. */
    closing() {
      const { passed, failed, skipped } = tally;
      return [
        ...failures.flatMap(({ title, lines }) => ["", title, ...lines]),
        ...(retried.length > 0 ? ["", "Passed only when tried again:", ...retried] : []),
        ...(failures.length > 0 ? ["", "Failed:", ...failures.map(({ title }) => `  ${title}`)] : []),
        `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
        "",
      ].join("\n");
    },
  };
}
