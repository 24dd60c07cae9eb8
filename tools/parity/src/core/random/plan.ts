import { functionCall, type Json, type Reply } from "@codex-ts-tools/model-server";
import { Random } from "../../random.ts";
import { CallIds, callsAtOnce, disguisedPatch, lasting, type Surroundings, usage, words } from "./calls.ts";

/** A reply, or what makes one of the numbers of live processes, by the ids of the calls that started them. */
export type PlannedReply = Reply | string | ((session: (callId: string) => number) => Reply);

/** One thing that the client does. */
export type Step =
  | { readonly do: "turn"; readonly n: number; readonly settings: Json }
  | {
      readonly do: "steer";
      readonly n: number;
      readonly with: "turn/steer" | "turn/start";
      readonly settings: Json;
      readonly times: number;
    }
  | { readonly do: "interrupt"; readonly n: number; readonly at: Phase; readonly steered: boolean }
  | { readonly do: "crash"; readonly n: number }
  | { readonly do: "rollback"; readonly turns: number }
  | { readonly do: "fork"; readonly stay: boolean; readonly settings: Json }
  | { readonly do: "resume"; readonly settings: Json }
  | { readonly do: "shell"; readonly command: string }
  | { readonly do: "compact" | "read" | "list" | "name" | "inject" };

/** Where a turn is when it is interrupted. */
export type Phase = "command" | "answer" | "wait" | "question" | "open stream";

/** A generated session: what it is played on, what the client does, and what the model says in each turn. */
export interface Plan {
  readonly model: string;
  readonly config: string;
  readonly features: string;
  readonly git: boolean;
  readonly websocket: boolean;
  readonly steps: readonly Step[];
  readonly replies: ReadonlyMap<number, readonly PlannedReply[]>;
}

const POLICIES = [
  'sandbox_mode = "danger-full-access"\napproval_policy = "never"',
  'sandbox_mode = "danger-full-access"\napproval_policy = "never"',
  'sandbox_mode = "danger-full-access"\napproval_policy = "untrusted"',
  'sandbox_mode = "workspace-write"\napproval_policy = "never"',
  'sandbox_mode = "workspace-write"\napproval_policy = "on-request"',
  'sandbox_mode = "workspace-write"\napproval_policy = "on-failure"',
  'sandbox_mode = "read-only"\napproval_policy = "untrusted"',
  'sandbox_mode = "read-only"\napproval_policy = "on-request"',
  'sandbox_mode = "read-only"\napproval_policy = { granular = { sandbox_approval = true, rules = false, mcp_elicitations = true } }',
];

const MODELS = ["gpt-5.2", "gpt-5.4", "gpt-5.3-codex", "gpt-5.4-mini"];

export const COMPACT = "PLEASE COMPACT";

/** The session that belongs to a seed. */
export function planOf(seed: number): Plan {
  const random = new Random(seed);
  const surroundings: Surroundings = { unified: random.chance(0.8) };
  const ids = new CallIds();
  const compacting = random.chance(0.3);
  const replies = new Map<number, PlannedReply[]>();
  const steps: Step[] = [];
  let n = 0;
  const turn = (make: (n: number) => { step: Step; replies: PlannedReply[] }) => {
    const made = make(++n);
    replies.set(n, made.replies);
    steps.push(made.step);
  };
  const plain = () =>
    turn(number => ({
      step: { do: "turn", n: number, settings: settings(random) },
      replies: conversation(random, ids, surroundings, compacting),
    }));
  plain();
  for (const kind of random.list(3, 7, () => random.pick(KINDS))) {
    if (kind === "turn") plain();
    else if (kind === "steer") turn(number => steer(random, ids, surroundings, number));
    else if (kind === "interrupt") turn(number => interrupt(random, ids, surroundings, number));
    else if (kind === "crash")
      turn(number => ({
        step: { do: "crash", n: number },
        replies: [{ items: [...words(random), lasting(random, ids, 30, surroundings)] }],
      }));
    else steps.push(quiet(random, kind));
  }
  plain();
  const features = [
    ...(surroundings.unified ? [] : ["unified_exec = false"]),
    ...(random.chance(0.3) ? ["request_permissions_tool = true"] : []),
    ...(random.chance(0.3) ? ["default_mode_request_user_input = true"] : []),
    ...(random.chance(0.15) ? ["apply_patch_freeform = true"] : []),
  ];
  const config = [
    `compact_prompt = "${COMPACT}"`,
    random.pick(POLICIES),
    ...(compacting ? ["model_auto_compact_token_limit = 60000"] : []),
    ...(random.chance(0.15) ? ["tool_output_token_limit = 60"] : []),
    ...(random.chance(0.2) ? ['developer_instructions = "DEVI"'] : []),
    ...(random.chance(0.1) ? ["include_environment_context = false"] : []),
    ...(random.chance(0.1) ? ['model_verbosity = "high"'] : []),
    ...(random.chance(0.1) ? ['model_reasoning_summary = "none"'] : []),
  ].join("\n");
  return {
    model: random.pick(MODELS),
    config,
    features: features.join("\n"),
    git: random.chance(0.3),
    websocket: random.chance(0.2),
    steps,
    replies,
  };
}

