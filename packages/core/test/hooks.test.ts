import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { functionCall, type Script } from "@codex-ts-tools/model-server";
import type { HookRunSummary } from "@codex-ts/protocol";
import { afterEach, describe, expect, it } from "vitest";
import type { Thread, ThreadEvent } from "../src/index.ts";
import { openWorld, outline, outputs, type World, type WorldOptions } from "./harness.ts";

let world: World;
afterEach(() => world.close());

type Handler = { command: string; timeout?: number; allowUpdatedInput?: boolean };
type Groups = Readonly<Record<string, readonly { matcher?: string; hooks: readonly Handler[] }[]>>;

const POLICY = 'sandbox_mode = "danger-full-access"\napproval_policy = "never"';

/** A world whose user has these hooks. `{HOME}` in a command is its CODEX_HOME. */
async function hooked(script: Script, events: Groups, options: WorldOptions = {}): Promise<World> {
  world = await openWorld(script, { config: POLICY, ...options });
  const groups = Object.fromEntries(
    Object.entries(events).map(([event, list]) => [
      event,
      list.map(group => ({
        ...group,
        hooks: group.hooks.map(hook => ({
          type: "command",
          ...hook,
          command: hook.command.replaceAll("{HOME}", world.home),
        })),
      })),
    ]),
  );
  await writeFile(join(world.home, "hooks.json"), JSON.stringify({ hooks: groups }));
  return world;
}

const one = (command: string, more: object = {}): Groups[string] => [{ hooks: [{ command, ...more }] }];
const json = (value: object): string => `printf '%s' '${JSON.stringify(value)}'`;
const specific = (hookEventName: string, fields: object): object => ({
  hookSpecificOutput: { hookEventName, ...fields },
});

/** Ended runs, as the spec's vectors write them. */
function runs(events: readonly ThreadEvent[]): string[][] {
  return events.flatMap(event =>
    event.method === "hook/completed" ? [shown((event.params as { run: HookRunSummary }).run)] : [],
  );
}

function shown(run: HookRunSummary): string[] {
  return [run.id.replace(world.home, "HOME"), run.status, ...run.entries.map(({ kind, text }) => `${kind}:${text}`)];
}

/** Roles and texts of a request's messages, without what every conversation begins with. */
function messages(n: number): string[] {
  const { input } = world.server.requests[n]!.body as { input: { type: string; role?: string; content?: unknown }[] };
  return input
    .filter(item => item.type === "message")
    .map(item => `${item.role}: ${(item.content as { text: string }[]).map(({ text }) => text).join("|")}`)
    .filter(text => !/^(developer: <permissions|user: <environment_context)/.test(text));
}

describe("SessionStart", () => {
  it("adds contexts ahead of the first prompt, once, in the order of the configuration (vector 12)", async () => {
    await hooked(["one", "two"], {
      SessionStart: [
        { hooks: [{ command: "sleep 0.2; echo ' remember A '" }] },
        { matcher: "resume", hooks: [{ command: "echo no" }] },
        { hooks: [{ command: json(specific("SessionStart", { additionalContext: "remember B" })) }] },
      ],
    });
    const { turn } = bound(await world.start());
    const first = await turn("hello");
    expect(runs(first)).toEqual([
      ["session-start:0:HOME/hooks.json", "completed", "context:remember A"],
      ["session-start:2:HOME/hooks.json", "completed", "context:remember B"],
    ]);
    expect(messages(0)).toEqual(["developer: remember A", "developer: remember B", "user: hello"]);
    expect(runs(await turn("again"))).toEqual([]);
  });

  it("may end the first turn: the prompt is lost, what it added is heard in the next (vector 13)", async () => {
    await hooked(["answer"], {
      SessionStart: one(
        json({ ...specific("SessionStart", { additionalContext: "cx" }), continue: false, stopReason: "nope" }),
      ),
    });
    const { turn } = bound(await world.start());
    const first = await turn("first");
    expect(outline(first).filter(line => !line.startsWith("hook/"))).toEqual([
      "turn/started inProgress",
      "turn/completed completed",
    ]);
    expect(runs(first)).toEqual([["session-start:0:HOME/hooks.json", "stopped", "context:cx", "stop:nope"]]);
    expect(world.server.requests).toHaveLength(0);
    await turn("second");
    expect(messages(0)).toEqual(["developer: cx", "user: second"]);
  });

  it("is told how the session came about, and where its file is (vector 29)", async () => {
    await hooked(["one", "two", "three"], { SessionStart: one("cat >> {HOME}/seen; echo >> {HOME}/seen") });
    const started = await world.start();
    await started.turn("1");
    await started.thread.shutdown();
    const resumed = await world.runtime.resumeThread({ id: started.thread.id }, { cwd: world.cwd });
    await finished(resumed.thread, "2");
    const cleared = await world.start({ sessionStart: "clear" });
    await cleared.turn("3");
    const seen = (await readFile(join(world.home, "seen"), "utf8"))
      .trim()
      .split("\n")
      .map(line => JSON.parse(line));
    expect(seen.map(({ source }) => source)).toEqual(["startup", "resume", "clear"]);
    expect(seen[0]).toEqual({
      session_id: started.thread.id,
      transcript_path: started.thread.rolloutPath,
      cwd: world.cwd,
      hook_event_name: "SessionStart",
      model: "gpt-5.2",
      permission_mode: "bypassPermissions",
      source: "startup",
    });
  });

  it("of a thread that is not kept has no file to name", async () => {
    await hooked(["one"], { SessionStart: one("cat > {HOME}/seen") });
    await (await world.start({ ephemeral: true })).turn("1");
    expect(JSON.parse(await readFile(join(world.home, "seen"), "utf8"))).toMatchObject({ transcript_path: null });
  });
});

