// Claim: a million facts are reduced in a second of the processor's time; one costs less than writing it as JSON, however many came before.
import process from "node:process";
import { type Fact, initialState, reduce } from "../src/index.ts";
import {
  completed,
  initialize,
  resolved,
  started,
  threadStarted,
  turnRequest,
  turnResponse,
  usage,
} from "../test/support.ts";

const TURNS = 100_000;
const turn = (n: number): Fact[] => {
  const turnId = `turn-${n}`;
  return [
    { ...turnRequest, requestId: n },
    { ...turnResponse, requestId: n, response: { method: "turn/start", turnId } },
    { ...resolved, turnId },
    { ...started, turnId } as Fact,
    { ...usage, turnId },
    { ...completed, turnId },
  ];
};
const facts = Array.from({ length: TURNS }, (_, n) => turn(n)).flat();

function rate(work: (fact: Fact) => unknown, part: Fact[]): number {
  const start = process.cpuUsage();
  for (const fact of part) work(fact);
  const { user, system } = process.cpuUsage(start);
  return part.length / ((user + system) / 1e6);
}

const state = initialState();
reduce(state, initialize);
reduce(state, threadStarted);
const tenth = facts.length / 10;
const first = rate(fact => reduce(state, fact), facts.slice(0, tenth));
const whole = rate(fact => reduce(state, fact), facts.slice(tenth, -tenth));
const last = rate(fact => reduce(state, fact), facts.slice(-tenth));
const json = rate(fact => JSON.stringify(fact), facts);
const round = (value: number) => Math.round(value).toLocaleString("en");
process.stdout.write(
  `facts a second: ${round(whole)}; ${(whole / json).toFixed(2)}x of JSON.stringify (${round(json)}); last tenth ${(last / first).toFixed(2)}x of the first\n`,
);
