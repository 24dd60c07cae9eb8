import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stdioServerToml } from "@codex-ts-tools/mcp-servers";
import { customToolCall, functionCall, type Script } from "@codex-ts-tools/model-server";
import type { HookRunSummary } from "@codex-ts/protocol";
import { afterEach, describe, expect, it } from "vitest";
import type { ThreadEvent } from "../src/index.ts";
import { type Listening, openWorld, outputs, type World } from "./harness.ts";

/** The numbered vectors of the hooks specification (§11), whole turns each: what is hooked in, and what comes of it. */
interface Vector {
  name: string;
  /** What is hooked into each event; `{HOME}` in a command is the user's folder. */
  hooks?: Readonly<Record<string, readonly Group[]>>;
  /** `hooks.json` as it stands, instead of `hooks`. */
  file?: string;
  /** What the model says. Default: one answer. */
  script?: Script;
  /** Default: nothing is asked, nothing confined. */
  policy?: string;
  /** Tables of config.toml. */
  tables?: string;
  /** Hooks of the project, and whether it is trusted. */
  project?: { hooks: Readonly<Record<string, readonly Group[]>>; trusted: boolean };
  /** Prompts, one a turn. Default: one. */
  prompts?: readonly string[];
  /** Ended runs: id, status and entries. */
  runs: readonly (readonly string[])[];
  /** Warnings, as expressions. */
  warnings?: readonly RegExp[];
  /** What the model reads of the call `c1`. */
  output?: string | RegExp;
  /** Requests to the model. */
  requests?: number;
  /** What handlers read, in order. */
  seen?: readonly object[];
}
type Group = string | { matcher?: string; hooks: readonly object[] };

const NEVER = 'approval_policy = "never"\nsandbox_mode = "danger-full-access"';
const UNTRUSTED = 'approval_policy = "untrusted"\nsandbox_mode = "danger-full-access"';
const SEEN = 'cat >> "{HOME}/seen"; echo >> "{HOME}/seen"';
const json = (value: object): string => `printf '%s' '${JSON.stringify(value)}'`;
const own = (hookEventName: string, fields: object): object => ({ hookSpecificOutput: { hookEventName, ...fields } });
const matching = (matcher: string, command: string): Group => ({ matcher, hooks: [{ type: "command", command }] });
const shell = (command: string, more: object = {}): Script => [
  { items: [functionCall("shell_command", { command, ...more }, "c1")] },
  "done",
];
const broken = (text: string): string[] => ["pre-tool-use:0:HOME/hooks.json:c1", "failed", `error:${text}`];
const blocked = (text: string): string[] => ["pre-tool-use:0:HOME/hooks.json:c1", "blocked", `feedback:${text}`];
const RAN = /^Exit code: 0\n[^]*\nhi\n$/;
const PATCH = "*** Begin Patch\n*** Add File: n.txt\n+hello\n*** End Patch\n";
const BOTH =
  /^loading hooks from both HOME\/hooks\.json and HOME\/config\.toml; prefer a single representation for this layer$/;