describe("UserPromptSubmit", () => {
  it("adds context behind the prompt", async () => {
    await hooked(["ok"], { UserPromptSubmit: one("cat > {HOME}/seen; echo note") });
    await bound(await world.start()).turn("hello");
    expect(messages(0)).toEqual(["user: hello", "developer: note"]);
    expect(JSON.parse(await readFile(join(world.home, "seen"), "utf8"))).toMatchObject({
      hook_event_name: "UserPromptSubmit",
      prompt: "hello",
    });
  });

  it("drops a prompt: no item, no request, and what hooks had to say is heard in the next turn (vector 14)", async () => {
    await hooked(["ok"], {
      UserPromptSubmit: [
        {
          hooks: [
            {
              command: `grep -q '"prompt":"first"' && ${json({ decision: "block", reason: "secret", ...specific("UserPromptSubmit", { additionalContext: "why" }) })} || true`,
            },
            { command: "echo always" },
          ],
        },
      ],
    });
    const { turn } = bound(await world.start());
    const first = await turn("first");
    expect(runs(first)).toEqual([
      ["user-prompt-submit:0:HOME/hooks.json", "blocked", "context:why", "feedback:secret"],
      ["user-prompt-submit:1:HOME/hooks.json", "completed", "context:always"],
    ]);
    expect(outline(first).filter(line => !line.startsWith("hook/"))).toEqual([
      "turn/started inProgress",
      "turn/completed completed",
    ]);
    expect(world.server.requests).toHaveLength(0);
    await turn("second");
    expect(messages(0)).toEqual(["developer: why", "developer: always", "user: second", "developer: always"]);
  });

  it("is asked about input that comes while the turn runs; a dropped one does not stop what follows", async () => {
    let release = (): void => {};
    const hold = new Promise<void>(resolve => (release = resolve));
    await hooked([{ text: "one", hold }, "two"], {
      UserPromptSubmit: one('if grep -q \'"prompt":"bad"\'; then echo no >&2; exit 2; fi'),
    });
    const started = await world.start();
    const turn = started.turn("hello");
    await started.until(({ method }) => method === "item/agentMessage/delta");
    started.thread.steer([{ type: "text", text: "bad", text_elements: [] }]);
    started.thread.steer([{ type: "text", text: "good", text_elements: [] }]);
    release();
    const events = await turn;
    expect(runs(events).map(([, ...rest]) => rest)).toEqual([["completed"], ["blocked", "feedback:no"], ["completed"]]);
    expect(world.server.requests).toHaveLength(2);
    expect(messages(1)).toEqual(["user: hello", "assistant: one", "user: good"]);
  });

  it("ends the turn when all that was left was dropped", async () => {
    let release = (): void => {};
    const hold = new Promise<void>(resolve => (release = resolve));
    await hooked([{ text: "one", hold }], {
      UserPromptSubmit: one('if grep -q \'"prompt":"bad"\'; then echo no >&2; exit 2; fi'),
      Stop: one("touch {HOME}/stopped"),
    });
    const started = await world.start();
    const turn = started.turn("hello");
    await started.until(({ method }) => method === "item/agentMessage/delta");
    started.thread.steer([{ type: "text", text: "bad", text_elements: [] }]);
    release();
    expect(outline(await turn).at(-1)).toBe("turn/completed completed");
    expect(world.server.requests).toHaveLength(1);
    await expect(readFile(join(world.home, "stopped"))).rejects.toThrow("ENOENT");
  });
});

