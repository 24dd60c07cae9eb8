import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import {
  canonicalCommand,
  detectShell,
  isDangerous,
  isKnownSafe,
  type ParsedCommand,
  posixScript,
  powershellScript,
  type ShellContext,
  ShellCommandError,
  summarize,
  toCommandActions,
  withUtf8Output,
} from "../src/index.ts";
import { nodeBashParser } from "../src/node.ts";
import { summarizeCommand } from "../src/summary/programs.ts";
import { vectors } from "./parser.ts";

const parser = nodeBashParser();
beforeAll(() => parser.load());
const context: ShellContext = { parser };

interface Table {
  safe: string[][];
  unsafe: string[][];
  dangerous: string[][];
  harmless: string[][];
}
const table = vectors<Table>("safe");
const rows = (lists: string[][]): [string, string[]][] => lists.map(argv => [JSON.stringify(argv), argv]);

describe("the safe list", () => {
  it.each(rows(table.safe))("holds %s", (_text, argv) => {
    expect(isKnownSafe(argv, context)).toBe(true);
  });

  it.each(rows(table.unsafe))("does not hold %s", (_text, argv) => {
    expect(isKnownSafe(argv, context)).toBe(false);
  });

  it("knows two names on Linux only", () => {
    for (const name of ["numfmt", "tac"]) {
      expect(isKnownSafe([name], { parser, platform: "macos" })).toBe(false);
      expect(isKnownSafe([name], { parser, platform: "windows" })).toBe(false);
    }
  });

  it("reads names without case and extension on Windows", () => {
    const windows: ShellContext = { parser, platform: "windows" };
    expect(isKnownSafe(["C:\\bin\\GIT.EXE", "status"], windows)).toBe(true);
    expect(isKnownSafe(["git.bat", "status"], windows)).toBe(true);
    expect(isKnownSafe(["GIT", "status"], context)).toBe(false);
  });
});

describe("the dangerous list", () => {
  it.each(rows(table.dangerous))("holds %s", (_text, argv) => {
    expect(isDangerous(argv, context)).toBe(true);
    expect(isKnownSafe(argv, context)).toBe(false);
  });

  it.each(rows(table.harmless))("does not hold %s", (_text, argv) => {
    expect(isDangerous(argv, context)).toBe(false);
  });
});

describe("wrappers", () => {
  it.each([
    ["/bin/bash", "bash"],
    ["bash.exe", "bash"],
    ["/usr/local/bin/pwsh.exe", "powershell"],
    ["zsh", "zsh"],
    ["cmd.exe", "cmd"],
    ["fish", null],
    ["dash", null],
    ["bash5", null],
    ["BASH", null],
    ["", null],
    ["/", null],
    ["..", null],
    [".bash", null],
  ])("%j is the shell %j", (program, shell) => {
    expect(detectShell(program)).toBe(shell);
  });

  it("are taken apart only in their exact form", () => {
    expect(posixScript(["bash", "-lc", "x"])).toBe("x");
    expect(posixScript(["/bin/zsh", "-c", "x"])).toBe("x");
    for (const argv of [
      ["bash", "-cl", "x"],
      ["bash", "-lc"],
      ["bash", "-lc", "x", "y"],
      ["cmd", "-c", "x"],
      ["pwsh", "-c", "x"],
    ]) {
      expect(posixScript(argv)).toBeNull();
    }
    expect(powershellScript(["pwsh", "-NoProfile", "-Command", "x", "y"])).toBe("x");
    expect(powershellScript(["powershell.exe", "-c", "x"])).toBe("x");
    for (const argv of [
      ["pwsh", "-File", "x"],
      ["pwsh", "-NoLogo"],
      ["pwsh", "x", "-c", "y"],
      ["pwsh", "-NoLogo", "-NoProfile"],
      ["bash", "-c", "x"],
    ]) {
      expect(powershellScript(argv)).toBeNull();
    }
  });

  it("have one canonical form for the same command", () => {
    expect(canonicalCommand(["bash", "-lc", "ls -a"], parser)).toEqual(["ls", "-a"]);
    expect(canonicalCommand(["/bin/zsh", "-c", "ls  -a"], parser)).toEqual(["ls", "-a"]);
    expect(canonicalCommand(["bash", "-lc", "ls; ls"], parser)).toEqual(["__codex_shell_script__", "-lc", "ls; ls"]);
    expect(canonicalCommand(["sh", "-c", "ls > x"], parser)).toEqual(["__codex_shell_script__", "-c", "ls > x"]);
    expect(canonicalCommand(["pwsh", "-c", "ls"], parser)).toEqual(["__codex_powershell_script__", "ls"]);
    expect(canonicalCommand(["ls", "-a"], parser)).toEqual(["ls", "-a"]);
  });

  it("of PowerShell get UTF-8 output once", () => {
    const script = withUtf8Output("ls");
    expect(script).toBe("[Console]::OutputEncoding=[System.Text.Encoding]::UTF8;\nls");
    expect(withUtf8Output(script)).toBe(script);
  });
});

