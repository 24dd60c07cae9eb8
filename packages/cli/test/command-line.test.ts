import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import type { CommandIo } from "../src/io.ts";
import { main } from "../src/main.ts";

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

async function run(...argv: string[]): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io = { env: {}, cwd: "/", stdin: new PassThrough(), stdout, stderr } as unknown as CommandIo;
  const code = await main(argv, io);
  stdout.end();
  stderr.end();
  return { code, stdout: await text(stdout), stderr: await text(stderr) };
}

const EXEC_TIP = (flag: string) => `\n\n  tip: to pass '${flag}' as a value, use '-- ${flag}'`;
const MODES = "[possible values: read-only, workspace-write, danger-full-access]";

/** A command line, and what the reference says of it (between `error: ` and the usage). */
const REFUSED: [string, string][] = [
  ["exec --bogus", `unexpected argument '--bogus' found${EXEC_TIP("--bogus")}`],
  ["exec -a never hi", `unexpected argument '-a' found${EXEC_TIP("-a")}`],
  ["exec --search hi", `unexpected argument '--search' found${EXEC_TIP("--search")}`],
  ["exec --jsn hi", "unexpected argument '--jsn' found\n\n  tip: a similar argument exists: '--json'"],
  [
    "exec --skip-git hi",
    "unexpected argument '--skip-git' found\n\n  tip: a similar argument exists: '--skip-git-repo-check'",
  ],
  ["exec --json=true hi", "unexpected value 'true' for '--json' found; no more were expected"],
  ["exec hi there", "unexpected argument 'there' found"],
  ["exec -- a b", "unexpected argument 'b' found"],
  ["exec resume a b c", "unexpected argument 'c' found"],
  ["exec resume -s read-only x", `unexpected argument '-s' found${EXEC_TIP("-s")}`],
  ["exec resume -C / x", `unexpected argument '-C' found${EXEC_TIP("-C")}`],
  ["exec review -i a.png", `unexpected argument '-i' found${EXEC_TIP("-i")}`],
  ["review -m x", `unexpected argument '-m' found${EXEC_TIP("-m")}`],
  ["review --full-auto", `unexpected argument '--full-auto' found${EXEC_TIP("--full-auto")}`],
  [
    "exec --color",
    "a value is required for '--color <COLOR>' but none was supplied\n  [possible values: always, never, auto]",
  ],
  ["exec -m", "a value is required for '--model <MODEL>' but none was supplied"],
  ["exec -i", "a value is required for '--image <FILE>...' but none was supplied"],
  ["--enable", "a value is required for '--enable <FEATURE>' but none was supplied"],
  ["exec --color blue hi", "invalid value 'blue' for '--color <COLOR>'\n  [possible values: always, never, auto]"],
  ["exec -s nope hi", `invalid value 'nope' for '--sandbox <SANDBOX_MODE>'\n  ${MODES}`],
  ["completion nope", "invalid value 'nope' for '[SHELL]'\n  [possible values: bash, elvish, fish, powershell, zsh]"],
  [
    "mcp add a --env X -- c",
    "invalid value 'X' for '--env <KEY=VALUE>': environment entries must be in KEY=VALUE form",
  ],
  [
    "exec --full-auto --yolo hi",
    "the argument '--full-auto' cannot be used with '--dangerously-bypass-approvals-and-sandbox'",
  ],
  [
    "exec --yolo --full-auto hi",
    "the argument '--dangerously-bypass-approvals-and-sandbox' cannot be used with '--full-auto'",
  ],
  ["exec review --uncommitted --base main", "the argument '--uncommitted' cannot be used with '--base <BRANCH>'"],
  ["exec review --commit abc --base main", "the argument '--commit <SHA>' cannot be used with '--base <BRANCH>'"],
  ["review --base main look", "the argument '--base <BRANCH>' cannot be used with '[PROMPT]'"],
  ["exec review --title x", "the following required arguments were not provided:\n  --commit <SHA>"],
  ["exec -m a -m b hi", "the argument '--model <MODEL>' cannot be used multiple times"],
  ["exec --json --json hi", "the argument '--json' cannot be used multiple times"],
  ["exec -p a -p b hi", "the argument '--profile <CONFIG_PROFILE>' cannot be used multiple times"],
  ["exec resume --last --last x", "the argument '--last' cannot be used multiple times"],
  ["apply", "the following required arguments were not provided:\n  <TASK_ID>"],
  ["features enable", "the following required arguments were not provided:\n  <FEATURE>"],
  ["execpolicy check", "the following required arguments were not provided:\n  --rules <PATH>\n  <COMMAND>..."],
  ["mcp add", "the following required arguments were not provided:\n  <COMMAND|--url <URL>>\n  <NAME>"],
  ["mcp add --url u", "the following required arguments were not provided:\n  <NAME>"],
  ["help nope", "unrecognized subcommand 'nope'"],
  ["exec help nope", "unrecognized subcommand 'nope'"],
  ["mcp help nope", "unrecognized subcommand 'nope'"],
  ["debug nope", "unrecognized subcommand 'nope'"],
  ["mcp nope", "unrecognized subcommand 'nope'"],
  ["debug models x", "unexpected argument 'x' found"],
];

describe("a command line that cannot be understood", () => {
  it.each(REFUSED)("%s", async (line, what) => {
    const { code, stdout, stderr } = await run(...line.split(" "));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    const [said, rest] = stderr.split(/\n\n(?=Usage: |For more)/);
    expect(said).toBe(`error: ${what}`);
    expect(rest === undefined ? "" : stderr.slice(stderr.indexOf("For more"))).toBe(
      "For more information, try '--help'.\n",
    );
  });

  it("is told how the command is used, but not when only a value is wrong", async () => {
    expect((await run("exec", "--bogus")).stderr).toContain("\n\nUsage: codex-ts exec [options]");
    expect((await run("exec", "--color", "blue")).stderr).not.toContain("Usage:");
  });

  it("lets options be repeated that add up", async () => {
    const { stderr } = await run(
      "-c",
      "novalue",
      "-c",
      "b=2",
      "--enable",
      "undo",
      "--enable",
      "apps",
      "features",
      "list",
    );
    expect(stderr).toBe("Error: Invalid override (missing '='): novalue\n");
  });
});

describe("help", () => {
  it.each(["help", "exec help", "help exec", "exec help resume", "debug help models"])(
    "that is asked for with a word comes on stdout: %s",
    async line => {
      const { code, stdout, stderr } = await run(...line.split(" "));
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^Usage: codex-ts /);
    },
  );

  it.each(["debug", "features", "sandbox", "mcp", "execpolicy"])(
    "of a group called bare comes on stderr: %s",
    async line => {
      const { code, stdout, stderr } = await run(line);
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^Usage: codex-ts /);
    },
  );

  it("and the version of exec", async () => {
    expect((await run("exec", "--version")).stdout).toMatch(/^codex-cli-exec 0\.125\.0/);
  });
});
