// Random and mutated rules files: `pnpm fuzz [COUNT] [SEED]`. Each gives a policy or an ExecPolicyError, and 10 KB of input
// never takes longer than 50 ms (on an idle machine).
import { readFileSync } from "node:fs";
import { ExecPolicyError, normalizeNetworkHost, parsePolicy } from "@codex-ts/execpolicy";
import { leastTime } from "@codex-ts-tools/build/fuzz";

const count = Number(process.argv[2] ?? 1_000_000);
let state = Number(process.argv[3] ?? 1) >>> 0;
const LIMIT_MS = 50;
const MAX_LENGTH = 10_240;

function random(bound: number): number {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * bound);
}
const pick = <T>(values: readonly T[]): T => values[random(values.length)] as T;

const corpus = (
  JSON.parse(readFileSync(new URL("../test/vectors/language.json", import.meta.url), "utf8")) as [string, string][]
).map(([text]) => text);
const PIECES =
  'prefix_rule ( ) [ ] { } "a" \'b\' , = == += *= + * % | : . if else elif for in def f x y return lambda not and or 1 99 range(999) len x.append(x) f(x) x=x+x x*=9 """ # \\ f\'{x}\' None True pattern= match= ** // - << load break pass ; é ... str(x) x.split() sorted(x) {x:1} x.join(x) x.replace(x,x) x[0] x[::2]'
    .split(" ")
    .concat(["\n", "\n  ", "\n    ", " ", " ", "\t", "\r\n", "\0", "\u{1f600}"]);

function soup(): string {
  const parts: string[] = [];
  const length = random(300) === 0 ? 2_000 : random(30);
  for (let index = 0; index < length; index += 1) parts.push(pick(PIECES), random(3) === 0 ? " " : "");
  return parts.join("");
}

function mutated(): string {
  const text = pick(corpus);
  const at = random(text.length + 1);
  switch (random(4)) {
    case 0:
      return text.slice(0, at) + pick(PIECES) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + 1 + random(5));
    case 2:
      return `${text}\n${pick(corpus)}`;
    default:
      return text.slice(0, at) + pick(corpus).slice(random(20));
  }
}

/** Reads one text. Whether it makes a policy. */
function reads(text: string): boolean {
  let policy = true;
  try {
    parsePolicy([{ path: "fuzz.rules", text }]);
  } catch (error) {
    if (!(error instanceof ExecPolicyError)) {
      process.stdout.write(`${JSON.stringify(text)}\n`);
      throw error;
    }
    policy = false;
  }
  try {
    normalizeNetworkHost(text);
  } catch (error) {
    if (!(error instanceof ExecPolicyError)) throw error;
  }
  return policy;
}

let policies = 0;
let slowest = { ms: 0, text: "" };
for (let number = 0; number < count; number += 1) {
  const text = (random(2) === 0 ? soup() : mutated()).slice(0, MAX_LENGTH);
  let policy = false as boolean;
  const ms = leastTime(LIMIT_MS, () => {
    policy = reads(text);
  });
  if (policy) policies += 1;
  if (ms > slowest.ms) slowest = { ms, text };
}
process.stdout.write(
  `${count} inputs, ${policies} policies, slowest ${slowest.ms.toFixed(1)} ms (limit ${LIMIT_MS} ms)\n`,
);
process.exitCode = slowest.ms > LIMIT_MS ? 1 : 0;
if (slowest.ms > LIMIT_MS) process.stdout.write(`${JSON.stringify(slowest.text.slice(0, 500))}\n`);
