import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type BashParser,
  detectShell,
  isDangerous,
  isKnownSafe,
  loadBashParser,
  needsGrammar,
  posixScript,
  powershellScript,
  quoteWord,
  splitWords,
  summarize,
  toCommandActions,
} from "../src/index.ts";
import { fastPlainCommands } from "../src/bash/fast.ts";
import { bashWasmFiles } from "../src/node.ts";
import { grammarParser } from "./parser.ts";

let parser: BashParser;
beforeAll(async () => {
  parser = await grammarParser();
});

describe("long pipelines", () => {
  it("are read up to 200 bars", () => {
    expect(parser.plainCommands(Array.from({ length: 201 }, () => "a").join("|"))).toHaveLength(201);
    expect(parser.plainCommands(Array.from({ length: 202 }, () => "a").join("|"))).toBeNull();
    expect(parser.plainCommands(`zz ${"a".repeat(300)}`)).toEqual([["zz", "a".repeat(300)]]);
  });
});

describe("carriage returns", () => {
  it("part words, and are read behind a backslash up to a hundred times", () => {
    expect(parser.plainCommands(`zz ${"a\r".repeat(300)}`)?.[0]).toHaveLength(301);
    const quoted = (count: number): string => `zz '${"\\\r".repeat(count)}'`;
    expect(parser.plainCommands(quoted(100))).toEqual([["zz", "\\\r".repeat(100)]]);
    expect(parser.plainCommands(quoted(101))).toBeNull();
  });
});

describe("long command names", () => {
  it("with an at sign are given up, and everything else is read", () => {
    expect(parser.plainCommands(`a@${"b".repeat(1_500)}`)).toBeNull();
    expect(parser.plainCommands(`zz a@${"b".repeat(1_500)}`)).toHaveLength(1);
    expect(parser.plainCommands(`ab${"c".repeat(1_500)} x`)).toHaveLength(1);
  });
});

describe("the time of a script", () => {
  const long = `zz ${"a\\ b ".repeat(1_000)}`;
  const parserWith = async (step: number): Promise<BashParser> => {
    const files = bashWasmFiles();
    let time = 0;
    const wasm = { runtime: readFileSync(files.runtime), grammar: readFileSync(files.grammar) };
    return await loadBashParser({ wasm, now: () => (time += step) });
  };

  it("has an end, and the next script is read again", async () => {
    const hurried = await parserWith(200);
    expect(hurried.plainCommands(long)).toBeNull();
    expect(hurried.plainCommands("zz a")).toEqual([["zz", "a"]]);
  });

  it("is not over where the clock stands still", async () => {
    expect((await parserWith(0)).plainCommands(long)).toHaveLength(1);
  });

  it("is longer for the first scripts than for the later ones", async () => {
    const steady = await parserWith(8);
    const answers = Array.from({ length: 4 }, () => steady.plainCommands(`zz ${"a\\ b ".repeat(150)}`) !== null);
    expect(answers[0]).toBe(true);
    expect(answers.at(-1)).toBe(false);
  });
});

describe("the fast path", () => {
  it.each([
    ["zz a", false],
    ["a\nb", false],
    ["a;b", false],
    ["a&&b||c|d", false],
    ['zz "`a`"', false],
    ['zz "$a"', false],
    ["zz $a", false],
    ["zz # a", false],
    ["zz a;", false],
    ["", false],
    ["   ", false],
    ['zz "a\\b"', true],
    ["zz a\\ b", true],
    ["zz é", true],
    ["zz 'a", true],
    ['zz "a', true],
    ["zz &&", true],
    ["zz a\0b", false],
    ["if a", true],
    ["zz <<A", true],
    ["=a", true],
    ["zz =a", true],
    ["a;;b", true],
    ["&& a", true],
    ["a &&\n b", true],
  ])("%j needs the grammar: %s", (script, needs) => {
    expect(needsGrammar(script)).toBe(needs);
  });
});

describe("what nobody reads", () => {
  it.each([
    ["a NUL, behind which another command could hide", "ls\0; rm -rf /"],
    ["a NUL in quotes", "ls 'a\0'"],
    ["a NUL in a heredoc", "cat <<'EOF'\n\0\nEOF"],
    ["a name that the grammar reads again and again", `zz +=eval@${"+=eval@".repeat(1000)}`],
    ["carriage returns behind backslashes", `zz ${"\\\r".repeat(101)}`],
    ["a pipeline without an end", `ls${" | cat".repeat(300)}`],
  ])("%s is word-only for neither way of reading", (_what, script) => {
    expect(fastPlainCommands(script)).toBeNull();
    expect(parser.plainCommands(script)).toBeNull();
    expect(parser.heredocCommand(script)).toBeNull();
    expect(isKnownSafe(["bash", "-lc", script], { parser })).toBe(false);
  });
});

