import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench, events } from "./support/cli.ts";

const usage = { input: 10, cached: 2, output: 5, reasoning: 1 };
const say = (text: string) => ({ text, usage });
const call = (cmd: string, id = "c") => ({
  items: [{ type: "function_call", name: "exec_command", arguments: { cmd }, call_id: id }],
  usage,
});

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

describe("exec for a person", () => {
  it("V2: prints the final message on stdout and the story on stderr", async () => {
    await bench.model([say("Hi!")]);
    const result = await bench.exec(["hello"]);
    expect(result.code).toBe(0);
    expect(result.stdout).toBe("Hi!\n");
    expect(result.stderr).toMatch(/^Reading additional input from stdin\.\.\.\nOpenAI Codex v0\.125\.0/);
    expect(result.stderr).toContain(
      `\n--------\nworkdir: ${bench.work}\nmodel: gpt-5.2\nprovider: mock\napproval: never\nsandbox: read-only\n`,
    );
    expect(result.stderr).toMatch(/\nsession id: [0-9a-f-]{36}\n--------\nuser\nhello\n/);
    expect(result.stderr.endsWith("codex\nHi!\ntokens used\n13\n")).toBe(true);
  });

  it("V7: tells of a refused request twice and prints nothing on stdout", async () => {
    await bench.model([{ status: 400, body: { error: { message: "bad" } } }]);
    const result = await bench.exec(["hello"]);
    expect(result.code).toBe(1);
    expect(result.stdout).toBe("");
    expect(result.stderr.match(/^ERROR: .*bad/gm)).toHaveLength(2);
  });

  it("shows commands with their folder, exit code and output", async () => {
    await bench.model([call("echo hi; exit 3"), say("done")]);
    const result = await bench.exec(["-s", "danger-full-access", "go"]);
    expect(result.stderr).toMatch(new RegExp(`exec\\n.*echo hi; exit 3.* in ${bench.work}\\n exited 3 in .*:\\nhi\\n`));
  });
});

