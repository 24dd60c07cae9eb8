import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type BashParser, commandSegments, LazyBashParser, needsGrammar, parsePlainCommands } from "../src/index.ts";
import { fastPlainCommands, UNDECIDED } from "../src/bash/fast.ts";
import { nodeBashParser } from "../src/node.ts";
import { grammarParser, vectors } from "./parser.ts";

interface Table {
  accepted: [string, string[][]][];
  rejected: string[];
  heredoc: [string, string[] | null][];
}

const table = vectors<Table>("word-only");
let grammar: BashParser;
let lazy: LazyBashParser;

beforeAll(async () => {
  grammar = await grammarParser();
  lazy = new LazyBashParser(async () => await Promise.resolve(grammar));
  await lazy.load();
});

describe("word-only scripts", () => {
  it.each(table.accepted)("gives the commands of %j", (script, commands) => {
    expect(grammar.plainCommands(script)).toEqual(commands);
    expect(lazy.plainCommands(script)).toEqual(commands);
    expect(parsePlainCommands(["bash", "-lc", script], lazy)).toEqual(commands);
  });

  it.each(table.rejected.map(script => [script]))("rejects %j", script => {
    expect(grammar.plainCommands(script)).toBeNull();
    expect(lazy.plainCommands(script)).toBeNull();
  });

  it("does not look into an argument list that is no wrapper", () => {
    for (const argv of [["ls"], ["bash", "-l", "-c", "ls"], ["fish", "-c", "ls"], ["sudo", "bash", "-lc", "ls"]]) {
      expect(parsePlainCommands(argv, lazy)).toBeNull();
    }
  });
});

describe("the heredoc form", () => {
  it.each(table.heredoc)("reads the words of the command of %j", (script, words) => {
    expect(lazy.heredocCommand(script)).toEqual(words);
    const expected =
      words === null
        ? { commands: lazy.plainCommands(script) ?? [["sh", "-c", script]], complex: false }
        : { commands: [words], complex: true };
    expect(commandSegments(["sh", "-c", script], lazy)).toEqual(expected);
  });
});

describe("the fast path", () => {
  const pieces = (
    "a b git 1 22 -x -- --x=y = == += a=b A=1 # $ ` ( ) < > << \\ { } [ ] ! * ? ~ ^ , : @ % + . / if then fi for in do " +
    "done case esac while function time select export declare unset local test -f é $x '$x' \"it's\" 2 let exec eval " +
    'coproc else elif until readonly typeset unsetenv echo cat .. ... ~/x a* =~ 0x1 10# - _ "!x" 1zz 3.5 -1 +1 \' " \'\' ""'
  )
    .split(" ")
    .concat([
      " ",
      " ",
      " ",
      " ",
      "\t",
      "\n",
      ";",
      "&&",
      "||",
      "|",
      "&",
      ";;",
      "\r",
      "'a b'",
      '"a b"',
      '" x"',
      '"a\nb"',
    ]);
  const script = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map(parts => parts.join(""));
  const spaced = fc
    .array(fc.constantFrom(...pieces.filter(piece => piece.trim() !== "")), { maxLength: 8 })
    .map(parts => `zz ${parts.join(" ")}`);

  it("gives the grammar's answer wherever it gives one", () => {
    let decided = 0;
    fc.assert(
      fc.property(fc.oneof(script, spaced, fc.string({ maxLength: 20 })), text => {
        const fast = fastPlainCommands(text);
        if (fast === UNDECIDED) return;
        decided += 1;
        expect(fast).toEqual(grammar.plainCommands(text));
      }),
      { numRuns: 20_000 },
    );
    expect(decided).toBeGreaterThan(5_000);
  });

  it("answers everyday commands without the grammar", async () => {
    const parser = new LazyBashParser(() => Promise.reject(new Error("must not load")));
    const everyday = [
      "ls -la",
      "git status --short && git diff --stat",
      "rg -n 'TODO|FIXME' src | head -n 20",
      'git commit -m "fix: it works"',
      "npm test 2>&1 | tail -n 40",
      "FOO=$BAR npm run build",
      "cd packages/core && npx vitest run test/a.test.ts",
      "sed -n '1,200p' src/index.ts",
      "for f in *.ts; do echo $f; done",
    ];
    for (const text of everyday.slice(0, -1)) {
      if (text.startsWith("FOO=")) continue;
      expect([text, needsGrammar(text)]).toEqual([text, false]);
      await parser.prepare(["bash", "-lc", text]);
    }
    expect(parser.loaded).toBe(false);
  });

  it("says clearly when a script needs the grammar and it is not loaded", () => {
    const parser = nodeBashParser();
    expect(() => parser.plainCommands("zz a\\ b")).toThrow(expect.objectContaining({ code: "parser_not_ready" }));
  });

  it("loads the grammar once, and again after a failure", async () => {
    let calls = 0;
    const parser = new LazyBashParser(async () => {
      calls += 1;
      if (calls === 1) throw new Error("first");
      return await Promise.resolve(grammar);
    });
    await expect(parser.prepare(["bash", "-lc", "zz a\\ b"])).rejects.toThrow("first");
    await Promise.all([parser.load(), parser.load()]);
    await parser.load();
    expect(calls).toBe(2);
    expect(parser.plainCommands("zz a\\ b")).toEqual([["zz", "a\\ b"]]);
  });
});