describe("summaries of programs", () => {
  const short = (entry: ParsedCommand): string => {
    switch (entry.type) {
      case "read":
        return `read ${entry.name} ${entry.path}`;
      case "list_files":
        return `list ${entry.path ?? "-"}`;
      case "search":
        return `search ${entry.query ?? "-"} ${entry.path ?? "-"}`;
      case "unknown":
        return "unknown";
    }
  };

  it.each(vectors<[string[], string][]>("programs"))("%j: %s", (argv, expected) => {
    expect(short(summarizeCommand(argv))).toBe(expected);
  });

  it.each([
    [["cd", "x"], []],
    [["bash", "-lc", "cd a && cd /b && cat c"], ["read c /b/c"]],
    [["bash", "-lc", "cd a; cat b; cat b"], ["read b a/b"]],
    [["bash", "-lc", "cd -- a && cat b"], ["read b a/b"]],
    [["bash", "-lc", "cd -P a b && cat c"], ["read c b/c"]],
    [["bash", "-lc", "cd && cat c"], ["read c c"]],
    [["bash", "-lc", "cd a/ && cat c"], ["read c a/c"]],
    [["bash", "-lc", "cat a && true"], ["read a a"]],
    [["bash", "-lc", "true"], ["unknown"]],
    [["bash", "-lc", "echo hi && cat a"], ["read a a"]],
    [["bash", "-lc", "cat a && echo hi"], ["unknown"]],
    [["bash", "-lc", "cat a | nl -ba"], ["read a a"]],
    [["bash", "-lc", "wc -l"], ["unknown"]],
    [["bash", "-lc", "ls | xargs cat"], ["list -"]],
    [["bash", "-lc", "ls | xargs sed -i s/a/b/"], ["unknown"]],
    [["bash", "-lc", "rg x | xargs -n 1 perl -pi -e s/a/b/"], ["unknown"]],
    [["bash", "-lc", "rg x | xargs -- rg --replace y"], ["unknown"]],
    [["bash", "-lc", "rg x | xargs -I f sed --in-place y f"], ["unknown"]],
    [["bash", "-lc", "rg x | awk x"], ["search x -"]],
    [["bash", "-lc", "rg x | tail -n +5"], ["search x -"]],
    [["bash", "-lc", "rg x | head -c 5"], ["search x -"]],
    [
      ["bash", "-lc", "rg x | head -n five"],
      ["search x -", "read five five"],
    ],
    [["bash", "-lc", "rg x | head -n 5 -q"], ["unknown"]],
    [["pwsh", "-c", "cat a"], ["unknown"]],
    [["yes", "|", "cat", "a"], ["read a a"]],
    [["n", "|", "ls"], ["list -"]],
    [
      ["ls", "&&", "cat", "a"],
      ["list -", "read a a"],
    ],
    [["ls", "|", "wc"], ["unknown"]],
    [["echo", "a", "&&", "ls"], ["list -"]],
    [["cd", "x", "&&", "cat", "y"], ["read y x/y"]],
  ])("%j together: %j", (argv, expected) => {
    expect(summarize(argv, parser).map(short)).toEqual(expected);
  });

  it("keep the text of a lone command as the script writes it", () => {
    const text = (script: string) => summarize(["bash", "-lc", script], parser)[0]?.cmd;
    expect(text("cat  'a b'")).toBe("cat 'a b'");
    expect(text("cat a | sed -n 1,5p")).toBe("cat a | sed -n 1,5p");
    expect(text("cat a && sed -n 1,5p")).toBe("cat a");
    expect(text("cat a; true")).toBe("cat a");
    expect(text("npm  run")).toBe("npm  run");
    expect(summarize(["npm", "run", "a b"], parser)).toEqual([{ type: "unknown", cmd: "npm run 'a b'" }]);
  });

  it("give absolute paths of reads on the wire", () => {
    const path = (file: string, where: { cwd: string; home?: string }) =>
      toCommandActions([{ type: "read", cmd: "", name: "", path: file }], where)[0];
    expect(path("a/../b", { cwd: "/w" })).toMatchObject({ path: "/w/b" });
    expect(path("/x", { cwd: "/w" })).toMatchObject({ path: "/x" });
    expect(path("~/x", { cwd: "/w", home: "/h" })).toMatchObject({ path: "/h/x" });
    expect(path("~/x", { cwd: "/w" })).toMatchObject({ path: "/w/~/x" });
    expect(path("C:\\x", { cwd: "/w" })).toMatchObject({ path: "C:\\x" });
  });
});

