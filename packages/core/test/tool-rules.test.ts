import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fallbackModel, type ModelInfo } from "@codex-ts/model-provider";
import { customToolCall, functionCall, type ReplyItem } from "@codex-ts-tools/model-server";
import { afterEach, describe, expect, test } from "vitest";
import { openWorld, outline, outputs, type World, type WorldOptions } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const FREE = 'approval_policy = "never"\nsandbox_mode = "danger-full-access"';

/** A model that is all the fallback is, and this. */
function model(more: Partial<ModelInfo>): WorldOptions {
  return { model: "own", runtime: { models: [{ ...fallbackModel("own"), slug: "own", ...more }] } };
}

async function play(items: ReplyItem[], options: WorldOptions = {}) {
  world = await openWorld([{ items }, "done"], options);
  const listening = await world.start();
  const events = await listening.turn("go");
  const answers = world.server.requests[1] === undefined ? {} : outputs(world.server.requests[1].body);
  const { tools } = world.server.requests[0]!.body as unknown as { tools: { name?: string; type: string }[] };
  return { events, answers, tools: tools.map(({ name, type }) => name ?? type) };
}

const CALLS = [
  functionCall("exec_command", { cmd: "echo hi" }, "exec_command"),
  functionCall("shell_command", { command: "echo hi" }, "shell_command"),
  functionCall("shell", { command: ["echo", "hi"] }, "shell"),
  functionCall("container.exec", { command: ["echo", "hi"] }, "container.exec"),
  { type: "local_shell_call", call_id: "local_shell", command: ["echo", "hi"] },
];
const OLD_NAMES = ["shell_command", "shell", "container.exec", "local_shell"];

/** Spec tools.md 1.3: features and the model's kind of shell; what is listed of shells, and which calls of them are known. */
const shells: [string, string, Partial<ModelInfo>, string[], string[]][] = [
  ["unified_exec, by default", "", {}, ["exec_command", "write_stdin"], ["exec_command", ...OLD_NAMES]],
  ["no shell", "shell_tool = false\nunified_exec = true", { shell_type: "unified_exec" }, [], []],
  ["the model's: default", "unified_exec = false", { shell_type: "default" }, ["shell"], OLD_NAMES],
  ["the model's: local", "unified_exec = false", { shell_type: "local" }, ["local_shell"], OLD_NAMES],
  ["the model's: disabled", "unified_exec = false", { shell_type: "disabled" }, [], []],
  ["the model's: shell_command", "unified_exec = false", { shell_type: "shell_command" }, ["shell_command"], OLD_NAMES],
  [
    "the model's: unified_exec",
    "unified_exec = false",
    { shell_type: "unified_exec" },
    ["exec_command", "write_stdin"],
    ["exec_command", ...OLD_NAMES],
  ],
];

describe("the shell of a turn", () => {
  test.each(shells)("is %s", async (_name, features, more, listed, known) => {
    const { tools, answers } = await play(CALLS, { ...model(more), config: `${FREE}\n[features]\n${features}` });
    expect(tools.filter(name => /shell|exec|stdin/.test(name))).toEqual(listed);
    const answered = Object.entries(answers).filter(([, output]) => /hi/.test(String(output)));
    expect(answered.map(([id]) => id)).toEqual(known);
    const refused = Object.entries(answers).filter(([id]) => !known.includes(id));
    expect(refused).toEqual(refused.map(([id]) => [id, `unsupported call: ${id}`]));
  });
});

describe("tools are listed in the order that models know", () => {
  test("with everything that settings and the model add", async () => {
    const { tools } = await play([], {
      ...model({
        apply_patch_tool_type: "function",
        experimental_supported_tools: ["test_sync_tool", "list_dir"],
        input_modalities: ["text"],
      }),
      config: `web_search = "live"\n[features]\nrequest_permissions_tool = true`,
    });
    expect(tools).toEqual([
      "exec_command",
      "write_stdin",
      "update_plan",
      "request_user_input",
      "request_permissions",
      "apply_patch",
      "list_dir",
      "test_sync_tool",
      "web_search",
      "view_image",
    ]);
  });

  test.each<[string, Partial<ModelInfo>, string, string | undefined]>([
    ["the model's freeform patch tool", { apply_patch_tool_type: "freeform" }, "", "custom"],
    [
      "the model's patch function, whatever the feature says",
      { apply_patch_tool_type: "function" },
      "apply_patch_freeform = true",
      "function",
    ],
    ["the feature's freeform tool for a model without one", {}, "apply_patch_freeform = true", "custom"],
    ["none", {}, "", undefined],
  ])("and %s", async (_name, more, features, kind) => {
    await play([], { ...model(more), config: `[features]\n${features}` });
    const { tools } = world.server.requests[0]!.body as unknown as { tools: { name?: string; type: string }[] };
    expect(tools.find(({ name }) => name === "apply_patch")?.type).toBe(kind);
  });
});

