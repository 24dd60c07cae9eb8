import { readFileSync } from "node:fs";
import fc from "fast-check";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { ExecPolicyError, parsePolicy, Policy, type PrefixRule } from "../src/index.ts";
import { vectors } from "./vectors.ts";

/** Parses, and lets only the package's own error through. */
function parse(text: string): Policy | null {
  try {
    return parsePolicy([{ path: "p.rules", text }]);
  } catch (error) {
    if (error instanceof ExecPolicyError) return null;
    throw error;
  }
}

const PIECES = [
  "prefix_rule",
  "(",
  ")",
  "[",
  "]",
  "{",
  "}",
  '"a"',
  "'b'",
  ",",
  "=",
  "==",
  "+",
  "*",
  "%",
  "|",
  ":",
  ".",
  "\n",
  "\n  ",
  "\n    ",
  " ",
  "if",
  "else",
  "elif",
  "for",
  "in",
  "def",
  "f",
  "x",
  "y",
  "return",
  "lambda",
  "not",
  "and",
  "or",
  "1",
  "99",
  "0",
  "range(9)",
  "len",
  "x.append(x)",
  "f(x)",
  "x = x + x",
  "x *= x",
  '"""',
  "#",
  "\\",
  "f'{x}'",
  "None",
  "True",
  "pattern=",
  "decision=",
  "match=",
  "**",
  "//",
  "-",
  "<<",
  "load",
  "break",
  "continue",
  "pass",
  ";",
  "é",
  "\t",
  "...",
];