/** Whether a rollback reaches behind a compaction that the client asked for. */
export function rollsBackBehindCompaction({ steps }: Plan): boolean {
  let turns = Number.POSITIVE_INFINITY;
  return steps.some(step => {
    if (step.do === "compact") turns = 0;
    else if (step.do !== "rollback") turns += "n" in step ? 1 : 0;
    else if (step.turns > turns) return true;
    else turns -= step.turns;
    return false;
  });
}

/** Whether the model calls its window full at some time. */
export function fillsWindow({ replies }: Plan): boolean {
  return [...replies.values()]
    .flat()
    .some(reply => typeof reply === "object" && reply.failed?.code === "context_length_exceeded");
}

const KINDS = [
  "turn",
  "turn",
  "turn",
  "steer",
  "steer",
  "interrupt",
  "interrupt",
  "crash",
  "rollback",
  "rollback",
  "fork",
  "compact",
  "resume",
  "shell",
  "read",
  "list",
  "name",
  "inject",
] as const;

/** A step in which the model has no part of its own. */
function quiet(random: Random, kind: Exclude<(typeof KINDS)[number], "turn" | "steer" | "interrupt" | "crash">): Step {
  if (kind === "rollback") return { do: kind, turns: random.pick([1, 1, 2, 3, 0, 50]) };
  if (kind === "fork") return { do: kind, stay: random.chance(0.4), settings: opening(random) };
  if (kind === "resume") return { do: kind, settings: opening(random) };
  if (kind === "shell")
    return { do: kind, command: random.pick(["echo mine; exit 3", "seq 1 9000", "true", "cat nothing", "pwd"]) };
  return { do: kind };
}

/** Settings with which a thread is taken up again. */
function opening(random: Random): Json {
  return random.chance(0.25)
    ? random.pick<Json>([{ model: "gpt-5.4" }, { approvalPolicy: "never" }, { sandbox: "read-only" }])
    : {};
}

/** What a turn changes. */
function settings(random: Random): Json {
  if (!random.chance(0.35)) return {};
  const mode = (kind: string, text: string | null): Json => ({
    collaborationMode: {
      mode: kind,
      settings: { model: "gpt-5.2", reasoning_effort: random.pick([null, "low"]), developer_instructions: text },
    },
  });
  return random.pick<Json>([
    { model: random.pick(MODELS) },
    { model: "gpt-5.4", effort: "low", summary: "detailed" },
    { effort: "high" },
    { cwd: "$WORK/sub" },
    { cwd: "$WORK" },
    { approvalPolicy: "on-request", sandboxPolicy: { type: "workspaceWrite" } },
    { approvalPolicy: "never", sandboxPolicy: { type: "dangerFullAccess" } },
    { sandboxPolicy: { type: "readOnly" } },
    { personality: random.pick(["friendly", "pragmatic", "none"]) },
    mode("plan", random.pick(["PLAN IT", null])),
    mode("default", random.pick(["DO IT", null])),
    { outputSchema: { type: "object", properties: {}, required: [], additionalProperties: false } },
    { serviceTier: random.pick(["fast", "flex", null]) },
  ]);
}

