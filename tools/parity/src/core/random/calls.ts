import { customToolCall, functionCall, reasoning, type Reply, type ReplyItem } from "@codex-ts-tools/model-server";
import type { Random } from "../../random.ts";

/** What a generated session is like, as far as calls depend on it. */
export interface Surroundings {
  /** `exec_command` and `write_stdin` are there. */
  readonly unified: boolean;
}

/** Call ids of one session: numbered, so that both programs know them by the same names. */
export class CallIds {
  #last = 0;

  next(): string {
    return `c${++this.#last}`;
  }
}

type Make = (random: Random, id: string) => ReplyItem;

const patch = (...lines: string[]) => ["*** Begin Patch", ...lines, "*** End Patch"].join("\n");

/** Commands that end by themselves, whose output is the same in every run. */
function command(random: Random, id: string): string {
  return random.pick([
    `echo hi ${id}`,
    `printf 'a\\nb\\n'; exit ${1 + random.below(5)}`,
    `seq 1 ${random.pick([3, 400, 4000])}`,
    "echo err >&2",
    `cat missing-${id}`,
    "pwd",
    "true",
    "false",
    `sleep 0.3; echo late ${id}`,
    "head -c 30000 /dev/zero | tr '\\0' x",
    `echo ${id} > made-${id}.txt`,
    `touch ../outside-${id}`,
    `rm -rf gone-${id}`,
    `git log --oneline | wc -l; echo ${id}`,
    "printf 'ä\\xff€'",
    "kill -9 $$",
    `nosuchprogram-${id}`,
    `echo a | tr a b && echo ${id}`,
    `cat <<< ${id}`,
  ]);
}

function approvalWords(random: Random): Record<string, unknown> {
  if (!random.chance(0.15)) return {};
  return random.pick([
    { sandbox_permissions: "require_escalated", justification: "needed" },
    { sandbox_permissions: "require_escalated", justification: "needed", prefix_rule: ["echo"] },
    { sandbox_permissions: "use_default" },
    { justification: "no reason" },
    { sandbox_permissions: "with_additional_permissions", justification: "more" },
  ]);
}

const execCommand: Make = (random, id) =>
  functionCall(
    "exec_command",
    {
      cmd: command(random, id),
      ...random.pick<object>([
        {},
        {},
        {},
        { workdir: random.pick(["sub", "", "nowhere", "sub/.."]) },
        { tty: true },
        { tty: true, workdir: "sub" },
      ]),
      ...(random.chance(0.15) ? { max_output_tokens: random.pick([0, 5, 50, 100_000]) } : {}),
      ...(random.chance(0.1) ? { login: random.chance(0.5) } : {}),
      ...(random.chance(0.1) ? { shell: random.pick(["sh", "/bin/bash", "nosuchshell"]) } : {}),
      ...approvalWords(random),
    },
    id,
  );

const shellCommand: Make = (random, id) =>
  functionCall(
    "shell_command",
    {
      command: command(random, id),
      ...(random.chance(0.2) ? { workdir: random.pick(["sub", "", "nowhere"]) } : {}),
      ...(random.chance(0.1) ? { timeout_ms: 20_000 } : {}),
      ...(random.chance(0.1) ? { login: random.chance(0.5) } : {}),
      ...approvalWords(random),
    },
    id,
  );

/** A program that is not there has ended in a way of its own (decision 0280): that is left to the scripted scenarios. */
const shell: Make = (random, id) =>
  functionCall(
    random.pick(["shell", "container.exec"]),
    { command: random.pick([["echo", id], ["bash", "-lc", command(random, id)], ["false"], []]) },
    id,
  );

const localShell: Make = (random, id) => ({
  type: "local_shell_call",
  call_id: id,
  command: ["bash", "-lc", command(random, id)],
});

const patches: Make = (random, id) =>
  customToolCall(
    "apply_patch",
    random.pick([
      patch(`*** Add File: p-${id}.txt`, "+one", "+two"),
      patch("*** Update File: a.txt", "@@", "-a", "+b"),
      patch("*** Update File: a.txt", "@@", "-b", "+a", "+c"),
      patch("*** Update File: sub/s.txt", `*** Move to: sub/s-${id}.txt`, "@@", "-s", "+t"),
      patch("*** Delete File: d.txt"),
      patch("*** Add File: ../outside.txt", "+x"),
      patch(`*** Add File: n/e/w-${id}.txt`, "+x", "*** Delete File: missing.txt"),
      "nonsense",
      patch("*** Update File: a.txt", "@@", "-zzz", "+b"),
    ]),
    id,
  );

