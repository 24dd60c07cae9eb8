import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { execveHookQuestion } from "../src/approvals/execve.ts";
import { shellScript } from "../src/exec/forked-shell.ts";
import { done, exists, FREE, PATCHED_ZSH, PatchedShell, seenBy, UNTRUSTED } from "./execve-world.ts";
import { outline } from "./harness.ts";

let shell: PatchedShell;
beforeEach(async () => {
  shell = await PatchedShell.install();
});
afterEach(() => shell.close());

const play: PatchedShell["play"] = (command, options) => shell.play(command, options);
const verdict = (decision: object) =>
  `printf '%s' '${JSON.stringify({ hookSpecificOutput: { hookEventName: "PermissionRequest", decision } })}'`;

describe.skipIf(process.platform !== "linux")("a shell whose programs are intercepted", () => {
  it("asks the person about each program that needs it, with an id of its own", async () => {
    const { asked, output, cwd } = await play("touch a; ls -d .; touch b");
    expect(asked).toEqual(
      ["a", "b"].map(file => ({
        threadId: expect.any(String),
        turnId: expect.any(String),
        itemId: "c1",
        approvalId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        command: `/usr/bin/touch ${file}`,
        cwd,
        commandActions: [{ type: "unknown", command: `/usr/bin/touch ${file}` }],
        availableDecisions: ["accept", "cancel"],
      })),
    );
    expect(new Set(asked.map(({ approvalId }) => approvalId)).size).toBe(2);
    expect(output).toMatch(/^Exit code: 0\nWall time: .* seconds\nOutput:\n\.\n$/);
    expect(await exists(join(cwd, "b"))).toBe(true);
  });

  it("goes on with the next program when one is declined", async () => {
    const { output, cwd } = await play("touch a; ls -d .", { answers: { program: "decline" } });
    expect(output).toContain("Output:\n.\nExecution denied: User denied execution\n");
    expect(await exists(join(cwd, "a"))).toBe(false);
  });

  it("ends with the turn when one is cancelled", async () => {
    const { events, cwd } = await play("touch a; ls -d .", { answers: { program: "cancel" } });
    expect(outline(events).at(-1)).toBe("turn/completed interrupted");
    expect(await exists(join(cwd, "a"))).toBe(false);
  });

  it("PermissionRequest hooks are asked about a program before the person, by its path and without a description", async () => {
    const hook = `cat >> {HOME}/seen; echo >> {HOME}/seen; ${verdict({ behavior: "allow" })}`;
    const { asked, events, home, cwd } = await play("touch a", { hook });
    expect(asked).toEqual([]);
    expect(await exists(join(cwd, "a"))).toBe(true);
    const seen = await seenBy(home);
    expect(seen.map(({ tool_name, tool_input }) => ({ tool_name, tool_input }))).toEqual([
      { tool_name: "Bash", tool_input: { command: "touch a" } },
      { tool_name: "Bash", tool_input: { command: "/usr/bin/touch a" } },
    ]);
    const ids = events.flatMap(event =>
      event.method === "hook/completed" ? [(event.params as { run: { id: string } }).run.id] : [],
    );
    expect(ids.map(id => id.replace(home, "HOME"))).toEqual([
      "permission-request:0:HOME/hooks.json:c1",
      expect.stringMatching(/^permission-request:0:HOME\/hooks\.json:[0-9a-f-]{36}$/),
    ]);
  });

  it("a hook's refusal is the reason that the shell tells", async () => {
    const hook = `if grep -q '"/usr/bin/touch'; then ${verdict({ behavior: "deny", message: "not today" })}; fi`;
    const { asked, output, cwd } = await play("touch a; ls -d .", { hook });
    expect(asked).toEqual([]);
    expect(output).toContain("Output:\n.\nExecution denied: not today\n");
    expect(await exists(join(cwd, "a"))).toBe(false);
  });

  it("a hook cannot put another input in the place of a program", async () => {
    const hook = `if grep -q '"/usr/bin/touch'; then ${verdict({ behavior: "allow", updatedInput: { command: "x" } })}; fi`;
    const { asked, events } = await play("touch a", { hook });
    expect(asked).toHaveLength(1);
    const failed = events.flatMap(event =>
      event.method === "hook/completed" ? [(event.params as { run: { status: string } }).run.status] : [],
    );
    expect(failed).toEqual(["completed", "failed"]);
  });

  it("rules decide about programs by their paths: outside of the sandbox, asked, or not at all", async () => {
    const outside = join(shell.folder, "outside");
    const { asked, output } = await play(`touch ${outside}; rm ${outside}; ls -d .`, {
      config:
        'sandbox_mode = "workspace-write"\napproval_policy = "on-request"\nsandbox_workspace_write.exclude_slash_tmp = true',
      rules: `prefix_rule(pattern=["/usr/bin/touch"], decision="allow")
prefix_rule(pattern=["/usr/bin/rm"], decision="prompt", justification="careful")
prefix_rule(pattern=["/usr/bin/ls"], decision="forbidden", justification="nope")
`,
    });
    expect(asked.map(({ command }) => command)).toEqual([`/usr/bin/rm ${outside}`]);
    expect(output).toContain("Exit code: 1\n");
    expect(output).toContain("Output:\nExecution denied: Execution forbidden by policy\n");
    expect(await exists(outside)).toBe(false);
  });

  it("what would be asked is forbidden when the policy lets nobody be asked", async () => {
    const { output } = await play("touch a", {
      config: FREE,
      rules: 'prefix_rule(pattern=["/usr/bin/touch"], decision="prompt")\n',
    });
    expect(output).toContain("Execution denied: Execution forbidden by policy\n");
  });

  it("a program that leaves the sandbox brings no code to be loaded with it", async () => {
    await shell.rewrite(PATCHED_ZSH.replace("IFS=", "export LD_PRELOAD_X=evil BASH_ENV=/evil OTHER=kept\nIFS="));
    const { output } = await play("env", {
      config: FREE,
      rules: 'prefix_rule(pattern=["/usr/bin/env"], decision="allow")\n',
    });
    expect(output).toContain("OTHER=kept\n");
    expect(output).not.toContain("evil");
  });

  it("a call that takes too long ends", async () => {
    const slow = await play("sleep 30", {
      config: FREE,
      more: { timeout_ms: 500 },
    });
    expect(slow.output).toBe("sandbox error: command timed out");
  });

  it("the time in which somebody is asked about a program does not count", async () => {
    const hook = `if grep -q '"/usr/bin/touch'; then sleep 7; ${verdict({ behavior: "allow" })}; fi`;
    const { output } = await play("touch a", { hook, more: { timeout_ms: 6000 } });
    expect(output).toMatch(/^Exit code: 0\n/);
  }, 30_000);

  it("a thread does not begin without a configured shell", async () => {
    const world = await shell.open([done], { config: `${UNTRUSTED}\nfeatures.shell_zsh_fork = true` });
    await expect(world.start()).rejects.toThrow(
      "Fatal error: Failed to initialize session: zsh fork feature enabled, but `zsh_path` is not configured; set `zsh_path` in config.toml",
    );
  });

  it("a thread does not begin where no zsh can be found", async () => {
    const world = await shell.open([done], {
      config: `${UNTRUSTED}\nfeatures.shell_zsh_fork = true\nzsh_path = "/nonexistent/zsh"`,
      runtime: { env: { PATH: "/nonexistent" } },
    });
    await expect(world.start()).rejects.toThrow(
      "zsh fork feature enabled, but zsh_path `/nonexistent/zsh` is not usable; set `zsh_path` to a valid zsh executable",
    );
  });
});

it("a hook is told a program as one would type it", () => {
  const program = { file: "/usr/bin/touch", argv: ["touch", "a b", "c"], cwd: "/w" };
  expect(execveHookQuestion(program, "id")).toEqual({
    toolName: "Bash",
    toolInput: { command: "/usr/bin/touch 'a b' c" },
    runSuffix: "id",
    replaceable: false,
  });
});

it.each([
  [["/bin/zsh", "-lc", "ls"], "ls"],
  [["bwrap", "--", "/bin/zsh", "-c", "a b"], "a b"],
  [["/bin/zsh", "x"], null],
  [["/bin/zsh", "-c"], null],
])("the script of %j is %j", (argv, script) => {
  expect(shellScript(argv)).toBe(script);
});
