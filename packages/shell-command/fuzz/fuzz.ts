// Random and mutated scripts: `pnpm fuzz [COUNT] [SEED]`. The fast path has to give the grammar's answer wherever it gives
// one, nothing may throw, and 10 KB of input never takes long.
import { readFileSync } from "node:fs";
import { canonicalCommand, isDangerous, isKnownSafe, loadBashParser, summarize } from "@codex-ts/shell-command";
import { bashWasmFiles } from "@codex-ts/shell-command/node";
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

function script(): string {
  const pieces = random(2) === 0 ? HARD : EASY;
  const length = random(200) === 0 ? 2_000 : 1 + random(12);
  const parts = [random(2) === 0 ? "zz " : ""];
  for (let index = 0; index < length; index += 1) parts.push(pick(pieces));
  return parts.join("").slice(0, 10_240);
}

const files = bashWasmFiles();
const parser = await loadBashParser({
  wasm: { runtime: readFileSync(files.runtime), grammar: readFileSync(files.grammar) },
  now: () => performance.now(),
});
let decided = 0;
let slowest = 0;
for (let number = 0; number < count; number += 1) {
  const text = script();
  const start = performance.now();
  const fast = fastPlainCommands(text);
  const full = parser.plainCommands(text);
  slowest = Math.max(slowest, performance.now() - start);
  if (fast !== UNDECIDED) {
    decided += 1;
    if (JSON.stringify(fast) !== JSON.stringify(full)) {
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
  `${count} scripts, ${decided} decided by the fast path, slowest ${slowest.toFixed(1)} ms (limit ${LIMIT_MS} ms on an idle machine)\n`,
);