describe("Stop", () => {
  it("makes the turn go on with a prompt, and is told so the next time (vector 15)", async () => {
    const once = `cat >> {HOME}/seen; echo >> {HOME}/seen; if [ ! -e {HOME}/once ]; then touch {HOME}/once; ${json({ decision: "block", reason: 'keep <going> & "x"' })}; fi`;
    await hooked(["a", "b", "c"], { Stop: one(once) });
    const { turn } = bound(await world.start());
    const events = await turn("go");
    expect(runs(events)).toEqual([
      ["stop:0:HOME/hooks.json", "blocked", 'feedback:keep <going> & "x"'],
      ["stop:0:HOME/hooks.json", "completed"],
    ]);
    expect(messages(1).at(-1)).toBe(
      `user: <hook_prompt hook_run_id="stop:0:${world.home}/hooks.json">keep &lt;going&gt; &amp; "x"</hook_prompt>`,
    );
    const prompts = events.flatMap(({ method, params }) =>
      method === "item/completed" && "item" in params && params.item.type === "hookPrompt" ? [params.item] : [],
    );
    expect(prompts).toEqual([
      {
        type: "hookPrompt",
        id: expect.any(String),
        fragments: [{ text: 'keep <going> & "x"', hookRunId: `stop:0:${world.home}/hooks.json` }],
      },
    ]);
    await turn("next");
    const seen = (await readFile(join(world.home, "seen"), "utf8"))
      .trim()
      .split("\n")
      .map(line => JSON.parse(line));
    expect(seen.map(input => [input.stop_hook_active, input.last_assistant_message])).toEqual([
      [false, "a"],
      [true, "b"],
      [false, "c"],
    ]);
    expect(seen[0].turn_id).toBe(seen[1].turn_id);
    expect(seen[2].turn_id).not.toBe(seen[1].turn_id);
  });

  it("of several makes one message with a part each; one stop wins over every block (vectors 16, 17)", async () => {
    await hooked(["a", "b", "c"], {
      Stop: [
        {
          hooks: [
            { command: "[ -e {HOME}/once ] && exit 0; echo first >&2; exit 2" },
            { command: "sleep 0.3; [ -e {HOME}/once ] && exit 0; touch {HOME}/once; echo second >&2; exit 2" },
          ],
        },
      ],
    });
    await bound(await world.start()).turn("go");
    const id = (at: number): string => `stop:${at}:${world.home}/hooks.json`;
    expect(messages(1).at(-1)).toBe(
      `user: <hook_prompt hook_run_id="${id(0)}">first</hook_prompt>|<hook_prompt hook_run_id="${id(1)}">second</hook_prompt>`,
    );
    expect(world.server.requests).toHaveLength(2);
    await world.close();

    await hooked(["a", "b"], {
      Stop: [
        {
          hooks: [
            { command: json({ decision: "block", reason: "go" }) },
            { command: json({ continue: false, stopReason: "done" }) },
          ],
        },
      ],
    });
    const events = await bound(await world.start()).turn("go");
    expect(runs(events).map(([, ...rest]) => rest)).toEqual([
      ["blocked", "feedback:go"],
      ["stopped", "stop:done"],
    ]);
    expect(outline(events).at(-1)).toBe("turn/completed completed");
    expect(world.server.requests).toHaveLength(1);
  });

  it("does not run when the turn is interrupted, and is ended with it", async () => {
    await hooked(["a"], { Stop: one("echo $$ > {HOME}/pid; exec sleep 60") });
    const started = await world.start();
    const turn = started.turn("go");
    await started.until(({ method }) => method === "hook/started");
    await started.thread.interrupt();
    const events = await turn;
    expect(outline(events).at(-1)).toBe("turn/completed interrupted");
    expect(runs(events)).toEqual([]);
  });
});

