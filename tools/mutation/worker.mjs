// Runs the tests against one change after the other. A process of its own, for a change can make a loop endless or use up
// the memory: mutate.mjs ends it then. The two speak by messages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { performance } from "node:perf_hooks";
import process from "node:process";
import vm from "node:vm";
import { collector, runTest } from "./harness.mjs";

const { script, folder, plan } = await new Promise(resolve => process.once("message", resolve));
process.once("disconnect", () => process.exit());
const post = message => new Promise(resolve => process.send(message, resolve));
const compiled = new vm.Script(`(function (require, module, exports) {${readFileSync(script, "utf8")}\n})`, {
  filename: script,
  importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
});
const packageRequire = createRequire(`${folder}/package.json`);
const stryker = {};
globalThis.__stryker__ = stryker;

/** The same inputs every time, a sixth of them, and no search for a smaller one: that it fails is enough. */
function quickly({ default: fastCheck }) {
  const assert = (property, { numRuns = 100, ...more } = {}) =>
    fastCheck.assert(property, {
      ...more,
      numRuns: Math.max(Math.min(numRuns, 60), Math.ceil(numRuns / 6)),
      seed: 20_240_817,
      endOnFailure: true,
    });
  const parts = { ...fastCheck, assert };
  return { ...parts, default: parts };
}

/** Evaluates the whole script again, so that a change in the tables of a module counts, too. */
function load() {
  const { vitest, tests } = collector();
  const given = { vitest, "fast-check": quickly(packageRequire("fast-check")) };
  const own = name => given[name] ?? packageRequire(name);
  const module = { exports: {} };
  compiled.runInThisContext()(own, module, module.exports);
  return tests;
}

/** What each test reaches, and how long it takes. */
async function dryRun() {
  // The changed sources keep this very object.
  const coverage = { static: {}, perTest: {} };
  stryker.mutantCoverage = coverage;
  const tests = load();
  const loaded = { ...coverage.static };
  const times = [];
  const failed = [];
  for (const [index, test] of tests.entries()) {
    stryker.currentTestId = String(index + 1);
    const start = performance.now();
    const used = process.cpuUsage();
    try {
      await runTest(test);
    } catch (error) {
      failed.push(`${test.name}: ${String(error).split("\n")[0]}`);
      times.push(null);
      continue;
    }
    // By the processor, for other programs may be busy; a test that waits for other processes is slow all the same.
    const { user, system } = process.cpuUsage(used);
    times.push(Math.max((user + system) / 1000, (performance.now() - start) / 8));
  }
  stryker.currentTestId = undefined;
  await post({
    type: "dry",
    loaded,
    reached: coverage.perTest,
    times,
    failed,
  });
}

async function judge({ id, tests, fresh, hits }, common) {
  stryker.activeMutant = id;
  stryker.hitCount = 0;
  // More often than all tests together reach it without the change: a loop without an end.
  stryker.hitLimit = hits * 5 + 10_000;
  try {
    const all = fresh ? load() : common;
    for (const index of tests) await runTest(all[index]);
    return "Survived";
  } catch {
    return "Killed";
  } finally {
    stryker.activeMutant = undefined;
  }
}

if (plan === undefined) await dryRun();
else {
  const common = load();
  for (const step of plan) {
    await post({ type: "start", id: step.id });
    const status = await judge(step, common);
    await post({ type: "done", id: step.id, status });
  }
  await post({ type: "end" });
}
process.disconnect();
