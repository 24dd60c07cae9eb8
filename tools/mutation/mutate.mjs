// Mutation testing of one package: `pnpm mutate PACKAGE [--save] [FILE…]`. Changes the sources in a copy, one small change
// at a time, and looks whether a test notices. Prints the survivors and the share that was noticed; the goal is 85 %. With
// --save the survivors of a whole package go to survivors/PACKAGE.txt beside this file.
//
// The changes are Stryker's. The running is ours: all tests and all changes are one script in one process, where a change
// is a switch. That takes milliseconds a change instead of a start of the test program, so a whole package takes minutes.
import { fork } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { bundle } from "./bundle.mjs";
import { instrument } from "./instrument.mjs";

/** Time of the processor that one change may take: several times what its tests take. */
const LIMIT_MS = 4_000;
/** Where the processor's time is not told, and for what waits without using any. */
const PATIENCE_MS = 180_000;
const BUDGET_MS = Number(process.env.MUTATION_BUDGET_MS ?? 1_000);
const words = process.argv.slice(2).filter(word => word !== "--save");
const [name, ...named] = words;
const saves = words.length < process.argv.length - 2;
if (name === undefined || (saves && named.length > 0)) {
  process.stderr.write("usage: pnpm mutate PACKAGE [--save]\n       pnpm mutate PACKAGE FILE…\n");
  process.exit(2);
}
const folder = path.resolve(import.meta.dirname, "../../packages", name);
const work = path.join(folder, "node_modules/.mutation");
mkdirSync(work, { recursive: true });

const files = named.length > 0 ? named : sourceFiles();
const { sources, mutants } = await instrument(folder, files);
const script = path.join(work, `tests-${process.pid}.cjs`);
// Left out: tests that start a compiler or read the README.
const tests = listFiles("test", /\.test\.ts$/).filter(file => !/(?:readme|api|browser)\.test\.ts$/.test(file));
await bundle({ folder, tests, sources, outfile: script });
process.chdir(folder);

const dry = await new Promise((resolve, reject) => {
  const child = startChild("inherit");
  child.send({ script, folder });
  child.once("message", resolve);
  child.once("exit", code => reject(new Error(`the tests ended with ${code}`)));
});
// A property test that wants to see many cases may fail for seeing fewer. More than that is a mistake in the harness.
for (const failure of dry.failed) process.stderr.write(`left out, it fails here without a change: ${failure}\n`);
if (dry.failed.length * 20 > dry.times.length) throw new Error("too many tests fail here without a change");
let interrupted = false;
const byId = new Map(mutants.map(mutant => [mutant.id, mutant]));
const verdicts = await judgeAll(planOf(dry));
rmSync(script, { force: true });
report();

function sourceFiles() {
  return listFiles("src", /\.ts$/).filter(file => !/^src\/(?:index|node)\.ts$/.test(file));
}

function listFiles(dir, pattern) {
  return readdirSync(path.join(folder, dir), { recursive: true })
    .map(file => `${dir}/${file}`)
    .filter(file => pattern.test(file))
    .toSorted();
}

/**
 * For each change the tests that reach it, quick ones first, as many as are done in a second: one that only a slower test
 * would notice counts as a survivor. A change that is reached while loading needs all tests.
 */
function planOf({ loaded, reached, times }) {
  const usable = times.map((_, index) => index).filter(index => times[index] !== null);
  const order = usable.toSorted((left, right) => times[left] - times[right]);
  // Every eighth first, then the ones behind them, …: what is judged when the run is interrupted stands for all.
  const spread = Array.from({ length: 8 }, (_, start) =>
    mutants.filter((_mutant, index) => index % 8 === start),
  ).flat();
  return spread.map(({ id }) => {
    const fresh = loaded[id] !== undefined;
    let budget = BUDGET_MS;
    const covering = order.filter(index => {
      if (!fresh && reached[String(index + 1)]?.[id] === undefined) return false;
      budget -= times[index];
      return budget > 0;
    });
    const hits = Object.values(reached).reduce((sum, counts) => sum + (counts[id] ?? 0), loaded[id] ?? 0);
    return { id, tests: covering, fresh, hits };
  });
}