/** What the model says in one turn: some rounds of calls, some of which fail on the way, and an answer. */
function conversation(random: Random, ids: CallIds, surroundings: Surroundings, compacting: boolean): PlannedReply[] {
  const rounds = random
    .list(0, 3, (): PlannedReply[] => {
      if (random.chance(0.1)) return [{ items: [disguisedPatch(random, ids)] }];
      if (surroundings.unified && random.chance(0.15)) return terminal(random, ids);
      const round: Reply = {
        items: [...words(random), ...callsAtOnce(random, ids, surroundings)],
        ...usage(random, compacting && random.chance(0.3)),
      };
      return [random.chance(0.08) ? broken(random, round) : round];
    })
    .flat();
  const end: Reply = { items: [...words(random), "the end"], ...usage(random, compacting && random.chance(0.3)) };
  return [...rounds, random.chance(0.08) ? broken(random, end) : end];
}

/** A response that does not come to its end, or never begins. */
function broken(random: Random, reply: Reply): Reply {
  return random.pick<Reply>([
    { ...reply, incomplete: { reason: "max_output_tokens" } },
    { ...reply, failed: { code: "server_error", message: "odd" } },
    { ...reply, failed: { code: "rate_limit_exceeded", message: "Rate limit. Please try again in 100ms." } },
    { ...reply, failed: { code: "context_length_exceeded" } },
    { ...reply, failed: { code: "invalid_prompt", message: "no" } },
    { ...reply, disconnectAfter: { events: 2, how: "end" } },
    { status: 500, body: "broken" },
    { status: 400, body: { error: { message: "bad" } } },
    { status: 429, body: { error: { message: "slow" } } },
    { items: [] },
  ]);
}

/** A program in a terminal that is written to until it ends. */
function terminal(random: Random, ids: CallIds): PlannedReply[] {
  const id = ids.next();
  const write = (chars: string): PlannedReply => {
    const call = ids.next();
    return session => ({
      items: [functionCall("write_stdin", { session_id: session(id), chars, yield_time_ms: 1500 }, call)],
    });
  };
  return [
    { items: [functionCall("exec_command", { cmd: "stty -echo; cat; exit 5", tty: true, yield_time_ms: 1000 }, id)] },
    ...random.list(0, 2, () => write(`line ${random.below(100)}\n`)),
    random.chance(0.7) ? write("\u0004") : write("\u0003"),
  ];
}

function steer(random: Random, ids: CallIds, surroundings: Surroundings, n: number) {
  const before = random.chance(0.4) ? [{ items: callsAtOnce(random, ids, surroundings) }] : [];
  const rounds = [
    ...before,
    { items: [...words(random), lasting(random, ids, 2, surroundings)] },
    "heard",
    "heard more",
  ];
  const step: Step = {
    do: "steer",
    n,
    with: random.pick(["turn/steer", "turn/start"]),
    settings: random.chance(0.3) ? settings(random) : {},
    times: 1 + random.below(2),
  };
  return { step, replies: rounds };
}

function interrupt(random: Random, ids: CallIds, surroundings: Surroundings, n: number) {
  const at = random.pick<Phase>(["command", "command", "answer", "wait", "question", "open stream"]);
  const before = random.chance(0.3) ? [{ items: callsAtOnce(random, ids, surroundings) }] : [];
  const last: Record<Phase, () => Reply> = {
    command: () => ({
      items: [
        ...words(random),
        lasting(random, ids, 30, surroundings),
        ...(random.chance(0.4) ? callsAtOnce(random, ids, { unified: false }) : []),
      ],
    }),
    answer: () => ({ items: [...words(random)], text: "a long answer that does not end", hang: true }),
    wait: () => ({ text: "late", delayMs: 40_000 }),
    question: () => ({ items: [functionCall("weather", { city: "held", id: "held" }, ids.next())] }),
    "open stream": () => ({ items: [functionCall("shell_command", { command: "echo done" }, ids.next())], hang: true }),
  };
  const step: Step = { do: "interrupt", n, at, steered: random.chance(0.3) };
  return { step, replies: [...before, last[at]()] };
}
