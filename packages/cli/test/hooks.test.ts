import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./support/cli.ts";
import { runHere } from "./support/in-process.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

const command = (text: string, more: object = {}): object => ({ type: "command", command: text, ...more });

function hooks(events: object): string {
  const file = path.join(bench.home, "hooks.json");
  writeFileSync(file, JSON.stringify({ hooks: events }));
  return file;
}

describe("hooks list", () => {
  it("shows every handler in its order, what it is for and where it comes from", async () => {
    const file = hooks({
      Stop: [{ hooks: [command("exit 0", { timeout: 5 })] }],
      PreToolUse: [{ matcher: "^Bash$", hooks: [command("./check.sh", { allowUpdatedInput: true }), command(" ")] }],
    });
    const result = await runHere(bench, ["hooks", "list"]);
    expect(result).toEqual({
      code: 0,
      stdout:
        `PreToolUse\n  0  [^Bash$]  ./check.sh\n     user: ${file}, 600 s, may replace the input\n` +
        `Stop\n  1  exit 0\n     user: ${file}, 5 s\n`,
      stderr: `warning: skipping empty hook command in ${file}\n`,
    });
  });

  it("says it as JSON, and which projects are not read", async () => {
    const folder = path.join(bench.work, ".codex");
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "hooks.json"), JSON.stringify({ hooks: { Stop: [{ hooks: [command("x")] }] } }));
    const { stdout, code } = await runHere(bench, ["hooks", "list", "--json"]);
    expect(code).toBe(0);
    const { enabled, handlers, warnings, disabled } = JSON.parse(stdout);
    expect([enabled, handlers, warnings]).toEqual([true, [], []]);
    expect(disabled).toMatchObject([{ folder }]);
  });

  it("says when hooks are off", async () => {
    hooks({ Stop: [{ hooks: [command("x")] }] });
    const { stdout } = await runHere(bench, ["hooks", "list", "-c", "features.codex_hooks=false"]);
    expect(stdout).toBe("Hooks are off: `features.codex_hooks` is false.\n");
  });
});

describe("hooks test", () => {
  it("runs what a sample selects, and tells what would follow", async () => {
    const file = hooks({
      PreToolUse: [
        { matcher: "Bash", hooks: [command("grep -q secret && { echo 'no secrets' >&2; exit 2; } || true")] },
        { matcher: "apply_patch", hooks: [command("exit 1")] },
      ],
    });
    writeFileSync(path.join(bench.work, "in.json"), JSON.stringify({ tool_input: { command: "cat secret" } }));
    const blocked = await runHere(bench, ["hooks", "test", "pre-tool-use", "--input", "in.json"]);
    expect(blocked.stderr).toBe("");
    expect(blocked.stdout).toMatch(
      new RegExp(`^blocked   pre-tool-use:0:${file}:call_sample \\(\\d+ ms, exit code 2\\)\n  feedback: no secrets\n`),
    );
    expect(blocked.stdout).toContain('Together: {"block":"no secrets","replacement":null}');
    const passed = await runHere(bench, ["hooks", "test", "PreToolUse", "--json"]);
    expect(passed.code).toBe(0);
    expect(JSON.parse(passed.stdout)).toMatchObject({
      event: "PreToolUse",
      runs: [{ status: "completed", exitCode: 0 }],
      outcome: { block: null, replacement: null },
    });
  });

  it("shows why a handler failed, with exit code 1", async () => {
    hooks({ Stop: [{ hooks: [command("echo it broke >&2; exit 7")] }] });
    const result = await runHere(bench, ["hooks", "test", "Stop"]);
    expect(result.code).toBe(1);
    expect(result.stdout).toContain("  error: hook exited with code 7\n  stderr: it broke\n");
  });

  it("reads its input from standard input, and says what does not fit", async () => {
    hooks({ UserPromptSubmit: [{ hooks: [command("echo got: $(cat)")] }] });
    const good = await runHere(bench, ["hooks", "test", "userPromptSubmit", "--input", "-"], {
      stdin: '{"prompt":"p"}',
    });
    expect(good.stdout).toContain('"prompt":"p"');
    for (const [stdin, text] of [
      ['{"promt":"p"}', "the input does not fit UserPromptSubmit: unknown field `promt`"],
      ['{"prompt":5}', "the input does not fit UserPromptSubmit: `prompt`: "],
      ["[]", "the input must be a JSON object"],
      ["{", "standard input is not JSON: "],
    ]) {
      const bad = await runHere(bench, ["hooks", "test", "UserPromptSubmit", "--input", "-"], { stdin: stdin! });
      expect(bad.code).toBe(1);
      expect(bad.stderr).toContain(text);
    }
  });

  it("knows the events by any spelling, and names them to who does not", async () => {
    const { code, stderr } = await runHere(bench, ["hooks", "test", "Nope"]);
    expect(code).toBe(1);
    expect(stderr).toContain("there is no event `Nope`; events are PreToolUse, PermissionRequest, PostToolUse");
    expect((await runHere(bench, ["hooks", "test", "stop"])).stdout).toBe("Nothing is hooked into this Stop.\n");
  });
});

describe("exec with hooks", () => {
  it("goes on where a Stop hook says so, and its JSON tells nothing of hooks (vector 30)", async () => {
    const usage = { input: 10, cached: 4, output: 5, reasoning: 1 };
    const server = await bench.model(
      [
        { text: "a", usage },
        { text: "b", usage },
      ],
      'approval_policy = "never"\nsandbox_mode = "danger-full-access"',
    );
    hooks({
      SessionStart: [{ hooks: [command("cat > /dev/null; echo ctx")] }],
      Stop: [{ hooks: [command("cat > /dev/null; mkdir once 2> /dev/null || exit 0; echo again >&2; exit 2")] }],
    });
    const { code, stdout } = await runHere(bench, ["exec", "--json", "--skip-git-repo-check", "go"]);
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split("\n")
      .map(line => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: "thread.started" },
      { type: "turn.started" },
      { type: "item.completed", item: { type: "agent_message", text: "a" } },
      { type: "item.completed", item: { type: "agent_message", text: "b" } },
      { type: "turn.completed", usage: { input_tokens: 20, cached_input_tokens: 8, output_tokens: 10 } },
    ]);
    expect(stdout).not.toContain("hook");
    expect(JSON.stringify(server.requests[0]!.body)).toContain('"ctx"');
  });
});
