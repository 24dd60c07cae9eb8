import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Bench } from "./support/cli.ts";
import { runHere } from "./support/in-process.ts";

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(async () => await bench.close());

/** What is wrong with config.toml, where, and what stands behind it. */
interface Mistake {
  readonly name: string;
  readonly toml: string;
  /** `line:column`. */
  readonly at: string;
  readonly reason: string;
  /** Dotted key; a text that is no TOML has none, and shows its line instead. */
  readonly key?: string;
  readonly line?: string;
  /** Characters of the line that are meant; default 1. */
  readonly width?: number;
}

const HOW_TO_FIX =
  '`wire_api = "chat"` is no longer supported.\nHow to fix: set `wire_api = "responses"` in your provider config.\nMore info: https://github.com/openai/codex/discussions/7782';
const RESERVED =
  "model_providers contains reserved built-in provider IDs: `ollama`, `openai`. Built-in providers cannot be overridden. Rename your custom provider (for example, `openai-custom`).";

const mistakes: readonly Mistake[] = [
  {
    name: "a string that does not end",
    toml: 'model = "x',
    at: "1:11",
    reason: 'invalid basic string, expected `"`',
    line: 'model = "x',
  },
  {
    name: "a key twice, behind line ends of Windows",
    toml: 'model = "a"\r\nmodel = "b"\r\n',
    at: "2:1",
    reason: "duplicate key",
    line: 'model = "b"',
    width: 5,
  },
  {
    name: "a value of another type in a table",
    toml: "# one\n[tui]\ntheme = 3\n",
    at: "3:9",
    reason: "invalid type: integer `3`, expected a string",
    key: "tui.theme",
  },
  {
    name: "a value of another type behind a byte order mark",
    toml: "\ufeffmodel = 3\n",
    at: "1:9",
    reason: "invalid type: integer `3`, expected a string",
    key: "model",
  },
  {
    name: "a word that is none of those",
    toml: '\n sandbox_mode = "x"\n',
    at: "2:17",
    reason: "unknown variant `x`, expected one of `read-only`, `workspace-write`, `danger-full-access`",
    key: "sandbox_mode",
  },
  {
    name: "a field that is missing",
    toml: "[history]\nmax_bytes = 1\n",
    at: "1:1",
    reason: "missing field `persistence`",
    key: "history",
  },
  {
    name: "a number that must not be zero",
    toml: '[model_providers.x]\nname = "x"\n[model_providers.x.auth]\ncommand = "c"\ntimeout_ms = 0\n',
    at: "5:14",
    reason: "invalid value: integer `0`, expected a nonzero u64",
    key: "model_providers.x.auth.timeout_ms",
  },
  {
    name: "a table that fits nothing",
    toml: "[features]\nmulti_agent_v2 = { foo = 1 }\n",
    at: "2:18",
    reason: "data did not match any variant of untagged enum FeatureToml",
    key: "features.multi_agent_v2",
  },
  {
    name: "reserved names of providers",
    toml: '[model_providers.openai]\nname = "a"\n[model_providers.ollama]\nname = "b"\n',
    at: "1:2",
    reason: RESERVED,
    key: "model_providers",
  },
  {
    name: "a wire that was removed, in several lines",
    toml: '[model_providers.x]\nname = "x"\nwire_api = "chat"\n',
    at: "3:12",
    reason: HOW_TO_FIX,
    key: "model_providers.x.wire_api",
  },
  {
    name: "a server without a transport",
    toml: "[mcp_servers.x]\nenabled = true\n",
    at: "1:1",
    reason: "invalid transport",
    key: "mcp_servers.x",
  },
];

const indented = (text: string, by: number) => text.replaceAll(/^/gm, " ".repeat(by));

/** The last cause: the line that is broken, or reason and key. */
function lastCause({ at, reason, key, line, width = 1 }: Mistake): string {
  if (key !== undefined) return `${reason}\nin \`${key}\``;
  const [row = "", column = ""] = at.split(":");
  const caret = `${" ".repeat(Number(column) - 1)}${"^".repeat(width)}`;
  return `TOML parse error at line ${row}, column ${column}\n  |\n${row} | ${line}\n  | ${caret}\n${reason}`;
}