const plan: Make = (random, id) =>
  functionCall(
    "update_plan",
    random.pick<unknown>([
      { plan: [{ step: `s ${id}`, status: random.pick(["pending", "in_progress", "completed"]) }] },
      { explanation: "why", plan: [] },
      { plan: [{ step: "x", status: "odd" }] },
    ]),
    id,
  );

const image: Make = (random, id) =>
  functionCall("view_image", { path: random.pick(["p.png", "missing.png", "a.txt", "sub"]) }, id);

const odd: Make = (random, id) =>
  random.pick<ReplyItem>([
    functionCall("nope", {}, id),
    customToolCall("nope2", "x", id),
    functionCall("shell_command", { cmd: 1 }, id),
    functionCall("shell_command", "{", id),
    functionCall("apply_patch", { input: patch(`*** Add File: f-${id}.txt`, "+x") }, id),
    functionCall("write_stdin", { session_id: 1, chars: "" }, id),
    { type: "tool_search_call", call_id: id, arguments: { query: "weather" } },
    { type: "function_call", namespace: "ns__", name: "echo", arguments: "{}", call_id: id },
  ]);

const client: Make = (random, id) =>
  functionCall("weather", { city: random.pick(["sunny", "rainy", "broken"]), id }, id);

const question: Make = (random, id) =>
  functionCall(
    "request_user_input",
    {
      questions: [
        {
          id: "q",
          header: "H",
          question: random.pick(["Which?", "None?"]),
          options: [
            { label: "A", description: "a" },
            { label: "B", description: "b" },
          ],
        },
      ],
    },
    id,
  );

const permissions: Make = (random, id) =>
  functionCall(
    "request_permissions",
    {
      reason: "to build",
      permissions: random.pick([{ network: { enabled: true } }, { file_system: { write: ["/srv/x"] } }, {}]),
    },
    id,
  );

/**
 * Some calls that the model makes at once. The reference begins them in no fixed order, so that none may depend on another:
 * only one of them patches files, and permissions are asked for alone.
 */
export function callsAtOnce(random: Random, ids: CallIds, { unified }: Surroundings): ReplyItem[] {
  const kinds: readonly Make[] = [
    ...(unified ? [execCommand, execCommand, execCommand] : []),
    shellCommand,
    shellCommand,
    shell,
    localShell,
    patches,
    patches,
    plan,
    image,
    odd,
    client,
    question,
    permissions,
  ];
  const calls = random.list(1, 4, () => random.pick(kinds)(random, ids.next()));
  const alone = calls.find(call => nameOf(call) === "request_permissions");
  if (alone !== undefined) return [alone];
  const patch = calls.find(call => nameOf(call) === "apply_patch");
  return calls.filter(call => call === patch || nameOf(call) !== "apply_patch");
}

function nameOf(call: ReplyItem): unknown {
  return typeof call === "string" || !("name" in call) ? null : call.name;
}

/** A patch by way of a shell, which is told of in the conversation: it goes alone. */
export function disguisedPatch(random: Random, ids: CallIds): ReplyItem {
  const id = ids.next();
  const text = patch(`*** Add File: h-${id}.txt`, "+h");
  return functionCall(
    random.pick(["shell_command", "exec_command"]),
    { command: `apply_patch <<'EOF'\n${text}\nEOF`, cmd: `apply_patch <<'EOF'\n${text}\nEOF` },
    id,
  );
}

/** A command that lasts, which the session waits for. */
export function lasting(random: Random, ids: CallIds, seconds: number, { unified }: Surroundings): ReplyItem {
  const line = `sleep ${seconds}; echo slept`;
  return unified && random.chance(0.5)
    ? functionCall("exec_command", { cmd: line, yield_time_ms: 25_000 }, ids.next())
    : functionCall("shell_command", { command: line, timeout_ms: 60_000 }, ids.next());
}

/** What a model says beside its calls. */
export function words(random: Random): ReplyItem[] {
  return random.list<ReplyItem>(0, 2, () =>
    random.pick<ReplyItem>([
      "some words",
      { type: "message", text: "commentary", phase: "commentary" },
      reasoning("thinking"),
      reasoning(["one", "two"], { content: "raw", encrypted_content: "abcd".repeat(50) }),
      { type: "web_search_call", query: "weather" },
      "with <proposed_plan>\n- a step\n</proposed_plan>\nin it",
      "said<oai-mem-citation>hidden</oai-mem-citation> so",
    ]),
  );
}

/** How much a response cost, mostly little. */
export function usage(random: Random, large: boolean): Pick<Reply, "usage"> {
  if (large) return { usage: { input: 100_000, cached: 4000, output: 100 } };
  return random.chance(0.3)
    ? { usage: { input: 500 + random.below(500), cached: 100, output: 40, reasoning: 10 } }
    : {};
}
