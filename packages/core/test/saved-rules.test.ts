import { access, appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { functionCall } from "@codex-ts-tools/model-server";
import { afterEach, expect, test } from "vitest";
import type { ThreadEvent } from "../src/index.ts";
import { openWorld, outputs, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const done = { text: "done" };
const questions = (events: readonly ThreadEvent[]) =>
  events.flatMap(event => (event.kind === "request" ? [event.params as { reason?: string }] : []));
const rulesFile = () => join(world.home, "rules", "default.rules");
const amended = (...prefix: string[]) => ({
  decision: { acceptWithExecpolicyAmendment: { execpolicy_amendment: prefix } },
});

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

/** A turn in which the model touches a file and the client answers; a workspace in which every command is asked about. */
async function touches(answer: () => unknown) {
  world = await openWorld([{ items: [functionCall("shell_command", { command: "touch a.txt" }, "c1")] }, done], {
    config: 'approval_policy = "untrusted"\nsandbox_mode = "workspace-write"',
  });
  const listening = await world.start();
  listening.answer = answer;
  const events = await listening.turn("go");
  return { events, touched: await exists(join(world.cwd, "a.txt")) };
}

test("the prefix that is saved is the one of the answer, whatever was proposed (execpolicy 14.4, row 1)", async () => {
  const { events, touched } = await touches(() => amended("something", "else"));
  expect(questions(events)).toMatchObject([{ proposedExecpolicyAmendment: ["touch", "a.txt"] }]);
  expect(await readFile(rulesFile(), "utf8")).toBe('prefix_rule(pattern=["something", "else"], decision="allow")\n');
  expect(JSON.stringify(world.server.requests.at(-1)!.body)).toContain(
    String.raw`Approved command prefix saved:\n- [\"something\", \"else\"]`,
  );
  expect(touched).toBe(true);
});

test.each([
  [
    "row 2: ends the line before it, where that has no end",
    'prefix_rule(pattern=["ls"], decision="allow")',
    ["qecho", "Hello, world!"],
    'prefix_rule(pattern=["ls"], decision="allow")\nprefix_rule(pattern=["qecho", "Hello, world!"], decision="allow")\n',
  ],
  [
    "row 3: is not saved twice",
    'prefix_rule(pattern=["ls"], decision="allow")\n',
    ["ls"],
    'prefix_rule(pattern=["ls"], decision="allow")\n',
  ],
])("a prefix that is saved (execpolicy 14.4, %s)", async (_name, before, prefix, after) => {
  await touches(() => {
    mkdirSync(join(world.home, "rules"));
    writeFileSync(rulesFile(), before);
    return amended(...prefix);
  });
  expect(await readFile(rulesFile(), "utf8")).toBe(after);
});

test.each<[string, () => string[], () => void, () => string]>([
  [
    "its file cannot be opened",
    () => ["touch"],
    () => mkdirSync(rulesFile(), { recursive: true }),
    () =>
      `failed to update rules file ${rulesFile()}: failed to open policy file ${rulesFile()}: Is a directory (os error 21)`,
  ],
  ["it has no words", () => [], () => {}, () => "prefix rule requires at least one token"],
])(
  "a prefix that cannot be saved because %s is told as a warning, and the command runs",
  async (_why, prefix, prepare, text) => {
    const { events, touched } = await touches(() => {
      prepare();
      return amended(...prefix());
    });
    const warnings = events.flatMap(event => (event.method === "warning" ? [event.params.message] : []));
    expect(warnings).toEqual([`Failed to apply execpolicy amendment: ${text()}`]);
    expect(JSON.stringify(world.server.requests.at(-1)!.body)).not.toContain("Approved command prefix saved");
    expect(touched).toBe(true);
  },
);

test.each([
  [true, ["command failed; retry without sandbox?"]],
  [false, []],
])(
  "after the sandbox stopped a command, the granular flag %s decides about a second attempt",
  async (flag, reasons) => {
    world = await openWorld(
      (_request, { n }) =>
        n === 0 ? { items: [functionCall("shell_command", { command: `touch ${world.home}/f` }, "c1")] } : done,
      {
        config: `approval_policy = { granular = { sandbox_approval = ${flag}, rules = false, mcp_elicitations = false } }\nsandbox_mode = "read-only"`,
      },
    );
    const listening = await world.start();
    listening.answer = () => ({ decision: "accept" });
    const events = await listening.turn("go");
    expect(questions(events).map(({ reason }) => reason)).toEqual(reasons);
    expect(await exists(join(world.home, "f"))).toBe(flag);
    expect(String(outputs(world.server.requests.at(-1)!.body)["c1"])).toMatch(
      flag ? /Exit code: 0/ : /Read-only file system|Permission denied/,
    );
  },
);

/** A trusted workspace, before any thread. */
async function trustedWorld(): Promise<void> {
  world = await openWorld([done]);
  const table = `\n[projects.${JSON.stringify(world.cwd)}]\ntrust_level = "trusted"\n`;
  await appendFile(join(world.home, "config.toml"), table);
}

test("a file in place of a trusted project's `.codex` folder is no layer, and keeps no thread from starting", async () => {
  await trustedWorld();
  await writeFile(join(world.cwd, ".codex"), "", { mode: 0o444 });
  const listening = await world.start();
  expect((await listening.turn("go")).some(event => event.kind === "request")).toBe(false);
});

test("a file in place of the folder's rules does", async () => {
  await trustedWorld();
  await mkdir(join(world.cwd, ".codex"));
  await writeFile(join(world.cwd, ".codex/rules"), "");
  await expect(world.start()).rejects.toThrow(`failed to read rules files from ${join(world.cwd, ".codex/rules")}`);
});
