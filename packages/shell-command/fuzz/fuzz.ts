// Random and mutated scripts: `pnpm fuzz [COUNT] [SEED]`. The fast path has to give the grammar's answer wherever it gives
// one, nothing may throw, and 10 KB of input never takes long. Every hundredth script is one piece 10 KB long, which is
// what error recovery takes longest for. Time is that of the processor, so that other programs do not count.
import { readFileSync } from "node:fs";
import { canonicalCommand, isDangerous, isKnownSafe, loadBashParser, summarize } from "@codex-ts/shell-command";
import { bashWasmFiles } from "@codex-ts/shell-command/node";
import { leastTime, processorTime } from "@codex-ts-tools/build/fuzz";
import { fastPlainCommands, UNDECIDED } from "../src/bash/fast.ts";

const count = Number(process.argv[2] ?? 1_000_000);
let state = Number(process.argv[3] ?? 1) >>> 0;
const LIMIT_MS = 50;

function random(bound: number): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound);
}
const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;

const HARD = (
  "; && || | & ;; ' \" '' \"\" a git 1 -x --x=y = == += a=b A=1 # $ ` ( ) < > << \\ { } [ ] ! * ? ~ ^ , : @ % + . / if then fi " +
  "for in do done case esac while function time select export declare unset local test é $x '$x' 2 let exec eval coproc else " +
  "elif until readonly typeset unsetenv .. ~/x =~ 0x1 10# - _ 1zz 3.5 -1 +1 <<A <<- <<< $( ${ $(( @( {1..3} $' \u{1f600}"
)
  .split(" ")
  .concat([" ", " ", " ", "\t", "\n", "\r", "\0", "'a b'", '"a b"', "\nA\n"]);
const EASY =
  'a b git 1 -x --x=y a=b , : @ % + . / if in for done * ? ~ \'a b\' "a b" "" \'\' ; && | || "#" "(" \'\n\' echo ! -o'
    .split(" ")
    .concat([" ", " ", " ", " ", " ", "\n"]);

function hostile(): string {
  const unit = Array.from({ length: 1 + random(4) }, () => pick(HARD)).join("");
  const head = pick(["zz <<A\n", "zz <<A ", "zz ", ""]);
  const tail = random(2) === 0 ? "\nA\n" : "";
  return `${head}${unit.repeat(Math.ceil(10_240 / Math.max(1, unit.length)))}`.slice(0, 10_240 - tail.length) + tail;
}

function script(): string {
  if (random(100) === 0) return hostile();
  const pieces = random(2) === 0 ? HARD : EASY;
  const length = random(200) === 0 ? 2_000 : 1 + random(12);
  const parts = [random(2) === 0 ? "zz " : ""];
  for (let index = 0; index < length; index += 1) parts.push(pick(pieces));
  return parts.join("").slice(0, 10_240);
}

const files = bashWasmFiles();
const wasm = { runtime: readFileSync(files.runtime), grammar: readFileSync(files.grammar) };
const parser = await loadBashParser({ wasm, now: processorTime });
const patient = await loadBashParser({ wasm });
for (let number = 0; number < 300; number += 1) parser.plainCommands(script());
let decided = 0;
let slowest = 0;
let slow = 0;
for (let number = 0; number < count; number += 1) {
  const text = script();
  let fast = UNDECIDED as ReturnType<typeof fastPlainCommands>;
  let full = null as string[][] | null;
  const time = leastTime(LIMIT_MS, () => {
    fast = fastPlainCommands(text);
    full = parser.plainCommands(text);
  });
  slowest = Math.max(slowest, time);
  if (time > LIMIT_MS) {
    slow += 1;
    process.exitCode = 1;
    process.stdout.write(`${time.toFixed(0)} ms: ${JSON.stringify(text.slice(0, 60))}\n`);
  }
  if (fast !== UNDECIDED) {
    decided += 1;
    // What the grammar gave up for its time is no other answer.
    if (
      JSON.stringify(fast) !== JSON.stringify(full) &&
      JSON.stringify(fast) !== JSON.stringify(patient.plainCommands(text))
    ) {
      process.stdout.write(`${JSON.stringify(text)}: fast ${JSON.stringify(fast)}, grammar ${JSON.stringify(full)}\n`);
      process.exitCode = 1;
    }
  }
  if (number % 10 === 0) {
    const argv = ["bash", "-lc", text];
    isKnownSafe(argv, { parser });
    isDangerous(argv, { parser });
    summarize(argv, parser);
    canonicalCommand(argv, parser);
    parser.heredocCommand(text);
  }
}
process.stdout.write(
  `${count} scripts, ${decided} decided by the fast path, slowest ${slowest.toFixed(1)} ms, ${slow} over ${LIMIT_MS} ms\n`,
);
