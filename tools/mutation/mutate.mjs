// Mutation testing of one package: `pnpm mutate PACKAGE [FILE…]`. Changes the sources in a copy, one small change at a
// time, and looks whether a test notices. Prints the survivors and the share that was noticed; the goal is 85 %.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { Stryker } from "@stryker-mutator/core";

const [name, ...files] = process.argv.slice(2);
if (name === undefined) {
  process.stderr.write("usage: pnpm mutate PACKAGE [FILE…]\n");
  process.exit(2);
}
const folder = path.resolve(import.meta.dirname, "../../packages", name);
process.chdir(folder);
mkdirSync("node_modules/.mutation", { recursive: true });

// The copy needs a test set-up of its own: without the tests that start a compiler or read the README.
const config = "node_modules/.mutation/vitest.config.mjs";
writeFileSync(
  config,
  `import { testsOf } from ${JSON.stringify(path.resolve(import.meta.dirname, "../build/vitest.mjs"))};
export default testsOf(process.cwd(), { test: { exclude: ["**/readme.test.ts", "**/api.test.ts", "**/browser.test.ts", "**/node_modules/**"] } });
`,
);

const results = await new Stryker({
  mutate: files.length > 0 ? files : ["src/**/*.ts", "!src/index.ts", "!src/node.ts"],
  testRunner: "vitest",
  vitest: { configFile: path.resolve(config), related: false },
  plugins: [fileURLToPath(import.meta.resolve("@stryker-mutator/vitest-runner"))],
  reporters: ["clear-text", "json"],
  jsonReporter: { fileName: path.resolve("node_modules/.mutation/report.json") },
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: false },
  tempDirName: "node_modules/.mutation/sandbox",
  ignorePatterns: ["dist", "node_modules"],
  concurrency: Number(process.env.MUTATION_WORKERS ?? 1),
  // The preprocessor needs the compiler as a library, which this version of it is not; nothing here needs rewriting.
  tsconfigFile: "node_modules/.mutation/no-tsconfig.json",
  checkers: [],
  ignoreStatic: true,
  // A change can make a loop endless, and its memory with it.
  testRunnerNodeArgs: ["--max-old-space-size=600"],
  timeoutMS: 4_000,
  allowConsoleColors: false,
  logLevel: "warn",
}).runMutationTest();

const survivors = results.filter(({ status }) => status === "Survived" || status === "NoCoverage");
for (const { fileName, location, mutatorName, replacement, status } of survivors) {
  const place = `${path.relative(folder, fileName)}:${location.start.line + 1}`;
  process.stdout.write(`${status} ${place} ${mutatorName} -> ${(replacement ?? "").split("\n")[0]?.slice(0, 100)}\n`);
}
const judged = results.filter(({ status }) => ["Survived", "NoCoverage", "Killed", "Timeout"].includes(status));
const share = judged.length === 0 ? 1 : 1 - survivors.length / judged.length;
process.stdout.write(`${name}: ${(share * 100).toFixed(1)} % of ${judged.length} changes were noticed (goal 85 %)\n`);
process.exitCode = share >= 0.85 ? 0 : 1;
