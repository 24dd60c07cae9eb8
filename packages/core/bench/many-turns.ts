import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { startModelServer } from "@codex-ts-tools/model-server";
import { createRuntime } from "../src/index.ts";

/**
 * Claim: what a turn costs does not grow with the number of turns before it. The conversation is kept short by compaction, as in real
 * threads, so that each request carries about as much; what is left is the agent's own work. Counts processor time, which other work on the machine disturbs least. Prints the median of each stretch of
 * turns and its ratio to the first.
 *
 *     pnpm --filter @codex-ts/core bench
 */
const TURNS = Number(process.argv[2] ?? 2000);
const STRETCH = Math.max(1, Math.floor(TURNS / 10));

const server = await startModelServer({
  respond: request => (request.tools.length === 0 ? "SUMMARY" : { text: "ok", usage: { input: 100, output: 5 } }),
});
const root = await mkdtemp(join(tmpdir(), "codex-turns-"));
const home = join(root, "home");
const cwd = join(root, "work");
await mkdir(home);
await mkdir(cwd);
await writeFile(
  join(home, "config.toml"),
  `model = "gpt-5.2"\nmodel_provider = "mock"\nsandbox_mode = "danger-full-access"\napproval_policy = "never"\n` +
    `[model_providers.mock]\nname = "mock"\nbase_url = "${server.baseUrl}"\n`,
);
const runtime = createRuntime({
  codexHome: home,
  env: { PATH: process.env["PATH"], HOME: root },
  version: "0.0.0",
  originator: "bench",
  source: "exec",
});
const { thread } = await runtime.startThread({ cwd });

async function turnEnd(start: () => void): Promise<void> {
  const ended = new Promise<void>(resolve => {
    const stop = thread.subscribe(event => {
      if (event.method !== "turn/completed") return;
      stop();
      resolve();
    });
  });
  start();
  await ended;
}

const times: number[] = [];
for (let n = 0; n < TURNS; n++) {
  const from = process.cpuUsage();
  await turnEnd(() =>
    thread.submit({ type: "userTurn", input: [{ type: "text", text: `turn ${n}`, text_elements: [] }] }),
  );
  const { user, system } = process.cpuUsage(from);
  times.push((user + system) / 1000);
  if (n % 50 === 49) await turnEnd(() => thread.submit({ type: "compact" }));
}

const median = (list: readonly number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
const first = median(times.slice(0, STRETCH));
for (let at = 0; at < TURNS; at += STRETCH) {
  const value = median(times.slice(at, at + STRETCH));
  process.stdout.write(
    `turns ${at}-${at + STRETCH - 1}: ${value.toFixed(2)} ms, ${(value / first).toFixed(2)} of the first\n`,
  );
}
await runtime.shutdown();
await server.close();
await rm(root, { recursive: true, force: true });
