// Lets one app-server live under mixed load and prints what becomes of its memory and its descriptors.
//   pnpm soak [--minutes 30] [--threads 8] [--every SECONDS] [--subject PATH]
// Ends with 1 when descriptors were left open. Two slopes are printed, over the second half of the time (by then code is loaded
// and caches are filled): of the resident memory, and, of our own program, of what is in use once nothing is left to collect.
import { readdirSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { startModelServer } from "@codex-ts-tools/model-server";
import { AppServer, makeHome } from "./driver.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    threads: { type: "string", default: "8" },
    every: { type: "string", default: "10" },
    subject: { type: "string" },
  },
});
const minutes = Number(values.minutes);
const lanes = Number(values.threads);
if (!(minutes > 0 && lanes > 0 && Number(values.every) > 0)) {
  process.stderr.write("soak: --minutes, --threads and --every are positive numbers\n");
  process.exit(2);
}

const cli = path.resolve(import.meta.dirname, "../../packages/cli/dist/codex-ts.js");
const probe = path.join(import.meta.dirname, "memory-probe.mjs");
const subject =
  values.subject === undefined
    ? { name: "codex-ts", file: process.execPath, lead: ["--expose-gc", "--import", probe, cli] }
    : { name: path.basename(values.subject), file: values.subject, lead: [] };

let calls = 0;
const server = await startModelServer(request => {
  const asksForCommand = request.lastUserText() === "run" && request.functionOutputs().length === 0;
  if (!asksForCommand) return "fine";
  const call_id = `c${++calls}`;
  return { items: [{ type: "function_call", name: "exec_command", arguments: { cmd: "touch a.txt" }, call_id }] };
});
const home = makeHome(server.baseUrl);
const app = new AppServer(subject, home);
app.answer = request =>
  request.method === "item/commandExecution/requestApproval" ? { result: { decision: "accept" } } : undefined;
let over = false;
app.child.once("exit", (code, signal) => {
  if (over) return;
  process.stderr.write(`soak: the server ended before its time (${signal ?? code})\n`);
  process.exit(1);
});
await app.initialize();

const end = Date.now() + minutes * 60_000;
let lives = 0;

/** Threads, one after another: talk, a command that is asked about, a command of the client, files, and the archive. */
async function lane() {
  while (Date.now() < end) {
    const thread = await app.startThread({ approvalPolicy: "untrusted", sandbox: "danger-full-access" });
    await app.turn(thread, "talk");
    await app.turn(thread, "run");
    await app.request("command/exec", { command: ["true"] });
    await app.request("fs/readDirectory", { path: home.work });
    await app.request("thread/read", { threadId: thread, includeTurns: true });
    await app.request("thread/archive", { threadId: thread });
    lives++;
    // What the model server remembers is no part of the measurement.
    server.requests.length = 0;
    server.log.length = 0;
  }
}

const descriptors = () => readdirSync(`/proc/${app.child.pid}/fd`).length;
/** @type {{ minutes: number, lives: number, memory: number, used: number | null, open: number }[]} */
const samples = [];
const started = Date.now();
const sample = async () => {
  const used = values.subject === undefined ? await app.inUse() : null;
  const minutes = (Date.now() - started) / 60_000;
  const entry = { minutes, lives, memory: app.memory(), used, open: descriptors() };
  samples.push(entry);
  const memory = `${entry.memory.toFixed(1)} MB${used === null ? "" : `, ${used.toFixed(2)} in use`}`;
  process.stdout.write(`${minutes.toFixed(2)} min  ${memory}  ${entry.open} descriptors  ${lives} threads\n`);
};
const open = descriptors();
let sampling = Promise.resolve();
const timer = setInterval(() => (sampling = sampling.then(sample)), Number(values.every) * 1000);
await Promise.all(Array.from({ length: lanes }, lane));
clearInterval(timer);
await sampling;
await sample();
const left = descriptors();
over = true;
await app.close();
await server.close();
home.remove();

const half = samples.filter(entry => entry.minutes >= samples.at(-1).minutes / 2);
const ran = half.at(-1).lives - half[0].lives;
const minute = slope(half, entry => entry.memory);
process.stdout.write(`memory: ${minute.toFixed(3)} MB a minute over the second half, ${lives} threads lived\n`);
if (values.subject === undefined) {
  const kept = slope(half, entry => entry.used);
  const each = ran === 0 ? 0 : (kept * (half.at(-1).minutes - half[0].minutes) * 1024) / ran;
  process.stdout.write(`in use: ${kept.toFixed(3)} MB a minute over the second half, ${each.toFixed(2)} KB a thread\n`);
}
process.stdout.write(`descriptors: ${open} before, ${left} after\n`);
process.exitCode = left > open + 8 ? 1 : 0;

/** The slope of the line that fits best, MB a minute. */
function slope(points, memoryOf) {
  const mean = pick => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean(point => point.minutes), mean(memoryOf)];
  const over = points.reduce((sum, point) => sum + (point.minutes - x) * (memoryOf(point) - y), 0);
  const under = points.reduce((sum, point) => sum + (point.minutes - x) ** 2, 0);
  return under === 0 ? 0 : over / under;
}