describe("hostile rules files", () => {
  it("give a policy or the package's own error", () => {
    const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map(parts => parts.join(""));
    const spaced = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map(parts => parts.join(" "));
    fc.assert(
      fc.property(fc.oneof(soup, spaced, fc.string({ maxLength: 200 }), fc.string({ unit: "binary" })), text => {
        parse(text);
      }),
      { numRuns: 5_000 },
    );
  });

  it("survive mutations of real programs", () => {
    const programs = vectors<[string, string][]>("language").map(([text]) => text);
    const program = fc.constantFrom(...programs);
    const mutation = fc.tuple(program, program, fc.nat(), fc.nat(), fc.constantFrom(...PIECES));
    fc.assert(
      fc.property(mutation, ([left, right, from, to, piece]) => {
        parse(left.slice(0, from % (left.length + 1)) + piece + right.slice(to % (right.length + 1)));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ["brackets", "(".repeat(10_000)],
    ["lists", `x = ${"[".repeat(5_000)}${"]".repeat(5_000)}`],
    ["signs", `x = ${"-".repeat(9_990)}1`],
    ["nots", `x = ${"not ".repeat(2_500)}1`],
    ["a chain of additions", `x = ${"1+".repeat(5_000)}1`],
    ["a chain of calls", `x = str${"()".repeat(5_000)}`],
    ["a chain of attributes", `x = ""${".a".repeat(5_000)}`],
    ["a chain of conditions", `x = ${"1 if 0 else ".repeat(800)}1`],
    ["lambdas", `x = ${"lambda: ".repeat(1_200)}1`],
    ["nested blocks", Array.from({ length: 140 }, (_, depth) => `${" ".repeat(depth)}if 1:`).join("\n")],
    ["doubling texts", 'x = "ab"\nfor i in range(200):\n  x = x + x'],
    ["doubling lists", "x = [1]\nfor i in range(200):\n  x = x + x"],
    ["doubling in place", "x = [1]\nfor i in range(200):\n  x += x"],
    ["repeated texts", 'x = "a" * 1000000000'],
    ["repeated lists", "x = [0] * 1000000000"],
    ["growing numbers", "x = 3\nfor i in range(200):\n  x = x * x"],
    ["shifted numbers", "x = 1 << 1000000000"],
    ["a long range", "for i in range(1000000000): pass"],
    ["a range as a list", "x = list(range(1000000000))"],
    ["nested loops", "x = [1 for a in range(1000) for b in range(1000) for c in range(1000)]"],
    ["recursion", "def f(n): return f(n) + f(n)\nf(1)"],
    ["a deep value", "x = []\nfor i in range(10000):\n  x = [x]\ny = str(x)"],
    ["deep values that are compared", "x = []\ny = []\nfor i in range(10000):\n  x = [x]\n  y = [y]\nz = x == y"],
    ["shared values that are printed", "x = []\nfor i in range(90):\n  x = [x, x]\ny = str(x)"],
    ["shared values that are compared", "x = ()\ny = ()\nfor i in range(90):\n  x = (x, x)\n  y = (y, y)\nz = x == y"],
    ["shared keys", "x = ()\nfor i in range(90):\n  x = (x, x)\ny = {x: 1}"],
    [
      "a long text that is split",
      'x = ("a" * 900000).split("a")\nfor i in range(100):\n  y = ("," * 900000).split(",")',
    ],
    ["joined texts", 'x = ("a" * 900000).join(["b"] * 90000)'],
    ["replaced texts", 'x = ("a" * 900000).replace("a", "b" * 900000)'],
    ["formatted texts", 'x = "a" * 900000\nfor i in range(10000):\n  y = "%s" % x'],
    ["open quotes", `x = ${'"a" + '.repeat(1600)}"`],
    ["comments and blanks", "#\n \n".repeat(3_000)],
    ["deep indentation", `if 1:\n${" ".repeat(9_000)}x = 1`],
    ["blanks in a text", `x = "${" ".repeat(9_000)}".strip().split()`],
    ["10 KB of rules", 'prefix_rule(pattern=["a", ["b", "c"]])\n'.repeat(250)],
  ])("%s end in time", (_name, text) => {
    parse("x = 1");
    const start = process.cpuUsage();
    parse(text);
    // The bound of the specification is 50 ms, and slow machines get some more; without a bound it is minutes. Time of
    // the processor, because other programs may be busy.
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1_000).toBeLessThan(1_500);
  });
});

describe("policies", () => {
  const word = fc.constantFrom("a", "b", "c", "d");
  const rule: fc.Arbitrary<PrefixRule> = fc.record({
    first: word,
    rest: fc.array(
      fc.oneof(
        word.map(single => ({ single })),
        fc.tuple(word, word).map(alts => ({ alts })),
      ),
      { maxLength: 2 },
    ),
    decision: fc.constantFrom("allow", "prompt", "forbidden"),
  });
  const policy = fc.array(rule, { maxLength: 6 }).map(rules => new Policy({ rules }));
  const command = fc.array(word, { minLength: 1, maxLength: 4 });
  const RANK = { allow: 0, prompt: 1, forbidden: 2 };

  it("merge in any grouping", () => {
    fc.assert(
      fc.property(policy, policy, policy, command, (a, b, c, words) => {
        expect(a.merge(b).merge(c).match(words)).toEqual(a.merge(b.merge(c)).match(words));
      }),
    );
  });

  it("never become milder by another rule", () => {
    fc.assert(
      fc.property(policy, policy, command, (a, b, words) => {
        const before = a.evaluate([words]).decision;
        const after = a.merge(b).evaluate([words]).decision;
        expect(RANK[after ?? "allow"]).toBeGreaterThanOrEqual(RANK[before ?? "allow"]);
      }),
    );
  });

  it("decide about a command line as strictly as about its strictest command", () => {
    fc.assert(
      fc.property(policy, fc.array(command, { minLength: 1 }), (rules, commands) => {
        const fallback = (): "prompt" => "prompt";
        const each = commands.map(words => RANK[rules.evaluate([words], { fallback }).decision ?? "allow"]);
        const all = rules.evaluate(commands, { fallback });
        expect(RANK[all.decision ?? "allow"]).toBe(Math.max(...each));
        expect(all.segments).toHaveLength(commands.length);
        expect(all.segments.every(matches => matches.length > 0)).toBe(true);
      }),
    );
  });
});

describe("the package", () => {
  it("has a root entry that a browser can load", async () => {
    const result = await build({
      entryPoints: [`${import.meta.dirname}/../src/index.ts`],
      bundle: true,
      write: false,
      format: "esm",
      platform: "browser",
      metafile: true,
      logLevel: "silent",
    });
    expect(result.errors).toEqual([]);
    const imports = Object.values(result.metafile.inputs).flatMap(input => input.imports);
    expect(imports.filter(each => each.external === true || each.path.startsWith("node:"))).toEqual([]);
  });

  it("reads shell words exactly as @codex-ts/shell-command does", () => {
    const own = readFileSync(`${import.meta.dirname}/../src/words.ts`, "utf8");
    expect(own).toBe(readFileSync(`${import.meta.dirname}/../../shell-command/src/words.ts`, "utf8"));
  });
});