describe("shells", () => {
  it.each([
    ["/bin/bash", "bash"],
    ["bash.exe", "bash"],
    ["pwsh.exe", "powershell"],
    ["/usr/local/bin/pwsh.exe", "powershell"],
    ["bash/", "bash"],
    ["/bin/./bash/.", "bash"],
    ["fish", null],
    ["bash5", null],
    ["BASH", null],
    ["", null],
    ["/", null],
    ["..", null],
    ["bash/..", null],
    [".bash", null],
  ])("%j is %j", (program, shell) => {
    expect(detectShell(program)).toBe(shell);
  });

  it("take their script in one place only", () => {
    expect(posixScript(["bash", "-c", "x"])).toBe("x");
    expect(posixScript(["bash", "-lc"])).toBeNull();
    expect(posixScript(["bash", "-lc", "x", "y"])).toBeNull();
    expect(posixScript(["bash", "-x", "x"])).toBeNull();
    expect(posixScript(["pwsh", "-c", "x"])).toBeNull();
    expect(powershellScript(["pwsh", "-c"])).toBeNull();
    expect(powershellScript(["pwsh", "-NoLogo", "-COMMAND", "x", "y"])).toBe("x");
    expect(powershellScript(["pwsh", "-NoLogo", "-NoProfile"])).toBeNull();
    expect(powershellScript(["pwsh", "-File", "-c", "x"])).toBeNull();
    expect(powershellScript(["bash", "-c", "x"])).toBeNull();
  });
});