async function judgeAll(plan) {
  const found = new Map(plan.filter(step => step.tests.length === 0).map(step => [step.id, "NoCoverage"]));
  let rest = plan.filter(step => step.tests.length > 0);
  while (rest.length > 0 && !interrupted) {
    await judgeSome(rest, found);
    rest = rest.filter(step => !found.has(step.id));
  }
  if (interrupted) {
    // What no test reaches counts as far as the run came.
    const last = plan.findLastIndex(step => step.tests.length > 0 && found.has(step.id));
    for (const { id } of plan.slice(last + 1)) found.delete(id);
  }
  return found;
}

function startChild(stderr) {
  return fork(new URL("worker.mjs", import.meta.url), {
    execArgv: ["--no-warnings", "--max-old-space-size=700"],
    stdio: ["ignore", "ignore", stderr, "ipc"],
  });
}

/** Judges until all is done, or until a change that does not come to an end ends the process. */
function judgeSome(plan, found) {
  return new Promise(resolve => {
    const child = startChild("ignore");
    child.send({ script, folder, plan });
    let current;
    let since = { used: 0, at: 0 };
    const watch = setInterval(() => {
      if (current === undefined) return;
      const spent = usedMs(child.pid) - since.used;
      if (spent > LIMIT_MS || performance.now() - since.at > PATIENCE_MS) child.kill("SIGKILL");
    }, 500);
    child.on("message", message => {
      if (message.type === "done") tell(found, message);
      current = message.type === "start" ? message.id : undefined;
      if (current !== undefined) since = { used: usedMs(child.pid), at: performance.now() };
    });
    const stop = () => {
      interrupted = true;
      current = undefined;
      child.kill("SIGKILL");
    };
    process.once("SIGINT", stop).once("SIGTERM", stop);
    child.on("exit", () => {
      process.off("SIGINT", stop).off("SIGTERM", stop);
      clearInterval(watch);
      if (current !== undefined) found.set(current, "Timeout");
      resolve();
    });
  });
}

function tell(found, { id, status }) {
  found.set(id, status);
  if (found.size % 100 === 0) process.stderr.write(`${found.size} of ${mutants.length}\n`);
  if (status === "Survived") process.stderr.write(`${lineOf(byId.get(id), "Survived")}\n`);
}

/** Time of the processor that a process has used, on Linux; 0 elsewhere. A tick is 10 ms. */
function usedMs(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

function lineOf({ fileName, location, mutatorName, replacement }, status) {
  const place = `${path.relative(folder, fileName)}:${location.start.line + 1}:${location.start.column + 1}`;
  return `${status} ${place} ${mutatorName} -> ${(replacement ?? "").split("\n")[0]?.slice(0, 100)}`;
}

function report() {
  const rows = mutants
    .filter(({ id }) => verdicts.has(id))
    .map(mutant => ({ ...mutant, status: verdicts.get(mutant.id) }));
  const survivors = rows.filter(({ status }) => status === "Survived" || status === "NoCoverage");
  const lines = survivors.map(mutant => lineOf(mutant, mutant.status));
  const shares = files.map(file => {
    const own = rows.filter(({ fileName }) => path.relative(folder, fileName) === file);
    const lost = own.filter(({ status }) => status === "Survived" || status === "NoCoverage").length;
    return `${file}: ${own.length - lost} of ${own.length}`;
  });
  const share = rows.length === 0 ? 1 : 1 - survivors.length / rows.length;
  const endless = rows.filter(({ status }) => status === "Timeout").length;
  const sum =
    `${name}: ${(share * 100).toFixed(1)} % of ${rows.length} changes were noticed (goal 85 %), ` +
    (rows.length < mutants.length ? `of ${mutants.length} that there are; ` : "") +
    `${endless} of them because the tests did not end`;
  const text = `${[sum, "", ...shares, "", ...lines].join("\n")}\n`;
  writeFileSync(path.join(work, "survivors.txt"), text);
  if (saves) writeFileSync(path.join(import.meta.dirname, "survivors", `${name}.txt`), text);
  process.stdout.write(`${text}\n${sum}\n`);
  process.exitCode = share >= 0.85 ? 0 : 1;
}