describe("hostile command lines", () => {
  const everything = (argv: string[]): void => {
    isKnownSafe(argv, context);
    isDangerous(argv, { parser, platform: "windows" });
    summarize(argv, parser);
    canonicalCommand(argv, parser);
    parser.heredocCommand(argv[2] ?? "");
  };
  const pieces = fc.constantFrom(
    ..."ls cat rm -rf git -c sed -n 1,5p $ ` ( ) { } [ ] < > << <<EOF \\ ' \" # ! & && | || ; \n \t é \u{1f600} \0 if then fi for do done case esac".split(
      " ",
    ),
    " ",
    "\nEOF\n",
  );

  it("are classified without any exception", () => {
    const script = fc.array(pieces, { maxLength: 30 }).map(parts => parts.join(""));
    const argv = fc.oneof(
      script.map(text => ["bash", "-lc", text]),
      fc.string({ unit: "binary" }).map(text => ["sh", "-c", text]),
      fc.array(fc.oneof(pieces, fc.string()), { maxLength: 6 }),
      script.map(text => ["pwsh", "-c", text]),
      script.map(text => ["cmd", "/c", text]),
    );
    fc.assert(fc.property(argv, everything), { numRuns: 5_000 });
  });

  it.each([
    ["brackets", "zz [".repeat(2_500)],
    ["backslashes", `zz ${"\\ ".repeat(5_000)}`],
    ["braces", `zz ${"{a,".repeat(3_000)}`],
    ["exclamation marks", "! ".repeat(5_000)],
    ["heredocs", "cat <<A <<B\n".repeat(900)],
    ["one open heredoc", `cat <<A\n${"x ".repeat(5_000)}`],
    ["heredocs with substitutions", `cat <<A\n${"$(".repeat(5_000)}`],
    ["quotes", `zz ${"'a'\"b\"".repeat(1_600)}`],
    ["escaped quotes", `zz "${'\\"'.repeat(5_000)}`],
    ["commands", "a|".repeat(5_000)],
    ["carriage returns", "a\r\n".repeat(3_000)],
    ["tests", "[[ a == ".repeat(1_200)],
    ["functions", `<<${"f(){".repeat(2_500)}`],
    ["substitutions", `<<${"$(a ".repeat(2_500)}`],
    ["expansions", `<<${"${a:-".repeat(1_700)}`],
    ["parentheses", `<<${"(".repeat(10_000)}`],
    ["backquotes", `<<${"`a ".repeat(3_000)}`],
    ["cases", `<<a\n${"case a in b)".repeat(800)}`],
    ["arithmetic", `<<${"$((".repeat(3_000)}`],
    ["closing parentheses", `<<${")".repeat(10_000)}`],
    ["redirections", `<<A\n${">&".repeat(5_000)}`],
    ["words behind a heredoc", `zz <<A ${")".repeat(10_000)}`],
    ["here-strings behind a heredoc", `zz <<A\n${"<".repeat(10_000)}`],
    ["names with an at sign", "git@".repeat(2_560)],
    ["names with a question mark", `A=1; ${"a?".repeat(5_000)}`],
  ])("of many %s end in time", (_name, script) => {
    const start = process.cpuUsage();
    everything(["bash", "-lc", script]);
    // Six questions; the bound of the specification is 50 ms for each, and slow machines get some more. Without a bound it
    // is minutes. Time of the processor, because other programs may be busy.
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(1_500);
  });

  it("fail with the package's own error where the grammar cannot be loaded", async () => {
    const broken = nodeBashParser({ wasmDir: "/nowhere" });
    await expect(broken.load()).rejects.toBeInstanceOf(ShellCommandError);
    await expect(broken.load()).rejects.toMatchObject({ code: "parser_load_failed" });
  });
});
