// Claim: more than 20,000 classifications (safe? dangerous?) a second, warm. The baseline is the grammar without the fast
// path in front of it. Prints ratios; never fails on a figure.
import { readFileSync } from "node:fs";
import { isDangerous, isKnownSafe, loadBashParser, summarize } from "@codex-ts/shell-command";
import { bashWasmFiles, nodeBashParser } from "@codex-ts/shell-command/node";

/** Time of the processor in ms, which other programs on the machine disturb less than the clock. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const scripts = [
  "ls -la",
  "git status --short && git diff --stat",
  "rg -n 'TODO|FIXME' src | head -n 20",
  "npm test 2>&1 | tail -n 40",
  "sed -n '1,200p' src/index.ts",
  "cd packages/core && npx vitest run test/a.test.ts",
  "find . -name '*.ts' -not -path './node_modules/*' | xargs wc -l",
  "zz a\\ b && ls",
];
const commands = scripts.map(script => ["bash", "-lc", script]);

const cold = processorTime();
const lazy = nodeBashParser();
await lazy.load();
const loading = processorTime() - cold;
const files = bashWasmFiles();
const grammar = await loadBashParser({
  wasm: { runtime: readFileSync(files.runtime), grammar: readFileSync(files.grammar) },
});

function perSecond(run: (argv: string[]) => unknown, rounds: number): number {
  for (let round = 0; round < 50; round += 1) for (const argv of commands) run(argv);
  const start = processorTime();
  for (let round = 0; round < rounds; round += 1) for (const argv of commands) run(argv);
  return Math.round((rounds * commands.length * 1_000) / (processorTime() - start));
}

const classify = (parser: typeof lazy | typeof grammar) => (argv: string[]) => {
  const context = { parser };
  return isKnownSafe(argv, context) || isDangerous(argv, context);
};
const fast = perSecond(classify(lazy), 5_000);
const slow = perSecond(classify(grammar), 300);
const summaries = perSecond(argv => summarize(argv, lazy), 1_000);
process.stdout.write(
  [
    `classify:              ${fast.toLocaleString("en")}/s (claim: 20,000/s)`,
    `with the grammar only: ${slow.toLocaleString("en")}/s; the fast path is ${(fast / slow).toFixed(1)} times as fast`,
    `summarise:             ${summaries.toLocaleString("en")}/s`,
    `load the grammar once: ${loading.toFixed(0)} ms`,
    "",
  ].join("\n"),
);