const vectors: readonly Vector[] = [
  {
    name: "1: one handler an event",
    hooks: Object.fromEntries(
      ["Stop", "UserPromptSubmit", "SessionStart", "PostToolUse", "PermissionRequest", "PreToolUse"].map(event => [
        event,
        ["cat > /dev/null"],
      ]),
    ),
    script: shell("echo hi"),
    runs: [
      ["session-start:3:HOME/hooks.json", "completed"],
      ["user-prompt-submit:4:HOME/hooks.json", "completed"],
      ["pre-tool-use:0:HOME/hooks.json:c1", "completed"],
      ["post-tool-use:2:HOME/hooks.json:c1", "completed"],
      ["stop:5:HOME/hooks.json", "completed"],
    ],
  },
  {
    name: "3: a block without a reason",
    hooks: { PreToolUse: ["cat > /dev/null; exit 2"] },
    script: shell("echo hi"),
    runs: [broken("PreToolUse hook exited with code 2 but did not write a blocking reason to stderr")],
    output: RAN,
  },
  {
    name: "4: a denial",
    hooks: {
      PreToolUse: [json(own("PreToolUse", { permissionDecision: "deny", permissionDecisionReason: "policy" }))],
    },
    script: shell("echo hi"),
    runs: [blocked("policy")],
    output: "Command blocked by PreToolUse hook: policy. Command: echo hi",
  },
  {
    name: "5: an approval nobody may give",
    hooks: { PreToolUse: [json(own("PreToolUse", { permissionDecision: "allow" }))] },
    script: shell("echo hi"),
    runs: [broken("PreToolUse hook returned unsupported permissionDecision:allow")],
    output: RAN,
  },
  {
    name: "6: a block in the old form",
    hooks: { PreToolUse: [json({ decision: "block", reason: "legacy" })] },
    script: shell("echo hi"),
    runs: [blocked("legacy")],
    output: "Command blocked by PreToolUse hook: legacy. Command: echo hi",
  },
  {
    name: "7: plain text",
    hooks: { PreToolUse: ["echo just text"] },
    script: shell("echo hi"),
    runs: [["pre-tool-use:0:HOME/hooks.json:c1", "completed"]],
    output: RAN,
  },
  ...['{"a":', '{"foo":1}'].map(text => ({
    name: `8: output that is ${text}`,
    hooks: { PreToolUse: [`printf '%s' '${text}'`] },
    script: shell("echo hi"),
    runs: [broken("hook returned invalid pre-tool-use JSON output")],
    output: RAN,
  })),
  {
    name: "9: a handler that takes too long",
    hooks: { PreToolUse: [{ hooks: [{ type: "command", command: "sleep 5", timeout: 1 }] }] },
    script: shell("echo hi"),
    runs: [broken("hook timed out after 1s")],
    output: RAN,
  },
  {
    name: "16: two that go on",
    hooks: {
      Stop: ["first", "second"].map(text => `mkdir "{HOME}/${text}" 2> /dev/null || exit 0; echo ${text} >&2; exit 2`),
    },
    script: ["a", "b"],
    requests: 2,
    runs: [
      ["stop:0:HOME/hooks.json", "blocked", "feedback:first"],
      ["stop:1:HOME/hooks.json", "blocked", "feedback:second"],
      ["stop:0:HOME/hooks.json", "completed"],
      ["stop:1:HOME/hooks.json", "completed"],
    ],
  },
  {
    name: "18: a Stop hook that says text",
    hooks: { Stop: ["echo hello"] },
    runs: [["stop:0:HOME/hooks.json", "failed", "error:hook returned invalid stop hook JSON output"]],
    requests: 1,
  },
  {
    name: "22: a command that asks to leave the sandbox",
    hooks: { PermissionRequest: [`${SEEN}; ${json(own("PermissionRequest", { decision: { behavior: "allow" } }))}`] },
    policy: 'approval_policy = "on-request"\nsandbox_mode = "workspace-write"',
    script: shell("touch esc", { sandbox_permissions: "require_escalated", justification: "need it" }),
    runs: [["permission-request:0:HOME/hooks.json:c1", "completed"]],
    seen: [{ tool_input: { command: "touch esc", description: "need it" }, permission_mode: "default" }],
  },
  {
    name: "23: a patch",
    hooks: { PreToolUse: [matching("Write|Edit", SEEN)], PostToolUse: [matching("^apply_patch$", SEEN)] },
    script: [{ items: [customToolCall("apply_patch", PATCH, "c1")] }, "done"],
    runs: [
      ["pre-tool-use:0:HOME/hooks.json:c1", "completed"],
      ["post-tool-use:1:HOME/hooks.json:c1", "completed"],
    ],
    seen: [
      { tool_name: "apply_patch", tool_input: { command: PATCH } },
      {
        tool_name: "apply_patch",
        tool_response: expect.stringMatching(
          /^\{"output":"Success\. Updated the following files:\\nA n\.txt\\n","metadata":\{"exit_code":0,"duration_seconds":0\.\d\}\}$/,
        ),
      },
    ],
  },
  {
    name: "24: a tool of an MCP server",
    hooks: {
      PreToolUse: [matching("mcp__srv__.*", SEEN)],
      PostToolUse: [matching("mcp__srv__echo", SEEN)],
    },
    tables: stdioServerToml("srv", { tools: ["echo"] }),
    script: [
      {
        items: [
          { type: "function_call", namespace: "mcp__srv__", name: "echo", arguments: '{"text":"t"}', call_id: "c1" },
        ],
      },
      "done",
    ] as unknown as Script,
    runs: [
      ["pre-tool-use:0:HOME/hooks.json:c1", "completed"],
      ["post-tool-use:1:HOME/hooks.json:c1", "completed"],
    ],
    seen: [
      { tool_name: "mcp__srv__echo", tool_input: { text: "t" } },
      { tool_name: "mcp__srv__echo", tool_response: { content: [{ type: "text", text: "echo:t" }] } },
    ],
  },
  {
    name: "25: a project that is not trusted",
    hooks: { UserPromptSubmit: ["echo user"] },
    project: { hooks: { UserPromptSubmit: ["echo project"] }, trusted: false },
    policy: 'approval_policy = "never"\nsandbox_mode = "read-only"',
    runs: [["user-prompt-submit:0:HOME/hooks.json", "completed", "context:user"]],
    warnings: [],
  },
  {
    name: "26: two files of the user, and a trusted project",
    hooks: { UserPromptSubmit: ["echo json"] },
    tables: '[[hooks.UserPromptSubmit]]\n[[hooks.UserPromptSubmit.hooks]]\ntype = "command"\ncommand = "echo toml"\n',
    project: { hooks: { UserPromptSubmit: ["echo project"] }, trusted: true },
    runs: [
      ["user-prompt-submit:0:HOME/hooks.json", "completed", "context:json"],
      ["user-prompt-submit:1:HOME/config.toml", "completed", "context:toml"],
      ["user-prompt-submit:2:CWD/.codex/hooks.json", "completed", "context:project"],
    ],
    warnings: [BOTH],
  },
  {
    name: "27: what is skipped",
    hooks: {
      PreToolUse: [matching("[", "true")],
      Stop: [
        {
          hooks: [
            { type: "prompt" },
            { type: "agent" },
            { type: "command", command: "a", async: true },
            { type: "command", command: " " },
            { type: "command", command: "cat > /dev/null" },
          ],
        },
      ],
    },
    runs: [["stop:0:HOME/hooks.json", "completed"]],
    warnings: [
      /^invalid matcher "\[" in HOME\/hooks\.json: /,
      /^skipping prompt hook in HOME\/hooks\.json: prompt hooks are not supported yet$/,
      /^skipping agent hook in HOME\/hooks\.json: agent hooks are not supported yet$/,
      /^skipping async hook in HOME\/hooks\.json: async hooks are not supported yet$/,
      /^skipping empty hook command in HOME\/hooks\.json$/,
    ],
  },
  {
    name: "28: a file of the wrong shape",
    file: '{"hooks":{"Stop":5}}',
    runs: [],
    warnings: [/^failed to parse hooks config HOME\/hooks\.json: ./],
  },
  {
    name: "31: the feature is off",
    hooks: { PreToolUse: [matching("[", "true")], Stop: ["echo hello"] },
    tables: "[features]\ncodex_hooks = false\n",
    runs: [],
    warnings: [],
  },
];

