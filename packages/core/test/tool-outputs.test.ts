import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { customToolCall, functionCall, type ReplyItem } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, test } from "vitest";
import { openWorld, outputs, type World, type WorldOptions } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const WRITABLE = 'sandbox_mode = "workspace-write"\napproval_policy = "on-request"';
const NEVER = 'approval_policy = "never"';

/** Runs one call and gives what the model reads of it. */
async function outputOf(item: ReplyItem, options: WorldOptions & { plan?: boolean } = {}): Promise<unknown> {
  world = await openWorld([{ items: [item] }, { text: "done" }], options);
  const listening = await world.start();
  await listening.turn("go", options.plan ? { overrides: { collaborationMode: "plan" } } : {});
  return Object.values(outputs(world.server.requests[1]!.body))[0];
}

const SECONDS = String.raw`\d+(\.\d)?`;
const EXEC_HEAD = String.raw`Chunk ID: [0-9a-f]{6}\nWall time: \d+\.\d{4} seconds\n`;

function exactly(text: string): RegExp {
  return new RegExp(`^${text}$`, "s");
}

describe("what the model reads of a call", () => {
  const cases: [string, ReplyItem, WorldOptions & { plan?: boolean }, RegExp][] = [
    [
      "shell_command tells exit code and both streams (tools vectors, row 1)",
      functionCall("shell_command", { command: "echo out; echo err >&2; exit 3" }),
      {},
      exactly(`Exit code: 3\nWall time: ${SECONDS} seconds\nOutput:\nout\nerr\n`),
    ],
    [
      "shell is shown as lines when the freeform patch tool is offered (tools vectors, row 2)",
      functionCall("shell", { command: ["echo", "hi"] }),
      {},
      exactly(`Exit code: 0\nWall time: ${SECONDS} seconds\nOutput:\nhi\n`),
    ],
    [
      "shell stays JSON for a model without it (tools vectors, row 3)",
      functionCall("shell", { command: ["echo", "hi"] }),
      { model: "unheard-of" },
      exactly(String.raw`\{"output":"hi\\n","metadata":\{"exit_code":0,"duration_seconds":\d+\.\d\}\}`),
    ],
    [
      "container.exec is another name of shell",
      functionCall("container.exec", { command: ["echo", "hi"] }),
      {},
      exactly(`Exit code: 0\nWall time: ${SECONDS} seconds\nOutput:\nhi\n`),
    ],
    [
      "a typed local shell call runs its words (tools vectors, row 4)",
      { type: "local_shell_call", command: ["bash", "-lc", "echo hi; exit 2"] },
      {},
      exactly(`Exit code: 2\nWall time: ${SECONDS} seconds\nOutput:\nhi\n`),
    ],
    [
      "a command that runs out of time is killed and says so (tools vectors, row 5)",
      functionCall("shell_command", { command: "echo a; sleep 5", timeout_ms: 300 }),
      {},
      exactly(
        String.raw`Exit code: 124\nWall time: ${SECONDS} seconds\nOutput:\ncommand timed out after \d+ milliseconds\na\n`,
      ),
    ],
    [
      "an unknown function is unsupported (tools vectors, row 6)",
      functionCall("nope", {}),
      {},
      exactly("unsupported call: nope"),
    ],
    [
      "an unknown custom tool is unsupported (tools vectors, row 6)",
      customToolCall("nope2", ""),
      {},
      exactly("unsupported custom tool call: nope2"),
    ],
    [
      "a missing argument is named (tools vectors, row 7)",
      functionCall("shell_command", { cmd: 1 }),
      {},
      exactly("failed to parse function arguments: missing field `command` at line 1 column 9"),
    ],
    [
      "arguments that are no JSON are refused (tools vectors, row 8)",
      functionCall("shell_command", "{"),
      {},
      exactly("failed to parse function arguments: EOF while parsing an object at line 1 column 1"),
    ],
    [
      "an argument of the wrong type is refused",
      functionCall("exec_command", { cmd: ["ls"] }),
      {},
      /^failed to parse function arguments: invalid type: sequence, expected a string/,
    ],
    [
      "an unknown kind of rights is refused",
      functionCall("exec_command", { cmd: "ls", sandbox_permissions: "all" }),
      {},
      /^failed to parse function arguments: unknown variant `all`, expected one of `use_default`/,
    ],
    [
      "a plan is taken (tools vectors, row 9)",
      functionCall("update_plan", { plan: [{ step: "a", status: "pending" }] }),
      {},
      exactly("Plan updated"),
    ],
    [
      "a plan is refused in plan mode (tools vectors, row 9)",
      functionCall("update_plan", { plan: [] }),
      { plan: true },
      exactly("update_plan is a TODO/checklist tool and is not allowed in Plan mode"),
    ],
    [
      "asking for more rights is refused where nobody may be asked (tools vectors, row 10)",
      functionCall("shell_command", { command: "ls", sandbox_permissions: "require_escalated" }),
      { config: NEVER },
      exactly(
        "approval policy is Never; reject command — you should not ask for escalated permissions if the approval policy is Never",
      ),
    ],
    [
      "exec_command says it in its own words",
      functionCall("exec_command", { cmd: "ls", sandbox_permissions: "require_escalated" }),
      { config: 'approval_policy = "untrusted"' },
      exactly(
        "approval policy is UnlessTrusted; reject command — you cannot ask for escalated permissions if the approval policy is UnlessTrusted",
      ),
    ],
    [
      "a dangerous command is refused where nobody may be asked (tools vectors, row 11)",
      functionCall("shell_command", { command: "rm -rf /tmp/x" }),
      { config: NEVER },
      exactly("`/bin/bash -lc 'rm -rf /tmp/x'` rejected: blocked by policy"),
    ],
    [
      "exec_command tells the same as a failed start (tools vectors, row 16)",
      functionCall("exec_command", { cmd: "rm -rf /x" }),
      { config: NEVER },
      exactly(
        String.raw`exec_command failed for \`/bin/bash -lc 'rm -rf /x'\`: CreateProcess \{ message: "Rejected\(\\"\`/bin/bash -lc 'rm -rf /x'\` rejected: blocked by policy\\"\)" \}`,
      ),
    ],
    [
      "the sandbox keeps a read-only workspace (tools vectors, row 12)",
      functionCall("shell_command", { command: "touch x.txt" }),
      { config: NEVER },
      exactly(
        `Exit code: 1\nWall time: ${SECONDS} seconds\nOutput:\ntouch: cannot touch 'x.txt': (Read-only file system|Permission denied)\n`,
      ),
    ],
    [
      "exec_command tells how the process ended (tools vectors, row 13)",
      functionCall("exec_command", { cmd: "echo hi; exit 4" }),
      {},
      exactly(`${EXEC_HEAD}Process exited with code 4\nOriginal token count: 1\nOutput:\nhi\n`),
    ],
    [
      "exec_command hands out a session id when the process goes on (tools vectors, row 14)",
      functionCall("exec_command", { cmd: "sleep 1; echo late", yield_time_ms: 250 }),
      {},
      exactly(String.raw`${EXEC_HEAD}Process running with session ID \d+\nOriginal token count: 0\nOutput:\n`),
    ],
    [
      "writing to a session that is not there fails (tools vectors, row 15)",
      functionCall("write_stdin", { session_id: 1, chars: "" }),
      {},
      exactly("write_stdin failed: Unknown process id 1"),
    ],
    [
      "a limit of time beyond all",
      functionCall("shell_command", '{"command":"echo hi","timeout_ms":18446744073709551615}'),
      {},
      exactly(`Exit code: 0\nWall time: ${SECONDS} seconds\nOutput:\nhi\n`),
    ],
    [
      "a NUL in a command line",
      functionCall("shell_command", { command: "echo a\0b" }),
      {},
      exactly(
        String.raw`execution error: Io\(Error \{ kind: InvalidInput, message: "nul byte found in provided data" \}\)`,
      ),
    ],
    [
      "a NUL in a command that may go on",
      functionCall("exec_command", { cmd: "echo a\0b" }),
      {},
      exactly(
        String.raw`exec_command failed for .<command included NUL byte>.: CreateProcess \{ message: "Rejected\(\\"Failed to create unified exec process: nul byte found in provided data\\"\)" \}`,
      ),
    ],
    [
      "a program without a name",
      functionCall("shell", { command: [""] }),
      { config: 'sandbox_mode = "danger-full-access"' },
      exactly(
        String.raw`execution error: Io\(Os \{ code: 2, kind: NotFound, message: "No such file or directory" \}\)`,
      ),
    ],
    [
      "an image in the person's home",
      functionCall("view_image", { path: "~" }),
      {},
      /^image path `\/[^~]*` is not a file$/,
    ],
    [
      "a patch for a folder below the person's home",
      functionCall("shell_command", {
        command:
          "cd ~/nowhere && apply_patch <<'EOF'\n*** Begin Patch\n*** Update File: a\n@@\n-a\n+b\n*** End Patch\nEOF",
      }),
      {},
      /Failed to read [^~]*\/nowhere\/a: |No such file/,
    ],
    [
      "a folder below the person's home",
      functionCall("shell_command", { command: '[ "$PWD" = "$(cd ~ && pwd -P)" ] && echo home', workdir: "~" }),
      {},
      exactly(`Exit code: 0\nWall time: ${SECONDS} seconds\nOutput:\nhome\n`),
    ],
    [
      "a missing working folder is an execution error",
      functionCall("shell_command", { command: "ls", workdir: "/nowhere/at/all" }),
      {},
      /^execution error: Io\(Os \{ code: 2, kind: NotFound, message: "No such file or directory" \}\)$/,
    ],
    [
      "a patch tells what it did (tools vectors, row 17)",
      customToolCall("apply_patch", "*** Begin Patch\n*** Add File: a.txt\n+hello\n*** End Patch"),
      { config: WRITABLE },
      exactly(`Exit code: 0\nWall time: ${SECONDS} seconds\nOutput:\nSuccess. Updated the following files:\nA a.txt\n`),
    ],
    [
      "a patch is refused in a read-only workspace where nobody may be asked (tools vectors, row 18)",
      customToolCall("apply_patch", "*** Begin Patch\n*** Add File: a.txt\n+hello\n*** End Patch"),
      { config: NEVER },
      exactly("patch rejected: writing is blocked by read-only sandbox; rejected by user approval settings"),
    ],
    [
      "a patch outside of the workspace is refused where nobody may be asked",
      customToolCall("apply_patch", "*** Begin Patch\n*** Add File: /etc/a.txt\n+hello\n*** End Patch"),
      { config: 'sandbox_mode = "workspace-write"\napproval_policy = "never"' },
      exactly("patch rejected: writing outside of the project; rejected by user approval settings"),
    ],
    [
      "a patch below a folder that takes no entries fails, and is not tried for ever",
      customToolCall("apply_patch", "*** Begin Patch\n*** Add File: /proc/none/at/all.txt\n+x\n*** End Patch"),
      { config: 'sandbox_mode = "danger-full-access"\napproval_policy = "never"' },
      exactly(
        `Exit code: 1\nWall time: ${SECONDS} seconds\nOutput:\nFailed to create parent directories for /proc/none/at/all\\.txt\n`,
      ),
    ],
    [
      "what is no patch is said to be none (tools vectors, row 19)",
      customToolCall("apply_patch", "nonsense"),
      { config: WRITABLE },
      exactly(
        String.raw`apply_patch verification failed: invalid patch: The first line of the patch must be '\*\*\* Begin Patch'`,
      ),
    ],
    [
      "a patch that does not fit the file says what is missing",
      customToolCall("apply_patch", "*** Begin Patch\n*** Update File: none.txt\n@@\n-a\n+b\n*** End Patch"),
      { config: WRITABLE },
      /^apply_patch verification failed: Failed to read file to update .*none\.txt: No such file or directory \(os error 2\)$/,
    ],
    [
      "a missing image is named (tools vectors, row 21)",
      functionCall("view_image", { path: "nope.png" }),
      {},
      /^unable to locate image at `.*\/work\/nope\.png`: No such file or directory \(os error 2\)$/,
    ],
    [
      "asking the user is refused in default mode (tools vectors, row 22)",
      functionCall("request_user_input", { questions: [{ id: "a", header: "h", question: "q?", options: [] }] }),
      {},
      exactly("request_user_input is unavailable in Default mode"),
    ],
    [
      "and before its questions are looked at",
      functionCall("request_user_input", {}),
      {},
      exactly("request_user_input is unavailable in Default mode"),
    ],
    [
      "a plan has no other members than its own",
      functionCall("update_plan", { plan: [], more: 1 }),
      {},
      exactly(
        "failed to parse function arguments: unknown field `more`, expected `explanation` or `plan` at line 1 column 17",
      ),
    ],
    [
      "a wait of null milliseconds is none",
      functionCall("exec_command", { cmd: "true", yield_time_ms: null }),
      {},
      exactly("failed to parse function arguments: invalid type: null, expected u64 at line 1 column 34"),
    ],
    [
      "exec_command has no rights of null",
      functionCall("exec_command", { cmd: "true", sandbox_permissions: null }),
      {},
      exactly("failed to parse function arguments: expected value at line 1 column 37"),
    ],
    [
      "shell_command does",
      functionCall("shell_command", { command: "true", sandbox_permissions: null }),
      {},
      exactly(`Exit code: 0\nWall time: ${SECONDS} seconds\nOutput:\n`),
    ],
    [
      "one long line that was cut is still one line",
      functionCall("shell_command", { command: "head -c 60000 /dev/zero | tr '\\0' x" }),
      {},
      exactly(`Exit code: 0\nWall time: ${SECONDS} seconds\nOutput:\nx+…\\d+ chars truncated…x+`),
    ],
    [
      "a patch by exec_command is told as the output of no process",
      functionCall("exec_command", {
        cmd: "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: b.txt\n+x\n*** End Patch\nEOF",
      }),
      { config: WRITABLE },
      exactly(
        String.raw`Wall time: 0\.0000 seconds\nOutput:\n\{"output":"Success\. Updated the following files:\\nA b\.txt\\n","metadata":\{"exit_code":0,"duration_seconds":\d+\.\d\}\}`,
      ),
    ],
    [
      "questions need options",
      functionCall("request_user_input", { questions: [{ id: "a", header: "h", question: "q?", options: [] }] }),
      { plan: true },
      exactly("request_user_input requires non-empty options for every question"),
    ],
  ];

  test.each(cases)("%s", async (_name, item, options, expected) => {
    expect(await outputOf(item, options)).toMatch(expected);
  });
});