test("a free text for a tool that takes arguments ends the turn", async () => {
  const { events } = await play([customToolCall("update_plan", "x", "c1")]);
  expect(events.flatMap(event => (event.method === "error" ? [event.params.error.message] : []))).toEqual([
    "tool update_plan invoked with incompatible payload",
  ]);
  expect(outline(events).at(-1)).toBe("turn/completed failed");
});

describe("a login shell", () => {
  const calls = [
    functionCall("shell_command", { command: "shopt login_shell", login: true }, "s1"),
    functionCall("exec_command", { cmd: "shopt login_shell", login: true }, "e1"),
    functionCall("shell_command", { command: "shopt login_shell" }, "s2"),
    functionCall("exec_command", { cmd: "shopt login_shell" }, "e2"),
    functionCall("shell_command", { command: "shopt login_shell", login: false }, "s3"),
  ];

  test("is what commands run in unless they ask for none", async () => {
    const { answers } = await play(calls, { config: FREE });
    const on = ["s1", "e1", "s2", "e2"].map(id => /login_shell\s+on/.test(String(answers[id])));
    expect(on).toEqual([true, true, true, true]);
    expect(answers["s3"]).toMatch(/login_shell\s+off/);
  });

  test("can be forbidden: then it is no longer offered, and asking for it is refused", async () => {
    const { answers } = await play(calls, { config: `${FREE}\nallow_login_shell = false` });
    const refusal = "login shell is disabled by config; omit `login` or set it to false.";
    expect([answers["s1"], answers["e1"]]).toEqual([refusal, refusal]);
    for (const id of ["s2", "e2", "s3"]) expect(answers[id]).toMatch(/login_shell\s+off/);
    expect(JSON.stringify(world.server.requests[0]!.body["tools"])).not.toContain('"login"');
  });
});

test("commands of unified exec are told that nobody looks at a terminal, and a terminal has 24 lines of 80", async () => {
  const names = "NO_COLOR TERM LANG LC_CTYPE LC_ALL COLORTERM PAGER GIT_PAGER GH_PAGER CODEX_CI".split(" ");
  const cmd = names.map(name => `echo "${name}=$${name}"`).join("; ");
  const { answers } = await play(
    [
      functionCall("exec_command", { cmd }, "env"),
      functionCall("exec_command", { cmd: "stty size", tty: true }, "tty"),
    ],
    { config: FREE },
  );
  expect(String(answers["env"]).split("Output:\n")[1]).toBe(
    "NO_COLOR=1\nTERM=dumb\nLANG=C.UTF-8\nLC_CTYPE=C.UTF-8\nLC_ALL=C.UTF-8\nCOLORTERM=\nPAGER=cat\nGIT_PAGER=cat\nGH_PAGER=cat\nCODEX_CI=1\n",
  );
  expect(String(answers["tty"]).split("Output:\n")[1]).toBe("24 80\r\n");
});

test("`timeout` is another name of `timeout_ms`, and an empty working folder is none", async () => {
  const { answers } = await play(
    [
      functionCall("shell_command", { command: "sleep 5", timeout: 200 }, "c1"),
      functionCall("shell_command", { command: "pwd", workdir: "" }, "c2"),
      functionCall("exec_command", { cmd: "pwd", workdir: "" }, "c3"),
    ],
    { config: FREE },
  );
  expect(answers["c1"]).toMatch(/^Exit code: 124\n.*command timed out after \d+ milliseconds\n$/s);
  expect(String(answers["c2"])).toContain(`Output:\n${world.cwd}\n`);
  expect(String(answers["c3"])).toContain(`Output:\n${world.cwd}\n`);
});

