// What the connections add to the servers' own time. Prints ratios; never fails on a figure.
//   pnpm --filter @codex-ts/mcp bench
//
// Claims: 20 stdio servers start within 1.3 times of the slowest one; a call adds less than 1 ms to the bare exchange of
// lines; 2,000 tools are listed and qualified in less than 20 ms.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { stdioServer } from "@codex-ts-tools/mcp-servers";
import { McpConnectionManager, type McpServers, mcpServer, qualifyTools, toolNamespaces } from "../src/index.ts";

const env = { PATH: process.env["PATH"] };
const server = (script: object) =>
  mcpServer({ type: "stdio", ...stdioServer(script), env: null, envVars: [], cwd: null });
const start = (servers: McpServers) =>
  McpConnectionManager.start({ servers, env, cwd: process.cwd(), version: "0.0.0" });
const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function startUp(): Promise<void> {
  // One server that takes its time, and 19 that do not: together they must not take much longer than the slow one.
  const slow = { initDelayMs: 3000 };
  const alone: number[] = [];
  const together: number[] = [];
  for (let round = 0; round < 3; round++) {
    for (const [times, count] of [
      [alone, 0],
      [together, 19],
    ] as const) {
      const others = Array.from({ length: count }, (_, n) => [`s${n}`, server({})] as const);
      const servers = Object.fromEntries([["slow", server(slow)], ...others]);
      let manager: McpConnectionManager | undefined;
      times.push(await timed(() => (manager = start(servers)).summary()));
      await manager?.shutdown();
    }
  }
  const [one, all] = [median(alone), median(together)];
  console.log(
    `start: slowest alone ${one.toFixed(0)} ms, with 19 others ${all.toFixed(0)} ms, ratio ${(all / one).toFixed(2)} (claim 1.3)`,
  );
}

/** The same call over bare lines, without a client library. */
async function bareLines(rounds: number): Promise<number[]> {
  const { command, args } = stdioServer({});
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const waiting = new Map<number, () => void>();
  createInterface({ input: child.stdout }).on("line", line => waiting.get((JSON.parse(line) as { id: number }).id)?.());
  const call = (id: number, method: string, params: object) =>
    new Promise<void>(resolve => {
      waiting.set(id, resolve);
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    });
  await call(0, "initialize", {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "b", version: "1" },
  });
  const times: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    times.push(await timed(() => call(round, "tools/call", { name: "echo", arguments: { text: "x" } })));
  }
  child.kill();
  return times;
}

async function calls(): Promise<void> {
  const rounds = 500;
  const manager = start({ fx: server({}) });
  await manager.summary();
  const ours: number[] = [];
  for (let round = 0; round < rounds; round++)
    ours.push(await timed(() => manager.callTool("fx", "echo", { text: "x" })));
  await manager.shutdown();
  const [with_, bare] = [median(ours), median(await bareLines(rounds))];
  console.log(
    `call: ${with_.toFixed(3)} ms, bare lines ${bare.toFixed(3)} ms, added ${(with_ - bare).toFixed(3)} ms (claim 1 ms)`,
  );
}

async function manyTools(): Promise<void> {
  const manager = start({ fx: server({ many: 2000 }) });
  const tools = await manager.listAllTools();
  const times: number[] = [];
  for (let round = 0; round < 20; round++) {
    const from = performance.now();
    qualifyTools(tools);
    times.push(performance.now() - from);
  }
  const shown: number[] = [];
  for (let round = 0; round < 20; round++) {
    const from = performance.now();
    toolNamespaces(tools);
    shown.push(performance.now() - from);
  }
  await manager.shutdown();
  console.log(
    `2,000 tools: qualified in ${median(times).toFixed(1)} ms (claim 20 ms), schemas for the model in ${median(shown).toFixed(1)} ms`,
  );
}

await startUp();
await calls();
await manyTools();
