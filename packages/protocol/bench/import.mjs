// Claim: importing the built package takes less than 40 ms cold. Prints the median of fresh processes, with the cost of
// importing an empty module beside it; never fails.
//   pnpm build && node bench/import.mjs [runs]
import { execFileSync } from "node:child_process";
import process from "node:process";

const runs = Number(process.argv[2] ?? 15);
const empty = "data:text/javascript,";
const built = new URL("../dist/index.js", import.meta.url).href;

/** Wall and CPU milliseconds of one import in a process of its own. */
function once(module) {
  const code = `const wall = performance.now(), cpu = process.cpuUsage(); await import(${JSON.stringify(module)});
    const { user, system } = process.cpuUsage(cpu); console.log(performance.now() - wall, (user + system) / 1000);`;
  return String(execFileSync(process.execPath, ["--input-type=module", "-e", code]))
    .split(" ")
    .map(Number);
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

for (const [name, module] of [
  ["an empty module", empty],
  ["@codex-ts/protocol", built],
]) {
  const samples = Array.from({ length: runs }, () => once(module));
  const [wall, cpu] = [0, 1].map(index => median(samples.map(sample => sample[index])));
  console.log(`${name}: ${wall.toFixed(1)} ms, ${cpu.toFixed(1)} ms of CPU`);
}
