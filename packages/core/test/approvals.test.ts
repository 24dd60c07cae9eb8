import { access, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { customToolCall, functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import type { ThreadEvent } from "../src/index.ts";
import { openWorld, outline, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const UNTRUSTED = 'approval_policy = "untrusted"\nsandbox_mode = "workspace-write"';
const ON_REQUEST = 'approval_policy = "on-request"\nsandbox_mode = "workspace-write"';
const done = { text: "done" };

function about(events: readonly ThreadEvent[], what: RegExp): string[] {
  return outline(events).filter(line => what.test(line));
}

function questions(events: readonly ThreadEvent[]): unknown[] {
  return events.flatMap(event => (event.kind === "request" ? [event.params] : []));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

test("a command that needs approval is shown, asked about and run", async () => {
  world = await openWorld([{ items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] }, done], {
    config: UNTRUSTED,
  });
  const listening = await world.start();
  listening.answer = () => ({ decision: "accept" });
  const events = await listening.turn("go");
  expect(about(events, /command/)).toEqual([
    "item/started commandExecution:inProgress",
    "item/commandExecution/requestApproval",
    "item/completed commandExecution:completed",
  ]);
  expect(questions(events)).toEqual([
    {
      threadId: listening.thread.id,
      turnId: expect.any(String),
      itemId: "c1",
      command: "/bin/bash -lc 'touch a.txt'",
      cwd: world.cwd,
      commandActions: [{ type: "unknown", command: "touch a.txt" }],
      proposedExecpolicyAmendment: ["touch", "a.txt"],
      availableDecisions: [
        "accept",
        { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch", "a.txt"] } },
        "cancel",
      ],
    },
  ]);
  expect(await exists(join(world.cwd, "a.txt"))).toBe(true);
});

test("a declined command does not run, and the turn goes on (tools vectors, approvals row 3)", async () => {
  world = await openWorld([{ items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] }, done], {
    config: UNTRUSTED,
  });
  const listening = await world.start();
  const events = await listening.turn("go");
  const completed = events.flatMap(event =>
    event.method === "item/completed" && event.params.item.type === "commandExecution" ? [event.params.item] : [],
  );
  expect(completed.map(({ status, aggregatedOutput, exitCode }) => ({ status, aggregatedOutput, exitCode }))).toEqual([
    { status: "declined", aggregatedOutput: null, exitCode: null },
    { status: "declined", aggregatedOutput: "exec command rejected by user", exitCode: -1 },
  ]);
  expect(outputs(world.server.requests[1]!.body)["c1"]).toBe("exec command rejected by user");
  expect(outline(events).at(-1)).toBe("turn/completed completed");
  expect(await exists(join(world.cwd, "a.txt"))).toBe(false);
});

test("cancelling stops the turn, and the model reads that the call was stopped (tools vectors, approvals row 4)", async () => {
  world = await openWorld([{ items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] }, done], {
    config: UNTRUSTED,
  });
  const listening = await world.start();
  listening.answer = () => ({ decision: "cancel" });
  const events = await listening.turn("go");
  expect(about(events, /command|turn\/completed/)).toEqual([
    "item/started commandExecution:inProgress",
    "item/commandExecution/requestApproval",
    "item/completed commandExecution:declined",
    "turn/completed interrupted",
  ]);
  expect(world.server.requests.length).toBe(1);
  await listening.turn("next");
  const { body } = world.server.requests[1]!;
  expect(outputs(body)["c1"]).toMatch(/^Wall time: \d+\.\d seconds\naborted by user$/);
  expect(JSON.stringify(body)).toContain("<turn_aborted>");
});

test.each([[{}], ["yes"], [null], [{ decision: "maybe" }], [{ decision: { acceptWithExecpolicyAmendment: {} } }]])(
  "an answer that cannot be read is a refusal: %j",
  async answer => {
    world = await openWorld([{ items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] }, done], {
      config: UNTRUSTED,
    });
    const listening = await world.start();
    listening.answer = () => answer;
    await listening.turn("go");
    expect(outputs(world.server.requests[1]!.body)["c1"]).toBe("exec command rejected by user");
    expect(await exists(join(world.cwd, "a.txt"))).toBe(false);
  },
);

test("a client that answers with an error grants nothing", async () => {
  world = await openWorld([{ items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] }, done], {
    config: UNTRUSTED,
  });
  const listening = await world.start();
  listening.answer = request => {
    request.fail();
    return undefined;
  };
  const events = await listening.turn("go");
  expect(about(events, /completed command/)).toEqual([
    "item/completed commandExecution:failed",
    "item/completed commandExecution:declined",
  ]);
});