/** A call, and what clients see of it. */
const seen: [string, ReplyItem, object[]][] = [
  [
    "a command that the policy blocks begins and is declined (tools vectors, row 11)",
    functionCall("shell_command", { command: "rm -rf /tmp/x" }),
    [
      { type: "commandExecution", status: "inProgress" },
      { type: "commandExecution", status: "declined", exitCode: -1 },
    ],
  ],
  [
    "a command that its sandbox stops fails (tools vectors, row 12)",
    functionCall("shell_command", { command: "touch x.txt" }),
    [
      { type: "commandExecution", status: "inProgress" },
      { type: "commandExecution", status: "failed", exitCode: 1 },
    ],
  ],
  [
    "a patch that may not be asked about is not shown (tools vectors, row 18)",
    customToolCall("apply_patch", "*** Begin Patch\n*** Add File: a.txt\n+hello\n*** End Patch"),
    [],
  ],
];

test.each(seen)("%s", async (_name, item, expected) => {
  world = await openWorld([{ items: [item] }, { text: "done" }], { config: NEVER });
  const events = await (await world.start()).turn("go");
  const items = events.flatMap(event =>
    "item" in event.params && typeof event.params.item === "object" && "type" in event.params.item
      ? [event.params.item]
      : [],
  );
  expect(items.filter(({ type }) => !type.endsWith("Message"))).toMatchObject(expected);
});