describe("exec --json", () => {
  it("V3: prints the lines of a plain turn, nothing else", async () => {
    await bench.model([{ items: [{ type: "reasoning", summary: "hmm" }], text: "Hi!", usage }]);
    const result = await bench.exec(["--json", "hello"]);
    expect(result.code).toBe(0);
    const [first, ...rest] = events(result);
    expect(first).toEqual({ type: "thread.started", thread_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(rest).toEqual([
      { type: "turn.started" },
      { type: "item.completed", item: { id: "item_0", type: "reasoning", text: "hmm" } },
      { type: "item.completed", item: { id: "item_1", type: "agent_message", text: "Hi!" } },
      {
        type: "turn.completed",
        usage: { input_tokens: 10, cached_input_tokens: 2, output_tokens: 5, reasoning_output_tokens: 1 },
      },
    ]);
  });

  it("V4: prints a command's start and end, and adds up the usage", async () => {
    await bench.model([call("echo hi; exit 3"), say("done")]);
    const result = await bench.exec(["--json", "-s", "danger-full-access", "go"]);
    expect(events(result).slice(2)).toEqual([
      {
        type: "item.started",
        item: {
          id: "item_0",
          type: "command_execution",
          command: expect.stringContaining("echo hi; exit 3"),
          aggregated_output: "",
          exit_code: null,
          status: "in_progress",
        },
      },
      {
        type: "item.completed",
        item: {
          id: "item_0",
          type: "command_execution",
          command: expect.stringContaining("echo hi; exit 3"),
          aggregated_output: "hi\n",
          exit_code: 3,
          status: "failed",
        },
      },
      { type: "item.completed", item: { id: "item_1", type: "agent_message", text: "done" } },
      {
        type: "turn.completed",
        usage: { input_tokens: 20, cached_input_tokens: 4, output_tokens: 10, reasoning_output_tokens: 2 },
      },
    ]);
  });

  it("says nothing of a command that the turn left running and that ends with the session", async () => {
    const start = call("echo started; sleep 60");
    const [item] = start.items;
    await bench.model([
      { ...start, items: [{ ...item, arguments: { ...item?.arguments, yield_time_ms: 300 } }] },
      say("done"),
    ]);
    const result = await bench.exec(["--json", "-s", "danger-full-access", "go"]);
    expect(result.code).toBe(0);
    expect(events(result).map(({ type }) => type)).toEqual([
      "thread.started",
      "turn.started",
      "item.started",
      "item.completed",
      "turn.completed",
    ]);
  });

  it("V5: keeps the plan as one list", async () => {
    const plan = (status: string) => ({
      items: [
        { type: "function_call", name: "update_plan", arguments: { plan: [{ step: "a", status }] }, call_id: status },
      ],
      usage,
    });
    await bench.model([plan("in_progress"), plan("completed"), say("done")]);
    const result = await bench.exec(["--experimental-json", "go"]);
    expect(events(result).map(event => [event.type, (event["item"] as { id: string } | undefined)?.id])).toEqual([
      ["thread.started", undefined],
      ["turn.started", undefined],
      ["item.started", "item_0"],
      ["item.updated", "item_0"],
      ["item.completed", "item_1"],
      ["item.completed", "item_0"],
      ["turn.completed", undefined],
    ]);
  });

  it("V6: ends a failed turn with error and turn.failed, exit code 1", async () => {
    await bench.model([{ status: 400, body: { error: { message: "bad" } } }]);
    const result = await bench.exec(["--json", "hello"]);
    expect(result.code).toBe(1);
    const [error, failed] = events(result).slice(-2);
    expect(error).toEqual({ type: "error", message: '{"error":{"message":"bad"}}' });
    expect(failed).toEqual({ type: "turn.failed", error: { message: '{"error":{"message":"bad"}}' } });
  });
});

describe("what exec reads and writes", () => {
  it("V9: appends piped input to the prompt", async () => {
    const server = await bench.model([say("ok")]);
    await bench.exec(["prompt"], { stdin: "extra ctx" });
    expect(server.requests[0]?.lastUserText()).toBe("prompt\n\n<stdin>\nextra ctx\n</stdin>");
  });

  it("V11: writes the last message without a newline, and only when the turn completed", async () => {
    await bench.model([say("ok"), { status: 400, body: "no" }]);
    const file = path.join(bench.work, "out.txt");
    expect((await bench.exec(["-o", file, "go"])).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("ok");
    expect((await bench.exec(["-o", path.join(bench.work, "none.txt"), "go"])).code).toBe(1);
    expect(existsSync(path.join(bench.work, "none.txt"))).toBe(false);
  });

  it("sends the output schema to the model", async () => {
    const server = await bench.model([say("{}")]);
    const file = path.join(bench.work, "schema.json");
    const schema = { type: "object", properties: {}, additionalProperties: false };
    writeFileSync(file, JSON.stringify(schema));
    await bench.exec(["--output-schema", file, "go"]);
    expect(server.requests[0]?.body["text"]).toMatchObject({
      format: { type: "json_schema", strict: true, schema, name: "codex_output_schema" },
    });
  });

  it("refuses a schema file that is missing or no JSON", async () => {
    await bench.model([]);
    const missing = await bench.exec(["--output-schema", "/nowhere/s.json", "go"]);
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringContaining(
        "Failed to read output schema file /nowhere/s.json: No such file or directory (os error 2)\n",
      ),
    ]);
    const file = path.join(bench.work, "broken.json");
    writeFileSync(file, "{");
    const broken = await bench.exec(["--output-schema", file, "go"]);
    expect([broken.code, broken.stderr]).toEqual([
      1,
      expect.stringContaining(`Output schema file ${file} is not valid JSON: `),
    ]);
  });

  it("attaches images, and tells the model when one cannot be read", async () => {
    const server = await bench.model([say("a"), say("b")]);
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    writeFileSync(path.join(bench.work, "dot.png"), png);
    await bench.run(["exec", "--skip-git-repo-check", "-i", "dot.png"], { stdin: "look" });
    expect(JSON.stringify(server.requests[0]?.input.at(-1))).toContain("data:image/png;base64,");
    const result = await bench.run(["exec", "--skip-git-repo-check", "-i", "missing.png"], { stdin: "look" });
    expect(result.code).toBe(0);
    expect(JSON.stringify(server.requests[1]?.input.at(-1))).toContain("missing.png");
  });

  it("leaves in a fresh home nothing that the reference program does not leave there, too (rollout V14)", async () => {
    await bench.model(["done"]);
    await bench.exec(["hi"]);
    const known = ["config.toml", "installation_id", "sessions", "shell_snapshots", "skills", "memories", "tmp"];
    const made = readdirSync(bench.home).filter(name => !/^(state_5|logs_2)\.sqlite/.test(name));
    expect(made).toEqual(expect.arrayContaining(["config.toml", "installation_id", "sessions"]));
    expect(made.filter(name => !known.includes(name))).toEqual([]);
  });

  it("gives an ephemeral run no session file", async () => {
    await bench.model([say("ok")]);
    expect((await bench.exec(["--ephemeral", "go"])).code).toBe(0);
    expect(existsSync(path.join(bench.home, "sessions"))).toBe(false);
  });
});

describe("exec resume", () => {
  it("V12: goes on with a thread by id, and with the newest one", async () => {
    const server = await bench.model([say("one"), say("two"), say("three")]);
    const first = events(await bench.exec(["--json", "first"]));
    const id = first[0]?.["thread_id"] as string;
    const second = events(await bench.exec(["--json", "resume", id, "second"]));
    const third = events(await bench.exec(["--json", "resume", "--last", "third"]));
    for (const run of [second, third]) expect(run[0]).toEqual({ type: "thread.started", thread_id: id });
    const totals = [first, second, third].map(run => Reflect.get(run.at(-1)?.["usage"] as object, "input_tokens"));
    expect(totals).toEqual([10, 20, 30]);
    expect(server.requests[2]?.userTexts().slice(-3)).toEqual(["first", "second", "third"]);
  });

  it("takes the newest session of the folder in which its latest turn ran", async () => {
    const server = await bench.model(Array.from({ length: 4 }, () => say("ok")));
    const there = path.join(bench.work, "there");
    mkdirSync(there);
    const first = events(await bench.exec(["--json", "one"]))[0]?.["thread_id"];
    const other = events(await bench.exec(["--json", "two"], { cwd: there }))[0]?.["thread_id"];
    const moved = await bench.exec(["--json", "resume", String(first), "x".repeat(100_000)], { cwd: there });
    expect(events(moved)[0]?.["thread_id"]).toBe(first);
    expect(other).not.toBe(first);
    expect(events(await bench.exec(["--json", "resume", "--last", "three"], { cwd: there }))[0]?.["thread_id"]).toBe(
      first,
    );
    expect(server.requests).toHaveLength(4);
  });

  it("V13: starts a new session when a name is not found", async () => {
    await bench.model([say("ok")]);
    const result = await bench.exec(["--json", "resume", "nope", "x"]);
    expect(result.code).toBe(0);
    expect(events(result)[0]?.type).toBe("thread.started");
  });

  it("V14: refuses an id that does not exist", async () => {
    await bench.model([]);
    const result = await bench.exec(["resume", "00000000-0000-7000-8000-000000000000", "x"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toContain(
      "Error: thread/resume: thread/resume failed: no rollout found for thread id 00000000-0000-7000-8000-000000000000\n",
    );
  });
});

describe("bad input", () => {
  const cases: [string, string[], number, string | RegExp][] = [
    [
      "V8: outside a Git repository",
      ["exec", "hi"],
      1,
      "Not inside a trusted directory and --skip-git-repo-check was not specified.\n",
    ],
    [
      "V16: an override without a value",
      ["exec", "-c", "novalue", "hi"],
      1,
      "Error parsing -c overrides: Invalid override (missing '='): novalue\n",
    ],
    [
      "an override without a key",
      ["exec", "-c", "=1", "hi"],
      1,
      "Error parsing -c overrides: Empty key in override: =1\n",
    ],
    ["V17: an unknown feature", ["--enable", "bogus", "exec", "hi"], 1, "Error: Unknown feature flag: bogus\n"],
    [
      "a missing working folder",
      ["exec", "-C", "/nowhere/at/all", "hi"],
      1,
      "Error: No such file or directory (os error 2)\n",
    ],
    [
      "an unknown flag",
      ["exec", "--bogus", "hi"],
      2,
      /^error: .*'--bogus'[\s\S]*\n\nUsage: codex-ts exec [\s\S]*\n\nFor more information, try '--help'\.\n$/,
    ],
    ["an unknown sandbox", ["exec", "-s", "none", "hi"], 2, /read-only, workspace-write, danger-full-access/],
    ["approval flags, which exec has not", ["exec", "-a", "never", "hi"], 2, /^error: /],
    ["yolo with full-auto", ["exec", "--yolo", "--full-auto", "hi"], 2, /cannot be used with/],
    ["an unknown profile", ["exec", "--skip-git-repo-check", "-p", "nope", "hi"], 1, /config profile `nope` not found/],
  ];
  for (const [what, args, code, text] of cases) {
    it(`explains ${what}`, async () => {
      await bench.model([]);
      const result = await bench.run(args);
      expect(result.stdout).toBe("");
      expect(result.code).toBe(code);
      expect(result.stderr).toMatch(
        typeof text === "string" ? new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : text,
      );
    });
  }

  it("names file, line, column and key of a broken config.toml", async () => {
    bench.config('model = "a"\nmodel_provider = \n');
    const result = await bench.exec(["hi"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(
      /Error loading config\.toml:\n.*config\.toml:2:\d+: .*\n {2}\|\n2 \| model_provider = \n/,
    );
    bench.config("model = 5\n");
    const typed = await bench.exec(["hi"]);
    expect(typed.code).toBe(1);
    expect(typed.stderr).toMatch(/config\.toml:1:9: .*\n[\s\S]*1 \| model = 5/);
  });

  it("names file and line of a broken rules file, unless rules are ignored", async () => {
    await bench.model([say("ok")]);
    mkdirSync(path.join(bench.home, "rules"));
    writeFileSync(path.join(bench.home, "rules/default.rules"), 'prefix_rule(pattern=["ls"])\nprefix_rule(\n');
    const result = await bench.exec(["hi"]);
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/Error loading rules:\n.*default\.rules:\d+/);
    expect((await bench.exec(["--ignore-rules", "hi"])).code).toBe(0);
  });

  it("leaves the user's config.toml unread when told so", async () => {
    bench.config("model = 5\n");
    const result = await bench.exec(["--ignore-user-config", "-c", "model_provider=nope", "hi"]);
    expect(result.stderr).toContain("Model provider `nope` not found");
  });

  it("V22: forces approval to never, whatever the configuration says", async () => {
    await bench.model([call("touch a.txt"), say("ok")], 'approval_policy = "untrusted"');
    const result = await bench.exec(["-s", "danger-full-access", "go"]);
    expect(result.code).toBe(0);
    expect(result.stderr).toContain("approval: never\n");
    expect(existsSync(path.join(bench.work, "a.txt"))).toBe(true);
  });
});