test("nobody waits for less than a quarter of a second, nor for longer than the process lives", async () => {
  const { answers } = await play(
    [
      functionCall("exec_command", { cmd: "sleep 3", yield_time_ms: 1 }, "c1"),
      functionCall("exec_command", { cmd: "true", yield_time_ms: 30_000 }, "c2"),
    ],
    { config: FREE },
  );
  const seconds = (id: string) => Number(/Wall time: ([\d.]+)/.exec(String(answers[id]))?.[1]);
  expect(seconds("c1")).toBeGreaterThanOrEqual(0.25);
  expect(seconds("c1")).toBeLessThan(2);
  expect(seconds("c2")).toBeLessThan(10);
});

test("a model with sixty processes open is told to close some, and what is over at once takes nobody's place", async () => {
  const lasting = Array.from({ length: 64 }, (_, n) =>
    functionCall("exec_command", { cmd: "sleep 60.0707", yield_time_ms: 250 }, `c${n}`),
  );
  const quick = functionCall("exec_command", { cmd: "echo at once" }, "quick");
  world = await openWorld([{ items: lasting }, { items: [quick] }, "done"], { config: FREE });
  const events = await (await world.start()).turn("go");
  const told = world.server.requests[2]!.userTexts().filter(text => text.includes("maximum number of unified exec"));
  // Once for each that is one too many, when it is.
  expect(told).toEqual(
    [60, 61, 62, 63, 64].map(
      open =>
        `Warning: The maximum number of unified exec processes you can keep open is 60 and you currently have ${open} processes open. Reuse older processes or close them to prevent automatic pruning of old processes`,
    ),
  );
  const ended = events.flatMap(event =>
    event.method === "item/completed" && event.params.item.type === "commandExecution" ? [event.params.item.id] : [],
  );
  expect(ended).toEqual(["quick"]);
});

test("view_image says what it cannot show", async () => {
  world = await openWorld([{ items: [functionCall("view_image", { path: "sub" }, "c1")] }, "done"]);
  await mkdir(join(world.cwd, "sub"));
  await (await world.start()).turn("go");
  expect(outputs(world.server.requests[1]!.body)["c1"]).toBe(`image path \`${join(world.cwd, "sub")}\` is not a file`);
});

test("view_image is listed for a model without eyes, and refused", async () => {
  const { tools, answers } = await play([functionCall("view_image", { path: "sub" }, "c1")], {
    ...model({ input_modalities: ["text"] }),
  });
  expect(tools).toContain("view_image");
  expect(answers["c1"]).toBe("view_image is not allowed because you do not support image inputs");
});

test.each([
  ["of its own", "", /^Total output lines: 1\n\nx{2000}…1000 tokens truncated…x{2000}$/],
  [
    "of the settings, where those are less",
    "tool_output_token_limit = 500",
    /^Total output lines: 1\n\nx{1000}…1500 tokens truncated…x{1000}$/,
  ],
  ["of the settings, also where those are more", "tool_output_token_limit = 4000", /^x{8000}$/],
])("an output is cut to the tokens %s", async (_name, config, expected) => {
  const { answers } = await play([functionCall("exec_command", { cmd: "head -c 8000 /dev/zero | tr '\\0' x" }, "c1")], {
    ...model({ truncation_policy: { mode: "tokens", limit: 1000 } }),
    config: `${config}\n${FREE}`,
  });
  expect(String(answers["c1"]).split("Output:\n")[1]).toMatch(expected);
});

test("the model is not told of an interrupt where that is switched off", async () => {
  world = await openWorld([{ text: "long", hang: true }, "after"], { config: "[agents]\ninterrupt_message = false" });
  const listening = await world.start();
  const running = listening.turn("go");
  await listening.until(event => event.method === "item/agentMessage/delta");
  await listening.thread.interrupt();
  await running;
  await listening.turn("next");
  expect(JSON.stringify(world.server.requests[1]!.body)).not.toContain("turn_aborted");
});

test.each([
  ["include_permissions_instructions = false", "<permissions instructions>"],
  ["include_environment_context = false", "<environment_context>"],
])("%s leaves that out", async (config, words) => {
  await play([], { config });
  expect(JSON.stringify(world.server.requests[0]!.body["input"])).not.toContain(words);
});