test("approved for the session is not asked again, however the shell is wrapped", async () => {
  world = await openWorld(
    [
      { items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] },
      { items: [functionCall("shell", { command: ["bash", "-c", "touch a.txt"] }, "c2")] },
      { items: [functionCall("shell_command", { command: "touch b.txt" }, "c3")] },
      done,
    ],
    { config: UNTRUSTED },
  );
  const listening = await world.start();
  listening.answer = () => ({ decision: "acceptForSession" });
  const events = await listening.turn("go");
  expect(questions(events)).toMatchObject([{ itemId: "c1" }, { itemId: "c3" }]);
});

test("an escalated command is asked about with its justification and then runs without the sandbox (tools vectors, approvals row 1)", async () => {
  const outside = (root: string) => join(root, "..", "outside.txt");
  world = await openWorld(
    (_request, { n }) =>
      n === 0
        ? {
            items: [
              functionCall(
                "exec_command",
                { cmd: `touch ${outside(world.cwd)}`, sandbox_permissions: "require_escalated", justification: "why" },
                "c1",
              ),
            ],
          }
        : done,
    { config: `${ON_REQUEST}\n[sandbox_workspace_write]\nexclude_tmpdir_env_var = true\nexclude_slash_tmp = true` },
  );
  const listening = await world.start();
  listening.answer = () => ({ decision: "accept" });
  const events = await listening.turn("go");
  expect(questions(events)).toMatchObject([
    {
      itemId: "c1",
      reason: "why",
      proposedExecpolicyAmendment: ["touch", outside(world.cwd)],
      availableDecisions: [
        "accept",
        { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch", outside(world.cwd)] } },
        "cancel",
      ],
    },
  ]);
  expect(await exists(outside(world.cwd))).toBe(true);
});

test("a safe command that asks for more runs without the sandbox and without a question (tools vectors, approvals row 2)", async () => {
  world = await openWorld(
    [
      { items: [functionCall("exec_command", { cmd: "echo esc", sandbox_permissions: "require_escalated" }, "c1")] },
      done,
    ],
    { config: ON_REQUEST },
  );
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(questions(events)).toEqual([]);
  expect(outputs(world.server.requests[1]!.body)["c1"]).toContain("esc\n");
});

/** Policy, then whether the sandbox's refusal leads to a question and whether the file is there in the end. */
test.each([
  ["on-request", [], false],
  ["on-failure", ["command failed; retry without sandbox?"], true],
  ["untrusted", [undefined], true],
] as const)(
  "after the sandbox stopped a command, %s decides about a second attempt (tools vectors, approvals rows 5 to 7)",
  async (policy, reasons, written) => {
    world = await openWorld(
      (_request, { n }) =>
        n === 0 ? { items: [functionCall("shell_command", { command: `touch ${world.home}/f` }, "c1")] } : done,
      { config: `approval_policy = "${policy}"\nsandbox_mode = "read-only"` },
    );
    const listening = await world.start();
    listening.answer = () => ({ decision: "accept" });
    const events = await listening.turn("go");
    expect(questions(events).map(params => (params as { reason?: string }).reason)).toEqual(reasons);
    expect(await exists(join(world.home, "f"))).toBe(written);
  },
);

/** Where a folder is in the way no sandbox is to blame, but that cannot be told from inside. */
test.each([
  ["on-failure", ["command failed; retry without sandbox?"]],
  ["never", []],
] as const)(
  "after a patch could not be written in the sandbox, %s decides about a question",
  async (policy, reasons) => {
    const patch = "*** Begin Patch\n*** Add File: sub\n+x\n*** End Patch";
    world = await openWorld([{ items: [customToolCall("apply_patch", patch, "c1")] }, done], {
      config: `approval_policy = "${policy}"\nsandbox_mode = "workspace-write"`,
    });
    await mkdir(join(world.cwd, "sub"));
    const listening = await world.start();
    listening.answer = () => ({ decision: "accept" });
    const events = await listening.turn("go");
    expect(questions(events).map(params => (params as { reason?: string }).reason)).toEqual(reasons);
    expect(outputs(world.server.requests[1]!.body)["c1"]).toMatch(
      /^Exit code: 1\n.*\nFailed to write file .*\/sub\n$/s,
    );
  },
);

test("a folder that a patch cannot make in the sandbox leads to no question", async () => {
  world = await openWorld(
    (_request, { n }) =>
      n === 0
        ? {
            items: [customToolCall("apply_patch", `*** Begin Patch\n*** Add File: new/f\n+x\n*** End Patch`, "c1")],
          }
        : done,
    { config: 'approval_policy = "on-failure"\nsandbox_mode = "read-only"' },
  );
  const listening = await world.start();
  listening.answer = () => ({ decision: "accept" });
  const events = await listening.turn("go");
  expect(questions(events)).toEqual([]);
  expect(outputs(world.server.requests[1]!.body)["c1"]).toContain("Failed to create parent directories for ");
  expect(await exists(join(world.cwd, "new"))).toBe(false);
});

test("an approved prefix becomes a rule, and the model is told", async () => {
  world = await openWorld(
    [
      { items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] },
      { items: [functionCall("shell_command", { command: "touch b.txt" }, "c2")] },
      done,
    ],
    { config: UNTRUSTED },
  );
  const listening = await world.start();
  listening.answer = () => ({ decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch"] } } });
  const events = await listening.turn("go");
  expect(questions(events).length).toBe(1);
  expect(await readFile(join(world.home, "rules", "default.rules"), "utf8")).toBe(
    'prefix_rule(pattern=["touch"], decision="allow")\n',
  );
  expect(JSON.stringify(world.server.requests[1]!.body)).toContain('Approved command prefix saved:\\n- [\\"touch\\"]');
});

test.each([
  ["trusted", true],
  ["untrusted", false],
])("a prefix approved for the project is saved in a %s project: %s", async (trust, saved) => {
  world = await openWorld(
    [
      { items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] },
      { items: [functionCall("shell_command", { command: "touch b.txt" }, "c2")] },
      done,
    ],
    { config: UNTRUSTED },
  );
  await writeFile(
    join(world.home, "config.toml"),
    `${await readFile(join(world.home, "config.toml"), "utf8")}\n[projects."${world.cwd}"]\ntrust_level = "${trust}"\n`,
  );
  const listening = await world.start();
  listening.answer = () => ({
    decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch"], scope: "project" } },
  });
  const events = await listening.turn("go");
  const rules = join(world.cwd, ".codex", "rules", "default.rules");
  expect(await readFile(rules, "utf8").catch(() => null)).toBe(
    saved ? 'prefix_rule(pattern=["touch"], decision="allow")\n' : null,
  );
  expect(await exists(join(world.home, "rules", "default.rules"))).toBe(false);
  expect(questions(events).length).toBe(saved ? 1 : 2);
  expect(JSON.stringify(events).includes("Failed to apply execpolicy amendment: the rule cannot be saved")).toBe(
    !saved,
  );
  expect(await exists(join(world.cwd, "a.txt"))).toBe(true);
});

test("an approval with an unknown scope is a refusal", async () => {
  world = await openWorld([{ items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] }, done], {
    config: UNTRUSTED,
  });
  const listening = await world.start();
  listening.answer = () => ({
    decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: ["touch"], scope: "everywhere" } },
  });
  await listening.turn("go");
  expect(await exists(join(world.cwd, "a.txt"))).toBe(false);
  expect(await exists(join(world.home, "rules", "default.rules"))).toBe(false);
});