let world: World;
afterEach(() => world.close());

describe("known-good vectors of hooks", () => {
  it.each(vectors)("$name", async vector => {
    world = await openWorld(vector.script ?? ["done"], {
      config: vector.policy ?? NEVER,
      provider: `\n${vector.tables ?? ""}`,
    });
    await writeFile(join(world.home, "hooks.json"), vector.file ?? fileOf(vector.hooks ?? {}));
    if (vector.project !== undefined) await project(vector.project);
    const listening = await world.start();
    for (const prompt of vector.prompts ?? ["go"]) await listening.turn(prompt);

    const output = String(outputs(world.server.requests[1]?.body ?? { input: [] })["c1"]);
    const told = {
      runs: runs(listening.events),
      warnings: warnings(listening),
      requests: world.server.requests.length,
      output,
      seen: vector.seen === undefined ? undefined : await seen(),
    };
    expect(told).toEqual({
      runs: vector.runs,
      warnings: (vector.warnings ?? []).map(text => expect.stringMatching(text)),
      requests: vector.requests ?? told.requests,
      output: wanted(vector.output, output),
      seen: vector.seen?.map(fields => expect.objectContaining(fields)),
    });
  });

  it("1: each event's hooks are told to have started before they are told to have ended", async () => {
    const { hooks = {}, script = [] } = vectors[0]!;
    world = await openWorld(script, { config: NEVER });
    await writeFile(join(world.home, "hooks.json"), fileOf(hooks));
    const events = await (await world.start()).turn("go");
    const told = events.flatMap(({ method, params }) =>
      method.startsWith("hook/") ? [`${method} ${(params as { run: HookRunSummary }).run.eventName}`] : [],
    );
    const order = ["sessionStart", "userPromptSubmit", "preToolUse", "postToolUse", "stop"];
    expect(told).toEqual(order.flatMap(name => [`hook/started ${name}`, `hook/completed ${name}`]));
  });

  it("21: a quiet hook leaves the question to the client", async () => {
    world = await openWorld(shell("touch made"), { config: UNTRUSTED });
    await writeFile(join(world.home, "hooks.json"), fileOf({ PermissionRequest: ["cat > /dev/null"] }));
    const listening = await world.start();
    listening.answer = () => ({ decision: "accept" });
    const events = await listening.turn("go");
    expect(runs(events)).toEqual([["permission-request:0:HOME/hooks.json:c1", "completed"]]);
    const asked = events.filter(({ kind }) => kind === "request").map(({ method }) => method);
    expect(asked).toEqual(["item/commandExecution/requestApproval"]);
    await readFile(join(world.cwd, "made"));
  });
});

