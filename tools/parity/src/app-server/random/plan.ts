import type { Json } from "@codex-ts-tools/model-server";
import { Random } from "../../random.ts";
import { HOST } from "./host-requests.ts";
import { THREADS, threadId } from "./requests.ts";

export interface Ask {
  readonly method: string;
  readonly params: unknown;
}

/** One thing that the client does. */
export type Step =
  | ({ readonly do: "ask" } & Ask)
  /** Several requests that are sent before the first is answered. */
  | { readonly do: "burst"; readonly asks: readonly Ask[] }
  /** A turn that stays open until it is released or interrupted. */
  | { readonly do: "hold"; readonly thread: string }
  | { readonly do: "release" }
  | { readonly do: "interrupt"; readonly thread: string }
  /** A command that lasts until its input ends. */
  | { readonly do: "process"; readonly processId: string; readonly tty: boolean }
  | { readonly do: "end process"; readonly processId: string; readonly with: "end" | "terminate" }
  /** A message that is none of the usual ones. */
  | { readonly do: "stray"; readonly message: unknown }
  | { readonly do: "restart" };

export interface Plan {
  readonly config: string;
  readonly provider: string;
  readonly steps: readonly Step[];
}

/** The sequence that belongs to a seed: a thread and a turn, then at least `20` things that the client does. */
export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const steps: Step[] = [
    { do: "ask", method: "thread/start", params: { cwd: "$WORK", dynamicTools: [WEATHER] } },
    { do: "ask", method: "turn/start", params: { threadId: "$T0", input: [{ type: "text", text: "hello" }] } },
    ...random.list(20, 34, () => step(random)),
  ];
  return {
    config: random.pick([
      'sandbox_mode = "danger-full-access"\napproval_policy = "never"',
      'sandbox_mode = "read-only"\napproval_policy = "untrusted"',
      'sandbox_mode = "workspace-write"\napproval_policy = "on-request"',
      'forced_login_method = "chatgpt"\nsandbox_mode = "workspace-write"\napproval_policy = "never"',
    ]),
    provider: random.chance(0.3) ? "requires_openai_auth = true" : "",
    steps,
  };
}

const WEATHER: Json = {
  name: "weather",
  description: "W",
  inputSchema: { type: "object", properties: { city: { type: "string" } } },
};

const OF_THREADS = Object.keys(THREADS);
const OF_THE_HOST = Object.keys(HOST);
/** What sessions are made of is asked more often. */
const OFTEN = ["thread/start", "turn/start", "turn/start", "thread/resume", "thread/fork", "thread/read", "turn/steer"];
/** Answered from what the server knows, so that requests that are sent at once do not depend on each other. */
const QUICK = ["model/list", "thread/loaded/list", "config/read", "fs/readFile", "fs/getMetadata", "account/read"];

function step(random: Random): Step {
  const kind = random.below(100);
  if (kind < 6) return { do: "hold", thread: `$T${random.below(3)}` };
  if (kind < 9) return { do: "release" };
  if (kind < 12) return { do: "interrupt", thread: threadId(random) };
  if (kind < 15) return { do: "process", processId: random.pick(["p0", "p1"]), tty: random.chance(0.3) };
  if (kind < 18)
    return { do: "end process", processId: random.pick(["p0", "p1"]), with: random.pick(["end", "terminate"]) };
  if (kind < 21) return { do: "stray", message: stray(random) };
  if (kind < 23) return { do: "restart" };
  if (kind < 26) return { do: "burst", asks: random.list(2, 5, () => ask(random, random.pick(QUICK))) };
  if (kind < 45) return { do: "ask", ...ask(random, random.pick(OFTEN)) };
  return { do: "ask", ...ask(random, random.pick(kind < 72 ? OF_THREADS : OF_THE_HOST)) };
}

function ask(random: Random, method: string): Ask {
  const params = (THREADS[method] ?? HOST[method]!)(random);
  return { method, params: random.chance(0.25) ? mistaken(random, params) : params };
}

const KINDS: readonly unknown[] = [null, true, 5, -1, 1.5, 1e20, "text", "", [], ["text"], {}, { type: "x" }];

/** Params with something wrong: a member of another kind, one too few, one too many, or no object at all. */
function mistaken(random: Random, params: Json): unknown {
  const names = Object.keys(params);
  const kind = random.below(10);
  if (kind === 0) return random.pick(KINDS);
  if (kind === 1) return undefined;
  if (kind === 2 || names.length === 0) return { ...params, unknownMember: random.pick(KINDS) };
  const name = random.pick(names);
  if (kind < 6) return Object.fromEntries(Object.entries(params).filter(([key]) => key !== name));
  return { ...params, [name]: random.pick(KINDS) };
}

function stray(random: Random): unknown {
  const method = "mock/experimentalMethod";
  return random.pick<unknown>([
    { id: "a string", method, params: { value: "s" } },
    { id: "", method, params: {} },
    { id: -7, method, params: {} },
    { id: 0, method, params: {} },
    { id: 1.5, method, params: {} },
    { id: null, method, params: {} },
    { id: [1], method, params: {} },
    { id: true, method, params: {} },
    { id: "twice", method, params: {}, trace: { traceparent: "x" } },
    { id: "9223372036854775807", method, params: {}, jsonrpc: "1.0" },
    { method: "initialized" },
    { method: "nope/notification", params: { a: 1 } },
    { method: 5 },
    { id: 99_999, result: {} },
    { id: "x", result: null },
    { id: 99_999, error: { code: 1, message: "x" } },
    { id: 99_999, error: "x" },
    { id: "only an id" },
    [{ id: "in a list", method, params: {} }],
    "text",
    5,
    null,
    {},
    { id: "odd", method, params: {}, result: {} },
    { id: "odd trace", method, params: {}, trace: 5 },
  ]);
}
