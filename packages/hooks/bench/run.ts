// Claim: one `true` hook costs less than 1.3 times a bare spawn of the same shell, and an event nobody hooked into costs nothing.
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { discoverHooks, HookEngine, type HookEvent } from "../src/index.ts";

const rounds = Number(process.argv[2] ?? 200);
const event: HookEvent = {
  event: "PreToolUse",
  sessionId: "thread",
  turnId: "turn",
  transcriptPath: null,
  cwd: tmpdir(),
  model: "m",
  permissionMode: "default",
  toolName: "Bash",
  toolInput: { command: "echo hi" },
  toolUseId: "c1",
};
const hooks = { PreToolUse: [{ hooks: [{ type: "command", command: "true" }] }] };
const { handlers } = await discoverHooks({
  layers: [{ name: { type: "user", file: `${tmpdir()}/none/config.toml` }, config: { hooks } }],
});
const shell = { path: "/bin/sh", kind: "sh" } as const;
const engine = new HookEngine({ handlers, env: process.env, shell });
const empty = new HookEngine({ handlers: [], env: process.env, shell });

function bare(): Promise<void> {
  return new Promise(resolve => {
    const child = spawn("/bin/sh", ["-c", "true"], { cwd: tmpdir(), stdio: "pipe" });
    child.stdin.on("error", () => {});
    child.stdin.end("{}");
    child.stdout.resume();
    child.stderr.resume();
    child.on("close", () => resolve());
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

const hooked: number[] = [];
const spawned: number[] = [];
for (let round = 0; round < rounds + 10; round++) {
  const first = round % 2 === 0;
  const a = await timed(first ? bare : () => engine.run(event));
  const b = await timed(first ? () => engine.run(event) : bare);
  if (round < 10) continue;
  spawned.push(first ? a : b);
  hooked.push(first ? b : a);
}
const at = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
const line = (name: string, share: number): string =>
  `${name}: bare ${at(spawned, share).toFixed(2)} ms, hook ${at(hooked, share).toFixed(2)} ms, ratio ${(at(hooked, share) / at(spawned, share)).toFixed(3)}`;
process.stdout.write(`one \`true\` hook against a bare spawn, ${rounds} interleaved rounds\n`);
process.stdout.write(`${line("fastest tenth", 0.1)}\n${line("median", 0.5)}\n`);

const asks = 1_000_000;
const from = performance.now();
let any = 0;
for (let ask = 0; ask < asks; ask++) if (empty.has("PreToolUse")) any++;
const nanoseconds = ((performance.now() - from) * 1e6) / asks;
process.stdout.write(`an event nobody hooked into: ${nanoseconds.toFixed(1)} ns a question, ${any} runs\n`);