/** What an output must be: a text, what an expression finds, or anything. */
function wanted(output: string | RegExp | undefined, found: string): string {
  if (output instanceof RegExp) return output.test(found) ? found : String(output);
  return output ?? found;
}

function fileOf(events: Readonly<Record<string, readonly Group[]>>): string {
  const groups = Object.entries(events).map(([event, list]) => [
    event,
    list.map(group => (typeof group === "string" ? { hooks: [{ type: "command", command: group }] } : group)),
  ]);
  return JSON.stringify({ hooks: Object.fromEntries(groups) }).replaceAll("{HOME}", world.home);
}

async function project({ hooks, trusted }: NonNullable<Vector["project"]>): Promise<void> {
  await mkdir(join(world.cwd, ".codex"));
  await writeFile(join(world.cwd, ".codex", "hooks.json"), fileOf(hooks));
  if (!trusted) return;
  const file = join(world.home, "config.toml");
  const table = `\n[projects.${JSON.stringify(world.cwd)}]\ntrust_level = "trusted"\n`;
  await writeFile(file, `${await readFile(file, "utf8")}${table}`);
}

function plain(text: string): string {
  return text.replaceAll(world.home, "HOME").replaceAll(world.cwd, "CWD");
}

function runs(events: readonly ThreadEvent[]): string[][] {
  return events.flatMap(event => {
    if (event.method !== "hook/completed") return [];
    const { run } = event.params as { run: HookRunSummary };
    return [[plain(run.id), run.status, ...run.entries.map(({ kind, text }) => `${kind}:${text}`)]];
  });
}

function warnings({ events }: Listening): string[] {
  return events.flatMap(({ method, params }) =>
    method === "warning" ? [plain((params as { message: string }).message)] : [],
  );
}

async function seen(): Promise<object[]> {
  const text = await readFile(join(world.home, "seen"), "utf8");
  return text
    .split("\n")
    .filter(line => line !== "")
    .map(line => JSON.parse(line) as object);
}