test("an image is put before the model as a data URL", async () => {
  const png = Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    "base64",
  );
  world = await openWorld([{ items: [functionCall("view_image", { path: "p.png" }, "c1")] }, { text: "done" }]);
  await writeFile(join(world.cwd, "p.png"), png);
  const listening = await world.start();
  await listening.turn("go");
  expect(outputs(world.server.requests[1]!.body)["c1"]).toEqual([
    { type: "input_image", image_url: `data:image/png;base64,${png.toString("base64")}`, detail: "high" },
  ]);
});

test("the user's answers come back by question", async () => {
  const questions = [
    { id: "a", header: "h", question: "q?", options: [{ label: "yes", description: "do it" }], isSecret: true },
  ];
  world = await openWorld([{ items: [functionCall("request_user_input", { questions }, "c1")] }, { text: "done" }]);
  const listening = await world.start();
  const asked: unknown[] = [];
  listening.answer = ({ params }) => {
    asked.push((params as { questions: unknown }).questions);
    return { answers: { a: { answers: ["yes"] } } };
  };
  await listening.turn("go", { overrides: { collaborationMode: "plan" } });
  expect(outputs(world.server.requests[1]!.body)["c1"]).toBe('{"answers":{"a":{"answers":["yes"]}}}');
  expect(asked).toEqual([[{ ...questions[0], isOther: true }]]);
});

test("the environment says which thread a command belongs to, and that it has no network", async () => {
  const command = 'echo "$CODEX_THREAD_ID $CODEX_SANDBOX_NETWORK_DISABLED"';
  world = await openWorld([{ items: [functionCall("shell_command", { command }, "c1")] }, { text: "done" }]);
  const listening = await world.start();
  await listening.turn("go");
  expect(outputs(world.server.requests[1]!.body)["c1"]).toContain(`${listening.thread.id} 1\n`);
});

test("an image that the thread may not read stays unread", async () => {
  world = await openWorld([{ items: [functionCall("view_image", { path: "secret/p.png" }, "c1")] }, { text: "done" }]);
  const listening = await world.start();
  const entries = [
    { path: { type: "special" as const, value: { kind: "root" as const } }, access: "read" as const },
    { path: { type: "path" as const, path: join(world.cwd, "secret") }, access: "none" as const },
  ];
  await listening.turn("go", {
    overrides: {
      permissions: { type: "managed", file_system: { type: "restricted", entries }, network: "restricted" },
    },
  });
  expect(outputs(world.server.requests[1]!.body)["c1"]).toMatch(/^unable to read image at .*: Permission denied/);
});