describe("summaries at the edges", () => {
  const of = (script: string) => summarize(["bash", "-lc", script], parser);
  const unknown = (cmd: string) => [{ type: "unknown", cmd }];
  it.each([
    ["xpython -c 'os.walk(1)'", unknown("xpython -c 'os.walk(1)'")],
    ["python3 -c 'print(1)'", unknown("python3 -c 'print(1)'")],
    ["python3 -c", unknown("python3 -c")],
    ["python3.11 -c 'os.walk(1)'", [{ type: "list_files", cmd: "python3.11 -c 'os.walk(1)'", path: null }]],
    ["head a b", unknown("head a b")],
    ["head -n 5", unknown("head -n 5")],
    ["head -n x f", [{ type: "read", cmd: "head -n x f", name: "x", path: "x" }]],
    ["head -n5 f", [{ type: "read", cmd: "head -n5 f", name: "f", path: "f" }]],
    ["head -nx f", unknown("head -nx f")],
    ["tail -n x f", unknown("tail -n x f")],
    ["tail -n+5 f", [{ type: "read", cmd: "tail -n+5 f", name: "f", path: "f" }]],
    ["tail f", [{ type: "read", cmd: "tail f", name: "f", path: "f" }]],
    ["cat a b", unknown("cat a b")],
    ["cat", unknown("cat")],
    ["cat -- -x", [{ type: "read", cmd: "cat -- -x", name: "-x", path: "-x" }]],
    ["git status", unknown("git status")],
    ["git ls-files src", [{ type: "list_files", cmd: "git ls-files src", path: "src" }]],
    ["grep -e a -f b c", [{ type: "search", cmd: "grep -e a -f b c", query: "a", path: "c" }]],
    ["grep -- -a b", [{ type: "search", cmd: "grep -- -a b", query: "-a", path: "b" }]],
    ["grep", [{ type: "search", cmd: "grep", query: null, path: null }]],
    ["find . '!' -name x", [{ type: "search", cmd: "find . '!' -name x", query: "x", path: "." }]],
    ["find -name", [{ type: "list_files", cmd: "find -name", path: null }]],
    ["fd", [{ type: "list_files", cmd: "fd", path: null }]],
    ["fd a/b", [{ type: "list_files", cmd: "fd a/b", path: "b" }]],
    ["fd a", [{ type: "search", cmd: "fd a", query: "a", path: null }]],
    ["ls a/build/", [{ type: "list_files", cmd: "ls a/build/", path: "a" }]],
    ["ls src", [{ type: "list_files", cmd: "ls src", path: "src" }]],
    ["cd a", []],
    ["cd a && cat b", [{ type: "read", cmd: "cat b", name: "b", path: "a/b" }]],
    ["cd -- a && cat b", [{ type: "read", cmd: "cat b", name: "b", path: "a/b" }]],
    ["cd && cat b", [{ type: "read", cmd: "cat b", name: "b", path: "b" }]],
    ["cd a && cd /b && cat c", [{ type: "read", cmd: "cat c", name: "c", path: "/b/c" }]],
    ["cd a/ && cat c", [{ type: "read", cmd: "cat c", name: "c", path: "a/c" }]],
    ["true && cat a", [{ type: "read", cmd: "cat a", name: "a", path: "a" }]],
    ["echo a && cat a", [{ type: "read", cmd: "cat a", name: "a", path: "a" }]],
    ["true", unknown("true")],
    ["sort", unknown("sort")],
    ["cat a && cat a", [{ type: "read", cmd: "cat a", name: "a", path: "a" }]],
    ["cat a | xargs rm", [{ type: "read", cmd: "cat a", name: "a", path: "a" }]],
    ["cat a | xargs sed -i s", unknown("cat a | xargs sed -i s")],
    ["cat a | xargs -n 1 perl -pi x", unknown("cat a | xargs -n 1 perl -pi x")],
    ["cat a | xargs -- rg --replace x", unknown("cat a | xargs -- rg --replace x")],
    ["cat a | head", [{ type: "read", cmd: "cat a", name: "a", path: "a" }]],
    ["cat a | tail", [{ type: "read", cmd: "cat a", name: "a", path: "a" }]],
    ["cat a | head -5", [{ type: "read", cmd: "cat a", name: "a", path: "a" }]],
    ["tail 5 5 f", unknown("tail 5 5 f")],
    ["tail a b", unknown("tail a b")],
    ["head 5 5 f", unknown("head 5 5 f")],
    ["python3 os.walk", unknown("python3 os.walk")],
    ["nl -ba && cat a", [{ type: "read", cmd: "cat a", name: "a", path: "a" }]],
    [
      "nl a && cat b",
      [
        { type: "read", cmd: "nl a", name: "a", path: "a" },
        { type: "read", cmd: "cat b", name: "b", path: "b" },
      ],
    ],
    ["cat a && echo b", unknown("cat a && echo b")],
    ["cat a && zz", unknown("cat a && zz")],
    ["cat a | head -n 5 -q", unknown("cat a | head -n 5 -q")],
    ["cat a | tail -c +5", [{ type: "read", cmd: "cat a", name: "a", path: "a" }]],
  ])("%j", (script, expected) => {
    expect(of(script)).toEqual(expected);
  });

  it("of an argument list split at its connectors, without a leading answer", () => {
    expect(summarize(["yes", "|", "cat", "a"], parser)).toEqual([{ type: "read", cmd: "cat a", name: "a", path: "a" }]);
    expect(summarize(["yes", "cat", "a"], parser)).toEqual(unknown("yes cat a"));
    expect(summarize(["cat", "a", "&&", "ls"], parser)).toEqual([
      { type: "read", cmd: "cat a", name: "a", path: "a" },
      { type: "list_files", cmd: "ls", path: null },
    ]);
    expect(summarize(["&&", "ls"], parser)).toEqual([{ type: "list_files", cmd: "ls", path: null }]);
    expect(summarize(["pwsh", "-c", "ls"], parser)).toEqual(unknown("ls"));
    expect(summarize([], parser)).toEqual([]);
  });

  it("have paths that are absolute on the wire", () => {
    const read = (path: string) =>
      toCommandActions([{ type: "read", cmd: "c", name: "n", path }], { cwd: "/w", home: "/h" });
    const paths = ["a", "../a", "./a/../b", "/a/./b", "~", "~/a", "~a", "C:\\a", "../../.."];
    expect(paths.map(path => (read(path)[0] as { path: string }).path)).toEqual([
      "/w/a",
      "/a",
      "/w/b",
      "/a/b",
      "/h",
      "/h/a",
      "/w/~a",
      "C:\\a",
      "/",
    ]);
    expect(toCommandActions([{ type: "read", cmd: "c", name: "n", path: "~/a" }], { cwd: "/w" })[0]).toMatchObject({
      path: "/w/~/a",
    });
  });
});

describe("a parser that cannot be had", () => {
  it("fails with an error that says its name", async () => {
    const wasm = { runtime: new Uint8Array([1]), grammar: new Uint8Array([1]) };
    await expect(loadBashParser({ wasm })).rejects.toMatchObject({ code: "parser_load_failed" });
    await expect(loadBashParser({ wasm: () => Promise.reject(new Error("gone")) })).rejects.toMatchObject({
      name: "ShellCommandError",
      message: expect.stringContaining("gone"),
    });
  });
});

describe("words at the edges", () => {
  it.each([
    ["a\\\nb", ["ab"]],
    ['"a\\\nb"', ["ab"]],
    ['"a\\qb"', ["a\\qb"]],
    ['"a\\$b"', ["a$b"]],
    ["a # b\nc", ["a", "c"]],
    ["a#b", ["a#b"]],
    ["# a", []],
    ["a\t'' b", ["a", "", "b"]],
    ["'a", null],
    ['"a', null],
    ['"a\\', null],
    ["a\\", null],
  ])("%j is split to %j", (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });

  it.each([
    ["^^a", "'^''^a'"],
    ["a`b'c", "'a`b'\"'c\""],
    ["^a'b", "'^a'\"'b\""],
    ["a\\b`c", "\"a\\\\b\"'`c'"],
  ])("%j is quoted as %s", (word, quoted) => {
    expect(quoteWord(word)).toBe(quoted);
    expect(splitWords(quoted)).toEqual([word]);
  });
});

