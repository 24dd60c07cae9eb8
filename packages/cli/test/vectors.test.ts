import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, events } from "./support/cli.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

describe("a run of the program", () => {
  it("V10: refuses a prompt that is blank", async () => {
    await bench.model([]);
    const result = await bench.exec(["-"], { stdin: "  \n" });
    expect(result).toMatchObject({ code: 1, stdout: "", stderr: "No prompt provided via stdin.\n" });
  });

  it("V15: shows of a review what was found, and counts no tokens for it", async () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...args], { cwd: bench.work });
    git("init", "-q", "-b", "main");
    git("commit", "-q", "--allow-empty", "-m", "first");
    await bench.model([
      JSON.stringify({
        findings: [],
        overall_correctness: "patch is correct",
        overall_explanation: "fine",
        overall_confidence_score: 0.9,
      }),
    ]);
    const result = await bench.exec(["--json", "review", "--base", "main"]);
    expect(result.code).toBe(0);
    expect(events(result)).toEqual([
      { type: "thread.started", thread_id: expect.any(String) },
      { type: "turn.started" },
      { type: "item.completed", item: { id: "item_0", type: "agent_message", text: "fine" } },
      {
        type: "turn.completed",
        usage: { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0, reasoning_output_tokens: 0 },
      },
    ]);
  });

  it("ends where a review of a branch is asked for outside a repository", async () => {
    await bench.model([]);
    const message = `${JSON.stringify(bench.work)} is not a git repository`;
    const result = await bench.exec(["--json", "review", "--base", "main"]);
    expect(result.code).toBe(1);
    expect(events(result)).toEqual([
      { type: "thread.started", thread_id: expect.any(String) },
      { type: "turn.started" },
      { type: "error", message },
      { type: "turn.failed", error: { message } },
    ]);
    expect(await bench.exec(["review", "--base", "main"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message),
    });
  });

  it("V21: judges a command by rules, and tells of no decision where none matches", async () => {
    writeFileSync(path.join(bench.work, "r"), 'prefix_rule(pattern=["git", "status"], decision="allow")\n');
    const check = (...command: string[]) => bench.run(["execpolicy", "check", "--rules", "r", ...command]);
    const match = { prefixRuleMatch: { matchedPrefix: ["git", "status"], decision: "allow" } };
    expect(await check("git", "status")).toMatchObject({
      code: 0,
      stdout: `${JSON.stringify({ matchedRules: [match], decision: "allow" })}\n`,
    });
    expect(await check("ls")).toMatchObject({ code: 0, stdout: '{"matchedRules":[]}\n' });
  });

  it("V23: ends where a server of tools that must start does not", async () => {
    await bench.model([], '[mcp_servers.bad]\ncommand = "/no/such/server"\nrequired = true\n');
    const result = await bench.exec(["hi"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      "Error: thread/start: thread/start failed: error creating thread: Fatal error: Failed to initialize session: required MCP servers failed to initialize: bad: No such file or directory (os error 2)\n",
    );
  });
});

describe.runIf(process.platform === "linux")("folders that take no entries", () => {
  // Node's own way to make folders never ends below them.
  const gone = "No such file or directory (os error 2)";

  it("hold up no listener", async () => {
    await bench.model([]);
    expect(await bench.run(["app-server", "--listen", "unix:///proc/none/x.sock"])).toMatchObject({
      code: 1,
      stderr: `Error: cannot listen on the control socket\n\nCaused by:\n    ${gone}\n`,
    });
  });

  it("hold up no login whose log goes there", async () => {
    bench.config('log_dir = "/proc/none/log"\ncli_auth_credentials_store = "file"\n');
    expect(await bench.run(["login", "--with-api-key"], { stdin: "sk-test\n" })).toMatchObject({
      code: 0,
      stderr: "Reading API key from stdin...\nSuccessfully logged in\n",
    });
  });

  it("hold up no run whose list of threads goes there", async () => {
    await bench.model(["ok"], 'sqlite_home = "/proc/none/index"\n');
    expect(await bench.exec(["hi"])).toMatchObject({ code: 0, stdout: "ok\n" });
  });

  it("hold up no server whose home is one", async () => {
    const stdin = [
      { id: 1, method: "initialize", params: { clientInfo: { name: "test", version: "1" } } },
      { id: 2, method: "thread/start", params: {} },
    ];
    const result = await bench.run(["app-server"], {
      env: { CODEX_HOME: "/proc" },
      stdin: stdin.map(message => `${JSON.stringify(message)}\n`).join(""),
    });
    expect(result).toMatchObject({ code: 0, signal: null });
    expect(result.stdout).toContain('"codexHome":"/proc"');
  });
});