test("a request for permissions is an unknown tool where the feature is off", async () => {
  world = await openWorld(
    [{ items: [functionCall("request_permissions", { permissions: { network: { enabled: true } } }, "c1")] }, done],
    { config: ON_REQUEST },
  );
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(questions(events)).toEqual([]);
  expect(outputs(world.server.requests[1]!.body)["c1"]).toBe("unsupported call: request_permissions");
});

test("a rule for a person sends the question past the automatic reviewer", async () => {
  const reviewed: string[] = [];
  world = await openWorld(
    [
      { items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] },
      {
        items: [functionCall("shell_command", { command: "mkdir b", sandbox_permissions: "require_escalated" }, "c2")],
      },
      done,
    ],
    {
      config: `approvals_reviewer = "auto_review"\n${ON_REQUEST}`,
      rules: 'prefix_rule(pattern=["touch"], decision="prompt", reviewer="user")\n',
      runtime: {
        approvalSlots: {
          autoReviewer: ({ action }) => {
            if (action.kind === "shell") reviewed.push(action.argv.join(" "));
            return Promise.resolve({ type: "approved" });
          },
        },
      },
    },
  );
  const listening = await world.start();
  listening.answer = () => ({ decision: "accept" });
  const events = await listening.turn("go");
  expect(questions(events).length).toBe(1);
  expect(reviewed).toEqual(["/bin/bash -lc mkdir b"]);
  expect(await exists(join(world.cwd, "a.txt"))).toBe(true);
  expect(await exists(join(world.cwd, "b"))).toBe(true);
});

