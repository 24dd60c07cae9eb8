// Measures codex-ts and prints ratios to named baselines: the reference program where it is given, and `node -e 0`.
//   pnpm bench [NAME…] [--reference PATH] [--runs N] [--only SUBJECT] [--json]
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { startModelServer } from "@codex-ts-tools/model-server";
import { AppServer, makeHome, median, timeProcess } from "./driver.mjs";
import { historyCurve } from "./history.mjs";
import { plainTurns } from "./hooks.mjs";
import { listing, resuming } from "./storage.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    reference: { type: "string", default: process.env.CODEX_TS_REFERENCE ?? "" },
    runs: { type: "string", default: "10" },
    json: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
const runs = Math.max(1, Number(values.runs));
const cli = path.resolve(import.meta.dirname, "../../packages/cli/dist/codex-ts.js");

/** @type {import("./driver.mjs").Subject[]} */
const subjects = [{ name: "codex-ts", file: process.execPath, lead: [cli] }];
if (values.reference !== "") subjects.push({ name: "reference", file: values.reference, lead: [] });

const chosen = subjects.filter(subject => values.only === undefined || subject.name === values.only);

/** Answers every prompt with one message, except those that ask for a command. */
const server = await startModelServer(request => {
  const text = request.lastUserText();
  if (text.startsWith("run ") && request.functionOutputs().length === 0) {
    return {
      items: [{ type: "function_call", name: "exec_command", arguments: { cmd: text.slice(4) }, call_id: "c" }],
    };
  }
  return "done";
});

async function withServer(subject, use) {
  const home = makeHome(server.baseUrl);
  const app = new AppServer(subject, home);
  try {
    return await use(app, home);
  } finally {
    await app.close();
    home.remove();
  }
}