const shell = (command: string, more: object = {}): Script => [
  { items: [functionCall("shell_command", { command, ...more }, "c1")] },
  "done",
];
const output = (): unknown => outputs(world.server.requests[1]!.body)["c1"];
const allow = json(specific("PermissionRequest", { decision: { behavior: "allow" } }));
const deny = json(specific("PermissionRequest", { decision: { behavior: "deny", message: "not today" } }));
const ASKING = 'sandbox_mode = "danger-full-access"\napproval_policy = "untrusted"';

describe("PreToolUse", () => {
  it("blocks a command before anything is seen of it (vector 2)", async () => {
    await hooked(shell("touch x"), { PreToolUse: one("echo '  no way ' >&2; exit 2") });
    const events = await bound(await world.start()).turn("go");
    expect(runs(events)).toEqual([["pre-tool-use:0:HOME/hooks.json:c1", "blocked", "feedback:no way"]]);
    expect(output()).toBe("Command blocked by PreToolUse hook: no way. Command: touch x");
    expect(outline(events).some(line => line.includes("commandExecution"))).toBe(false);
  });

  it("lets the command run when a handler breaks, and shows why it broke", async () => {
    await hooked(shell("echo hi"), {
      PreToolUse: [
        { matcher: "^Bash$", hooks: [{ command: "cat > {HOME}/seen; exit 3" }, { command: "sleep 30", timeout: 1 }] },
      ],
    });
    const events = await bound(await world.start()).turn("go");
    expect(runs(events).map(([, ...rest]) => rest)).toEqual([
      ["failed", "error:hook exited with code 3"],
      ["failed", "error:hook timed out after 1s"],
    ]);
    expect(output()).toContain("hi");
    expect(JSON.parse(await readFile(join(world.home, "seen"), "utf8"))).toMatchObject({
      tool_name: "Bash",
      tool_input: { command: "echo hi" },
      tool_use_id: "c1",
    });
  });

  it("does not hear of tools without hooks, or of other tools than its matcher's", async () => {
    await hooked(
      [{ items: [functionCall("update_plan", { plan: [{ step: "a", status: "pending" }] }, "c1")] }, "done"],
      { PreToolUse: one("exit 3"), PostToolUse: [{ matcher: "Bash", hooks: [{ command: "exit 3" }] }] },
    );
    expect(runs(await bound(await world.start()).turn("go"))).toEqual([]);
  });

  it("sees the words of an argument list as one line", async () => {
    await hooked([{ items: [functionCall("shell", { command: ["echo", "a b"] }, "c1")] }, "done"], {
      PreToolUse: one("cat > {HOME}/seen"),
    });
    await bound(await world.start()).turn("go");
    expect(JSON.parse(await readFile(join(world.home, "seen"), "utf8"))).toMatchObject({
      tool_input: { command: "echo 'a b'" },
    });
  });
});

describe("PostToolUse", () => {
  it("adds context ahead of the output, and replaces the output (vector 10)", async () => {
    const a = json({
      decision: "block",
      reason: "bad output",
      ...specific("PostToolUse", { additionalContext: "ctx A" }),
    });
    await hooked(shell("echo hi"), {
      PostToolUse: [{ hooks: [{ command: `cat > {HOME}/seen; ${a}` }, { command: "echo fb B >&2; exit 2" }] }],
    });
    const events = await bound(await world.start()).turn("go");
    expect(runs(events).map(([, ...rest]) => rest)).toEqual([
      ["blocked", "context:ctx A", "feedback:bad output"],
      ["completed", "feedback:fb B"],
    ]);
    expect(output()).toBe("bad output\n\nfb B");
    const { input } = world.server.requests[1]!.body as { input: { type: string; role?: string }[] };
    expect(input.slice(-3).map(item => `${item.type} ${item.role ?? ""}`.trim())).toEqual([
      "function_call",
      "message developer",
      "function_call_output",
    ]);
    expect(JSON.parse(await readFile(join(world.home, "seen"), "utf8"))).toMatchObject({ tool_response: "hi\n" });
  });

  it("does not run after a command that failed", async () => {
    await hooked(shell("exit 3"), { PostToolUse: one("true") });
    expect(runs(await bound(await world.start()).turn("go"))).toEqual([]);
  });

  it("that stops does not end the turn (vector 11)", async () => {
    await hooked(shell("echo hi"), {
      PostToolUse: one(json({ continue: false, stopReason: "halt", reason: "model text" })),
    });
    const events = await bound(await world.start()).turn("go");
    expect(runs(events).map(([, ...rest]) => rest)).toEqual([["stopped", "stop:halt"]]);
    expect(output()).toBe("model text");
    expect(world.server.requests).toHaveLength(2);
  });
});