describe("dangerous and safe at the edges", () => {
  it.each([
    [["sudo", "sudo", "rm", "-rf", "x"], true],
    [["sudo"], false],
    [["rm", "-fr"], false],
    [["rm"], false],
    [["/bin/rm", "-rf"], false],
    [["sudo", "bash", "-lc", "rm -rf x"], false],
    [["bash", "-lc", "ls; rm -f x"], true],
    [["bash", "-lc", "rm -f $x"], false],
  ])("%j is dangerous: %s", (argv, dangerous) => {
    expect(isDangerous(argv, { parser })).toBe(dangerous);
  });

  it.each([
    [["git", "-C", "d", "status"], true],
    [["git", "-C", "status"], false],
    [["git", "--", "status"], true],
    [["git", "--no-pager", "log"], true],
    [["git", "branch", "--format=x", "-vv"], true],
    [["git", "branch", "x"], false],
    [["git", "diff", "-cx"], false],
    [["git", "log", "--output=x"], false],
    [["git", "--git-dir=x", "log"], false],
    [["git"], false],
    [[], false],
    [["sed", "-n", "1,5p"], true],
    [["sed", "-n", "1,5p", "a", "b"], false],
    [["sed", "-n", "x1p", "a"], false],
    [["sed", "-n", "1px", "a"], false],
    [["sed", "-n"], false],
    [["base64", "-ox"], false],
    [["base64", "--output=x"], false],
    [["base64", "a"], true],
    [["find", ".", "-delete"], false],
    [["rg", "--pre=x", "y"], false],
    [["rg", "--hostname-bin", "x"], false],
    [["bash", "-lc", "ls && cat x"], true],
    [["bash", "-lc", "ls && zz"], false],
    [["bash", "-lc", ""], false],
    [["zsh", "-c", "ls"], true],
    [["tac", "x"], true],
  ])("%j is safe: %s", (argv, safe) => {
    expect(isKnownSafe(argv, { parser })).toBe(safe);
  });

  it("differ by platform", () => {
    expect(isKnownSafe(["tac", "x"], { parser, platform: "macos" })).toBe(false);
    expect(isKnownSafe(["C:\\x\\LS.EXE"], { parser, platform: "windows" })).toBe(true);
    expect(isKnownSafe(["LS"], { parser })).toBe(false);
    expect(isKnownSafe(["ls.exe.x"], { parser, platform: "windows" })).toBe(false);
    expect(isDangerous(["cmd", "/c", "del /f x"], { parser, platform: "windows" })).toBe(true);
    expect(isDangerous(["cmd", "/c", "del /f x"], { parser })).toBe(false);
    expect(isDangerous(["cmd", "/c", "rd /s x"], { parser, platform: "windows" })).toBe(false);
    expect(isDangerous(["cmd", "/c", "ls & start https://x"], { parser, platform: "windows" })).toBe(true);
    expect(isDangerous(["cmd"], { parser, platform: "windows" })).toBe(false);
    const windows = (...argv: string[]) => isDangerous(argv, { parser, platform: "windows" });
    expect(windows("pwsh", "-Command", "start https://x")).toBe(true);
    expect(windows("pwsh", "/command", "start https://x")).toBe(true);
    expect(windows("pwsh", "-Command:start https://x")).toBe(true);
    expect(windows("pwsh", "-c", "start notes")).toBe(false);
    expect(windows("pwsh", "-NoProfile", "rm x -Force")).toBe(true);
    expect(windows("pwsh", "-c", "rm x; ls -Force")).toBe(false);
    expect(windows("pwsh", "-c", "rm -force:$true x")).toBe(true);
    expect(windows("pwsh", "-NoProfile")).toBe(false);
    expect(windows("chrome.exe", "https://x")).toBe(true);
    expect(windows("chrome.exe", "notes")).toBe(false);
    expect(windows("notepad", "https://x")).toBe(false);
    expect(windows("rundll32", "url.dll,FileProtocolHandler", "https://x")).toBe(true);
    expect(windows("rundll32", "other.dll", "https://x")).toBe(false);
    expect(windows("cmd", "/c", "  erase /F x ")).toBe(true);
    expect(windows("cmd", "/c", "echo del /f")).toBe(false);
    expect(windows("cmd", "/r", "rmdir /s /q x")).toBe(true);
    expect(windows("cmd", "/k", "del /f x")).toBe(false);
    expect(windows("cmd", "/cdel /f x")).toBe(true);
    expect(isDangerous([], { parser, platform: "windows" })).toBe(false);
  });
});