describe("a config.toml that is wrong ends a command with file, line, column, key and causes", () => {
  it.each(mistakes)("$name", async mistake => {
    bench.config(mistake.toml);
    const file = path.join(bench.home, "config.toml");
    const message = `${file}:${mistake.at}: ${mistake.reason}`;
    const last = lastCause(mistake);
    const said = async (...args: string[]) => {
      const { code, stdout, stderr } = await runHere(bench, args);
      expect([code, stdout]).toEqual([1, ""]);
      return stderr;
    };

    const plain = `Error: ${message}\n\nCaused by:\n${indented(last, 4)}\n`;
    expect(await said("features", "list")).toBe(plain);
    expect(await said("debug", "models")).toBe(plain);
    expect(await said("config", "explain", "model")).toBe(plain);
    // A chain of two: the place, then what is behind it.
    const numbered = (text: string, at: number) => `    ${at}: ${indented(text, 7).trimStart()}\n`;
    expect(await said("mcp", "list")).toBe(
      `Error: failed to load configuration\n\nCaused by:\n${numbered(message, 0)}${numbered(last, 1)}`,
    );
    const named = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}[^]*\\n$`));
    const [exec, login] = [await said("exec", "--skip-git-repo-check", "hi"), await said("login", "status")];
    expect([exec, login]).toEqual([named("Error loading config.toml:\\n"), named("Error loading configuration: ")]);
    for (const text of [exec, login]) {
      expect(text).toContain(message);
      expect(text).toContain(mistake.key === undefined ? `| ${mistake.line}\n` : `\nin \`${mistake.key}\``);
    }
  });

  it("without a place where -c is wrong", async () => {
    expect(await runHere(bench, ["features", "list", "-c", "tui.theme=3"])).toMatchObject({
      code: 1,
      stdout: "",
      stderr: "Error: invalid type: integer `3`, expected a string\nin `tui.theme`\n",
    });
  });
});

describe("a config.toml that cannot be read ends a command with the system's words", () => {
  const file = () => path.join(bench.home, "config.toml");
  const rows: readonly [what: string, make: () => void, why: string][] = [
    ["because it is a folder", () => mkdirSync(file()), "Is a directory (os error 21)"],
    [
      "because links go round in a circle",
      () => {
        symlinkSync(`${file()}.b`, file());
        symlinkSync(file(), `${file()}.b`);
      },
      "Symbolic link loop (os error 40)",
    ],
  ];
  it.each(rows)("%s", async (_what, make, why) => {
    make();
    for (const args of [
      ["features", "list"],
      ["debug", "models"],
      ["mcp", "list"],
      ["exec", "--skip-git-repo-check", "hi"],
    ]) {
      const { code, stderr } = await runHere(bench, args);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`Failed to read config file ${file()}: ${why}\n`)]);
    }
  });

  it("because it is not UTF-8: its place", async () => {
    writeFileSync(file(), Buffer.concat([Buffer.from('# x\nmodel = "'), Buffer.from([0xff]), Buffer.from('"\n')]));
    expect((await runHere(bench, ["features", "list"])).stderr).toContain(`Error: ${file()}:2:10: invalid UTF-8\n`);
  });
});

describe("mcp remove", () => {
  it("reads the servers alone: another setting may be wrong", async () => {
    bench.config('model = 1\n[mcp_servers.q]\ncommand = "c"\n');
    expect(await runHere(bench, ["mcp", "remove", "q"])).toMatchObject({
      code: 0,
      stdout: "Removed global MCP server 'q'.\n",
    });
    expect((await runHere(bench, ["mcp", "remove", "q"])).stdout).toBe("No MCP server named 'q' found.\n");
    bench.config("[mcp_servers.q]\ncommand = 1\n");
    const broken = await runHere(bench, ["mcp", "remove", "q"]);
    expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining("in `mcp_servers.q.command`\n")]);
  });
});