describe("PermissionRequest", () => {
  it("allows in the person's place, once (vector 19)", async () => {
    await hooked(
      shell("touch made"),
      { PermissionRequest: [{ matcher: "^Bash$", hooks: [{ command: `cat > {HOME}/seen; ${allow}` }] }] },
      { config: ASKING },
    );
    const events = await bound(await world.start()).turn("go");
    expect(runs(events)).toEqual([["permission-request:0:HOME/hooks.json:c1", "completed"]]);
    expect(events.some(({ kind }) => kind === "request")).toBe(false);
    await readFile(join(world.cwd, "made"));
    const seen = JSON.parse(await readFile(join(world.home, "seen"), "utf8"));
    expect(seen).toMatchObject({
      permission_mode: "default",
      tool_name: "Bash",
      tool_input: { command: "touch made" },
    });
    expect(seen).not.toHaveProperty("tool_use_id");
  });

  it("denies, and the model reads why (vector 20)", async () => {
    await hooked(
      shell("touch made"),
      { PermissionRequest: [{ hooks: [{ command: deny }, { command: allow }] }] },
      { config: ASKING },
    );
    const events = await bound(await world.start()).turn("go");
    expect(runs(events).map(([, ...rest]) => rest)).toEqual([["blocked", "feedback:not today"], ["completed"]]);
    expect(output()).toBe("not today");
    expect(outline(events)).toContain("item/completed commandExecution:declined");
    await expect(readFile(join(world.cwd, "made"))).rejects.toThrow("ENOENT");
  });

  it.each([
    ["is quiet", "true"],
    ["is broken", "exit 3"],
    ["says something nobody understands", "echo '{'"],
  ])("leaves the question to the person when it %s", async (_what, command) => {
    await hooked(shell("touch made"), { PermissionRequest: one(command) }, { config: ASKING });
    const started = await world.start();
    started.answer = () => ({ decision: "accept" });
    const events = await started.turn("go");
    expect(events.filter(({ kind }) => kind === "request")).toHaveLength(1);
    await readFile(join(world.cwd, "made"));
  });

  it("is not asked when no approval is needed", async () => {
    await hooked(shell("touch made"), { PermissionRequest: one(deny) });
    expect(runs(await bound(await world.start()).turn("go"))).toEqual([]);
    await readFile(join(world.cwd, "made"));
  });

  it("never turns a rule's no into a yes", async () => {
    await hooked(
      shell("touch made"),
      { PermissionRequest: one(allow) },
      {
        config: ASKING,
        rules: 'prefix_rule(["touch"], decision = "forbidden", justification = "no touching")\n',
      },
    );
    expect(runs(await bound(await world.start()).turn("go"))).toEqual([]);
    await expect(readFile(join(world.cwd, "made"))).rejects.toThrow("ENOENT");
  });
});

