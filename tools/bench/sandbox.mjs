// What a sandboxed command costs through the programs, taken in turns so that a noisy machine is noisy for all.
//   node tools/bench/sandbox.mjs [--reference PATH] [--runs N]
//
// Claims: `command/exec` through a warm app-server takes at most half of what the reference takes; the `sandbox` command
// takes less than 60 ms, and less than the reference; 200 commands at once all succeed. Prints; never fails on a figure.
import { closeSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { AppServer, makeHome, median, timeProcess } from "./driver.mjs";

const { values } = parseArgs({
  options: {
    reference: { type: "string", default: process.env.CODEX_TS_REFERENCE ?? "" },
    runs: { type: "string", default: "50" },
  },
});
const runs = Math.max(1, Number(values.runs));
const cli = path.resolve(import.meta.dirname, "../../packages/cli/dist/codex-ts.js");
const subjects = [{ name: "codex-ts", file: process.execPath, lead: [cli] }];
if (values.reference !== "") subjects.push({ name: "reference", file: values.reference, lead: [] });

// Descriptors that the caller of this benchmark has left open would be handed on to what is measured; closing them costs
// the sandbox the load of the C library. Programs that start others properly hand on none.
for (const fd of readdirSync("/proc/self/fd").filter(name => Number(name) > 2)) {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1] ?? "0";
    if ((Number.parseInt(flags, 8) & 0o2000000) === 0) closeSync(Number(fd));
  } catch {
    // The descriptor that the folder was read with.
  }
}

/** Median and fastest of each action, the actions in turns. */
async function inTurns(actions) {
  const times = Object.fromEntries(Object.keys(actions).map(name => [name, []]));
  for (let run = -2; run < runs; run++) {
    for (const [name, action] of Object.entries(actions)) {
      const start = performance.now();
      await action();
      if (run >= 0) times[name].push(performance.now() - start);
    }
  }
  return Object.entries(times).map(([name, list]) => ({ name, median: median(list), fastest: Math.min(...list) }));
}

function print(title, rows, baseline) {
  const base = rows.find(row => row.name === baseline);
  process.stdout.write(`${title}\n`);
  for (const row of rows) {
    const ratio =
      base === undefined
        ? ""
        : `  ${(row.median / base.median).toFixed(2)}x  ${(row.fastest / base.fastest).toFixed(2)}x`;
    process.stdout.write(
      `  ${row.name.padEnd(28)} median ${row.median.toFixed(1).padStart(7)} ms, fastest ${row.fastest.toFixed(1).padStart(7)} ms${ratio}\n`,
    );
  }
}

const rooms = subjects.map(subject => {
  const home = makeHome("http://127.0.0.1:9");
  return { subject, home, app: new AppServer(subject, home) };
});
try {
  for (const { app } of rooms) await app.initialize();
  const exec = (app, command) =>
    app.request("command/exec", { command, timeoutMs: 120_000, sandboxPolicy: { type: "workspaceWrite" } });
  print(
    "command/exec of /bin/true in workspace-write, warm server",
    await inTurns(Object.fromEntries(rooms.map(({ subject, app }) => [subject.name, () => exec(app, ["/bin/true"])]))),
    "reference",
  );
  for (const { subject, app } of rooms) {
    const start = performance.now();
    // A server may refuse what its queue cannot hold; a client comes again then, as it is told to.
    const again = async command => {
      for (;;) {
        try {
          return await exec(app, command);
        } catch (error) {
          if (!/overloaded/.test(error.message)) throw error;
          await new Promise(resolve => setTimeout(resolve, 50));
        }
      }
    };
    const results = await Promise.allSettled(Array.from({ length: 200 }, (_, index) => again(["echo", `${index}`])));
    const good = results.filter(({ value }, index) => value?.exitCode === 0 && value.stdout === `${index}\n`).length;
    process.stdout.write(
      `200 command/exec at once: ${subject.name} ${good} succeeded in ${(performance.now() - start).toFixed(0)} ms\n`,
    );
  }
  const run = ({ subject, home }) =>
    timeProcess(subject.file, [...subject.lead, "sandbox", "linux", "--", "/bin/true"], {
      cwd: home.work,
      env: home.env,
    });
  print(
    "the sandbox command, process start to exit",
    await inTurns({
      "node -e 0": () => timeProcess(process.execPath, ["-e", "0"]),
      ...Object.fromEntries(rooms.map(room => [room.subject.name, () => run(room)])),
    }),
    "node -e 0",
  );
} finally {
  for (const { app, home } of rooms) {
    await app.close();
    home.remove();
  }
}