test("a rule that forbids wins over everything, and the item ends as declined", async () => {
  world = await openWorld([{ items: [functionCall("shell_command", { command: "ls && touch a" }, "c1")] }, done], {
    config: 'approval_policy = "never"\nsandbox_mode = "danger-full-access"',
    rules: 'prefix_rule(pattern=["touch"], decision="forbidden", justification="not here")\n',
  });
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(outputs(world.server.requests[1]!.body)["c1"]).toBe("`/bin/bash -lc 'ls && touch a'` rejected: not here");
  expect(about(events, /command/)).toEqual([
    "item/started commandExecution:inProgress",
    "item/completed commandExecution:declined",
  ]);
});

test("rules that do not parse are told as a warning and the thread starts", async () => {
  world = await openWorld([done], { rules: "prefix_rule(\n" });
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(outline(events).at(-1)).toBe("turn/completed completed");
  expect(listening.events.some(({ method }) => method === "warning")).toBe(true);
});

test("a patch outside of the workspace is asked about before anything is written", async () => {
  world = await openWorld(
    (_request, { n }) =>
      n === 0
        ? {
            items: [
              customToolCall(
                "apply_patch",
                `*** Begin Patch\n*** Add File: ${world.home}/new.txt\n+x\n*** End Patch`,
                "c1",
              ),
            ],
          }
        : done,
    { config: 'approval_policy = "on-request"\nsandbox_mode = "read-only"' },
  );
  const listening = await world.start();
  const before: boolean[] = [];
  listening.answer = () => ({ decision: "accept" });
  const events = await listening.turn("go");
  expect(before).toEqual([]);
  expect(about(events, /fileChange/)).toEqual([
    "item/started fileChange:inProgress",
    "item/fileChange/requestApproval",
    "item/fileChange/outputDelta",
    "item/completed fileChange:completed",
  ]);
  expect(questions(events)).toMatchObject([{ itemId: "c1", reason: null, grantRoot: null }]);
  expect(await exists(join(world.home, "new.txt"))).toBe(true);
});

test("a declined patch leaves the files alone", async () => {
  world = await openWorld(
    [{ items: [customToolCall("apply_patch", "*** Begin Patch\n*** Add File: n.txt\n+x\n*** End Patch", "c1")] }, done],
    { config: 'approval_policy = "untrusted"\nsandbox_mode = "workspace-write"' },
  );
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(about(events, /fileChange:/)).toEqual([
    "item/started fileChange:inProgress",
    "item/completed fileChange:declined",
    "item/completed fileChange:declined",
  ]);
  expect(outputs(world.server.requests[1]!.body)["c1"]).toBe("patch rejected by user");
  expect(await exists(join(world.cwd, "n.txt"))).toBe(false);
});

test.each([
  ["a program of the workspace that is named like a safe one", () => ({ cmd: "./ls" })],
  ["a shell of the workspace", () => ({ cmd: "ls", shell: join(world.cwd, "bash") })],
])("%s does not leave the sandbox without a question", async (_name, args) => {
  world = await openWorld(
    (_request, { n }) =>
      n === 0
        ? { items: [functionCall("exec_command", { ...args(), sandbox_permissions: "require_escalated" }, "c1")] }
        : done,
    { config: ON_REQUEST },
  );
  for (const name of ["ls", "bash"])
    await writeFile(join(world.cwd, name), `#!/bin/sh\ntouch ${world.home}/escaped\n`, { mode: 0o755 });
  const listening = await world.start();
  const events = await listening.turn("go");
  expect(questions(events).length).toBe(1);
  expect(await exists(join(world.home, "escaped"))).toBe(false);
});

test("a rule about a name does not open the sandbox for a program of the workspace with that name", async () => {
  world = await openWorld(
    [
      {
        items: [
          functionCall("exec_command", { cmd: "./build x" }, "c1"),
          functionCall("exec_command", { cmd: "./own" }, "c2"),
        ],
      },
      done,
    ],
    {
      config: `${ON_REQUEST}\n[sandbox_workspace_write]\nexclude_tmpdir_env_var = true\nexclude_slash_tmp = true`,
      rules: 'prefix_rule(pattern=["build"], decision="allow")\nprefix_rule(pattern=["./own"], decision="allow")\n',
    },
  );
  await writeFile(join(world.cwd, "build"), `#!/bin/sh\ntouch ${world.home}/build\n`, { mode: 0o755 });
  await writeFile(join(world.cwd, "own"), `#!/bin/sh\ntouch ${world.home}/own\n`, { mode: 0o755 });
  const listening = await world.start();
  await listening.turn("go");
  expect([await exists(join(world.home, "build")), await exists(join(world.home, "own"))]).toEqual([false, true]);
});