describe("an input that a hook replaces", () => {
  const to = (command: string): string => json(specific("PreToolUse", { updatedInput: { command } }));
  const asTo = (command: string): string =>
    json(specific("PermissionRequest", { decision: { behavior: "allow", updatedInput: { command } } }));

  it("runs instead of the old one, and is what later hooks see", async () => {
    await hooked(shell("echo old"), {
      PreToolUse: one(`cat > /dev/null; echo x >> {HOME}/count; ${to("echo new")}`, { allowUpdatedInput: true }),
      PostToolUse: one("cat > {HOME}/seen"),
    });
    const events = await bound(await world.start()).turn("go");
    expect(runs(events).map(([, ...rest]) => rest)).toEqual([["completed"], ["completed"]]);
    expect(output()).toContain("new");
    expect(output()).not.toContain("old");
    expect(JSON.parse(await readFile(join(world.home, "seen"), "utf8"))).toMatchObject({
      tool_input: { command: "echo new" },
      tool_response: "new\n",
    });
    expect(await readFile(join(world.home, "count"), "utf8")).toBe("x\n");
  });

  it("is refused without the handler's leave", async () => {
    await hooked(shell("echo old"), { PreToolUse: one(to("echo new")) });
    const events = await bound(await world.start()).turn("go");
    expect(runs(events).map(([, ...rest]) => rest)).toEqual([
      ["failed", "error:PreToolUse hook returned unsupported updatedInput"],
    ]);
    expect(output()).toContain("old");
  });

  it.each([[{ command: 5 }], ["text"], [{ command: " " }], [{ cmd: "ls" }]])(
    "is refused when it is %j",
    async updatedInput => {
      await hooked(shell("echo old"), {
        PreToolUse: one(json(specific("PreToolUse", { updatedInput })), { allowUpdatedInput: true }),
      });
      const events = await bound(await world.start()).turn("go");
      expect(runs(events)[0]?.[1]).toBe("failed");
      expect(output()).toContain("old");
    },
  );

  it("is judged by the rules as if the model had asked for it", async () => {
    await hooked(
      shell("echo old"),
      { PreToolUse: one(to("touch made"), { allowUpdatedInput: true }) },
      {
        rules: 'prefix_rule(["touch"], decision = "forbidden", justification = "no touching")\n',
      },
    );
    await bound(await world.start()).turn("go");
    expect(String(output())).toContain("no touching");
    await expect(readFile(join(world.cwd, "made"))).rejects.toThrow("ENOENT");
  });

  it("in an approval is asked about anew, by everybody but hooks", async () => {
    await hooked(
      shell("touch old"),
      {
        PreToolUse: one("echo x >> {HOME}/before"),
        PermissionRequest: one(`echo x >> {HOME}/asked; ${asTo("touch new")}`, { allowUpdatedInput: true }),
      },
      { config: ASKING },
    );
    const started = await world.start();
    started.answer = () => ({ decision: "accept" });
    const events = await started.turn("go");
    const asked = events.filter(({ kind }) => kind === "request").map(({ params }) => params);
    expect(asked).toMatchObject([{ itemId: "c1", command: expect.stringContaining("touch new") }]);
    await readFile(join(world.cwd, "new"));
    await expect(readFile(join(world.cwd, "old"))).rejects.toThrow("ENOENT");
    expect(await readFile(join(world.home, "before"), "utf8")).toBe("x\n");
    expect(await readFile(join(world.home, "asked"), "utf8")).toBe("x\n");
  });

  it("in an approval is no way round the person's no, nor round a rule's", async () => {
    const events = { PermissionRequest: one(asTo("touch new"), { allowUpdatedInput: true }) };
    await hooked(shell("touch old"), events, { config: ASKING });
    await bound(await world.start()).turn("go");
    await expect(readFile(join(world.cwd, "new"))).rejects.toThrow("ENOENT");
    await world.close();

    await hooked(shell("cp old"), events, {
      config: ASKING,
      rules: 'prefix_rule(["touch"], decision = "forbidden", justification = "no touching")\n',
    });
    const started = await world.start();
    started.answer = () => ({ decision: "accept" });
    await started.turn("go");
    expect(String(output())).toContain("no touching");
    await expect(readFile(join(world.cwd, "new"))).rejects.toThrow("ENOENT");
  });

  it("in an approval runs without a question when the rules let it", async () => {
    await hooked(
      shell("touch old"),
      { PermissionRequest: one(asTo("echo safe"), { allowUpdatedInput: true }) },
      { config: ASKING },
    );
    const events = await bound(await world.start()).turn("go");
    expect(events.some(({ kind }) => kind === "request")).toBe(false);
    expect(String(output())).toContain("safe");
  });

  it("keeps the words of an argument list apart", async () => {
    await hooked([{ items: [functionCall("shell", { command: ["echo", "old"] }, "c1")] }, "done"], {
      PreToolUse: one(to('printf %s.%s "a b" c'), { allowUpdatedInput: true }),
    });
    await bound(await world.start()).turn("go");
    expect(String(output())).toContain("a b.c");
  });
});