async function repeat(times, measure) {
  const results = [];
  for (let index = 0; index < times; index++) results.push(await measure(index));
  return median(results);
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const nodeStart = () => repeat(runs, async () => (await timeProcess(process.execPath, ["-e", "0"])).ms);

/**
 * `measure` answers with the figure; a bench that finds its baseline while it measures gives both, and lines to print.
 * @typedef {{ value: number, baseline?: number, lines: string[] }} Measured
 * @type {Record<string, { unit: string, what: string, baseline?: () => Promise<number>, measure: (subject: any) => Promise<number | Measured> }>}
 */
const benches = {
  version: {
    unit: "ms",
    what: "--version, process start to exit (baseline: node -e 0)",
    baseline: nodeStart,
    measure: subject => repeat(runs, async () => (await timeProcess(subject.file, [...subject.lead, "--version"])).ms),
  },
  start: {
    unit: "ms",
    what: "process start to `initialize` answered (baseline: node -e 0)",
    baseline: nodeStart,
    measure: subject =>
      repeat(runs, async () => {
        const home = makeHome(server.baseUrl);
        const start = performance.now();
        const app = new AppServer(subject, home);
        await app.initialize();
        const ms = performance.now() - start;
        await app.close();
        home.remove();
        return ms;
      }),
  },
  roundtrip: {
    unit: "ms",
    what: "one request and its answer over stdio, median of 2,000",
    measure: subject =>
      withServer(subject, async app => {
        await app.initialize();
        const ask = () => app.request("thread/loaded/list", {});
        for (let index = 0; index < 500; index++) await ask();
        return await repeat(2_000, () => timed(ask));
      }),
  },
  throughput: {
    unit: "us",
    what: "a request's share of the time with 32 in flight over stdio, of 20,000",
    measure: subject =>
      withServer(subject, async app => {
        await app.initialize();
        const ask = () => app.request("thread/loaded/list", {});
        const lane = async count => {
          for (let index = 0; index < count; index++) await ask();
        };
        const lanes = count => Promise.all(Array.from({ length: 32 }, () => lane(count)));
        await lanes(100);
        const ms = await timed(() => lanes(625));
        return {
          value: (ms * 1000) / 20_000,
          lines: [`${subject.name}: ${Math.round(20_000_000 / ms).toLocaleString("en")} requests a second`],
        };
      }),
  },
  turn: {
    unit: "ms",
    what: "one turn with a plain message, warm server",
    measure: subject =>
      withServer(subject, async app => {
        await app.initialize();
        const thread = await app.startThread();
        await app.turn(thread, "warm up");
        return await repeat(runs, () => timed(() => app.turn(thread, "hello")));
      }),
  },
  "no-hooks": {
    unit: "ms",
    what: "one plain turn with no hooks configured (baseline: with the feature `codex_hooks` off)",
    measure: async subject => {
      const { none, off, same } = await plainTurns(subject, server.baseUrl, runs);
      const lines = [
        `${subject.name}: none ${none.ms.toFixed(3)} ms, off ${off.ms.toFixed(3)} ms, ratio ${(none.ms / off.ms).toFixed(3)}; off against off, the noise: ${(same.ms / off.ms).toFixed(3)}`,
        `${subject.name}: processor time, none ${none.cpu.toFixed(3)} ms, off ${off.cpu.toFixed(3)} ms, ratio ${(none.cpu / off.cpu).toFixed(3)}; noise ${(same.cpu / off.cpu).toFixed(3)}`,
      ];
      return { value: none.ms, baseline: off.ms, lines };
    },
  },
  command: {
    unit: "ms",
    what: "one turn with one sandboxed command, warm server",
    measure: subject =>
      withServer(subject, async app => {
        await app.initialize();
        await app.turn(await app.startThread({ sandbox: "workspace-write" }), "run true");
        return await repeat(runs, async () => {
          const thread = await app.startThread({ sandbox: "workspace-write" });
          return await timed(() => app.turn(thread, "run true"));
        });
      }),
  },
  threads: {
    unit: "ms",
    what: "starting 50 threads, one after another",
    measure: subject =>
      withServer(subject, async app => {
        await app.initialize();
        return await timed(async () => {
          for (let index = 0; index < 50; index++) await app.startThread();
        });
      }),
  },
  parallel: {
    unit: "ms",
    what: "50 turns at once on 50 threads",
    measure: subject =>
      withServer(subject, async app => {
        await app.initialize();
        const threads = [];
        for (let index = 0; index < 50; index++) threads.push(await app.startThread());
        return await timed(() => Promise.all(threads.map(thread => app.turn(thread, "hello"))));
      }),
  },
  idle: {
    unit: "MB",
    what: "resident memory after `initialize`",
    measure: subject =>
      withServer(subject, async app => {
        await app.initialize();
        await new Promise(resolve => setTimeout(resolve, 500));
        return app.memory();
      }),
  },
  after: {
    unit: "MB",
    what: "resident memory after 50 threads with a turn each",
    measure: subject =>
      withServer(subject, async app => {
        await app.initialize();
        const threads = [];
        for (let index = 0; index < 50; index++) threads.push(await app.startThread());
        await Promise.all(threads.map(thread => app.turn(thread, "hello")));
        await new Promise(resolve => setTimeout(resolve, 500));
        return app.memory();
      }),
  },
  history: {
    unit: "ms",
    what: "processor time of a turn, the last 200 of 2,000 on one thread (baseline: the first 200)",
    measure: async subject => {
      const figures = await historyCurve(subject);
      const first = figures[0].ms;
      const lines = figures.map(
        ({ from, to, ms }) =>
          `${subject.name}, turns ${from + 1} to ${to}: ${ms.toFixed(2)} ms, ${(ms / first).toFixed(2)}x of the first`,
      );
      return { value: figures.at(-1).ms, baseline: first, lines };
    },
  },
  list: {
    unit: "ms",
    what: "listing 10,000 threads, all pages, in a fresh process",
    measure: async subject => {
      const { listed, pages, first, updated } = await listing(subject, server.baseUrl, Math.min(runs, 5));
      const ms = value => `${value.toFixed(0)} ms`;
      const lines = [
        `${subject.name}: ${listed} threads; the first page of 25 ${ms(first)}, by last write ${ms(updated)}`,
      ];
      return { value: pages, lines };
    },
  },
  resume: {
    unit: "ms",
    what: "resuming a thread of 50 MB in a fresh process",
    measure: subject => resumed(subject, 50),
  },
  "resume-large": {
    unit: "ms",
    what: "resuming a thread of 100 MB in a fresh process",
    measure: subject => resumed(subject, 100),
  },
  exec: {
    unit: "ms",
    what: "one-shot `exec` with one plain answer, process start to exit",
    measure: subject => execRun(subject, "ms"),
  },
  "exec-memory": {
    unit: "MB",
    what: "highest resident memory of the same",
    measure: subject => execRun(subject, "peak"),
  },
};

async function resumed(subject, megabytes) {
  const { ms, peak } = await resuming(subject, server.baseUrl, Math.min(runs, 5), megabytes);
  return { value: ms, lines: [`${subject.name}: highest resident memory ${peak.toFixed(0)} MB`] };
}

function execRun(subject, figure) {
  return repeat(runs, async () => {
    const home = makeHome(server.baseUrl);
    const result = await timeProcess(subject.file, [...subject.lead, "exec", "--skip-git-repo-check", "hello"], {
      env: home.env,
      cwd: home.work,
    });
    home.remove();
    if (result.code !== 0) throw new Error(`${subject.name} exec ended with exit code ${result.code}`);
    return result[figure];
  });
}

const wanted = positionals.length > 0 ? positionals : Object.keys(benches);
const rows = [];
for (const name of wanted) {
  const bench = benches[name];
  if (bench === undefined) {
    process.stderr.write(`no such bench: ${name}. There are: ${Object.keys(benches).join(", ")}\n`);
    process.exit(2);
  }
  const row = { name, what: bench.what, unit: bench.unit, baseline: await bench.baseline?.() };
  const lines = [];
  for (const subject of chosen) {
    const measured = await bench.measure(subject);
    if (typeof measured === "number") row[subject.name] = measured;
    else {
      row[subject.name] = measured.value;
      row.baseline ??= measured.baseline;
      lines.push(...measured.lines);
    }
  }
  if (lines.length > 0) row.lines = lines;
  rows.push(row);
  if (values.json) continue;
  const figure = value => (value === undefined ? "" : `${value.toFixed(1)} ${bench.unit}`);
  const ratios = [
    row.reference === undefined || row["codex-ts"] === undefined
      ? ""
      : `${(row["codex-ts"] / row.reference).toFixed(2)}x of the reference (${figure(row.reference)})`,
    row.baseline === undefined || row["codex-ts"] === undefined
      ? ""
      : `${(row["codex-ts"] / row.baseline).toFixed(2)}x of the baseline (${figure(row.baseline)})`,
  ].filter(text => text !== "");
  for (const line of lines) process.stdout.write(`  ${line}\n`);
  process.stdout.write(
    `${name.padEnd(12)} ${figure(row[chosen[0]?.name ?? ""]).padStart(10)}  ${ratios.join(", ")}\n${" ".repeat(12)} ${bench.what}\n`,
  );
}
if (values.json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
await server.close();