describe("the notify program", () => {
  it("is told of every turn that ends by itself, unless a Stop hook ended it at once", async () => {
    const stop = `grep -q '"last_assistant_message":"two"' && ${json({ continue: false })} || true`;
    await hooked(["one", "two", "three"], { Stop: one(stop) });
    const notify = ["/bin/sh", "-c", `printf '%s\\n' "$1" >> ${world.home}/told`, "sh"];
    const file = join(world.home, "config.toml");
    await writeFile(file, `notify = ${JSON.stringify(notify)}\n${await readFile(file, "utf8")}`);
    const started = await world.start();
    const turnIds: string[] = [];
    for (const text of ["a", "b", "c"]) {
      await started.turn(text);
      turnIds.push((started.events.at(-1)!.params as { turn: { id: string } }).turn.id);
    }
    const told = async () => (await readFile(join(world.home, "told"), "utf8").catch(() => "")).trim().split("\n");
    for (let tries = 0; tries < 300 && (await told()).length < 2; tries++) await new Promise(r => setTimeout(r, 50));
    const common = { type: "agent-turn-complete", "thread-id": started.thread.id, cwd: world.cwd, client: "core_test" };
    expect((await told()).map(line => JSON.parse(line))).toEqual([
      { ...common, "turn-id": turnIds[0], "input-messages": ["a"], "last-assistant-message": "one" },
      { ...common, "turn-id": turnIds[2], "input-messages": ["a", "b", "c"], "last-assistant-message": "three" },
    ]);
  });
});

describe("functions of a library user", () => {
  it("are hooked into every thread", async () => {
    const { asyncHandler } = await import("@codex-ts/hooks");
    const hooks = [
      asyncHandler("UserPromptSubmit", ({ prompt }) => `seen: ${prompt}`),
      asyncHandler("PermissionRequest", () => ({
        hookSpecificOutput: { hookEventName: "PermissionRequest", decision: { behavior: "allow" } },
      })),
    ];
    await hooked(shell("touch made"), {}, { config: ASKING, runtime: { hooks } });
    const events = await bound(await world.start()).turn("hello");
    expect(runs(events)).toEqual([
      ["user-prompt-submit:0:/<function>/UserPromptSubmit", "completed", "context:seen: hello"],
      ["permission-request:1:/<function>/PermissionRequest:c1", "completed"],
    ]);
    await readFile(join(world.cwd, "made"));
  });
});

describe("a session", () => {
  it("tells of every handler it leaves out, once", async () => {
    await hooked(["a", "b"], { PreToolUse: [{ matcher: "[", hooks: [{ command: "true" }] }] });
    const started = await world.start();
    await started.turn("1");
    await started.turn("2");
    const warnings = started.events.filter(({ method }) => method === "warning").map(({ params }) => params);
    expect(warnings).toEqual([
      { threadId: started.thread.id, message: expect.stringMatching(/^invalid matcher "\[" in .*\/hooks\.json: /) },
    ]);
  });

  it("has no hooks when the feature is off", async () => {
    await hooked(["a"], { Stop: one("touch {HOME}/ran") }, { config: `${POLICY}\n[features]\ncodex_hooks = false` });
    const events = await bound(await world.start()).turn("1");
    expect(events.some(({ method }) => method.startsWith("hook/"))).toBe(false);
  });

  it("shows each run as it begins", async () => {
    await hooked(["a"], { UserPromptSubmit: one("true") });
    const started = await world.start();
    const events = await started.turn("1");
    const starts = events.filter(({ method }) => method === "hook/started");
    expect(starts).toHaveLength(1);
    expect((starts[0]!.params as { run: HookRunSummary }).run).toMatchObject({
      eventName: "userPromptSubmit",
      scope: "turn",
      source: "user",
      status: "running",
      statusMessage: null,
      completedAt: null,
      durationMs: null,
      entries: [],
    });
  });
});

function bound(started: Awaited<ReturnType<World["start"]>>) {
  return { turn: started.turn.bind(started) };
}

async function finished(thread: Thread, text: string) {
  await new Promise<void>(resolve => {
    thread.subscribe(event => {
      if (event.method === "turn/completed") resolve();
    });
    thread.submit({ type: "userTurn", input: [{ type: "text", text, text_elements: [] }] });
  });
}
