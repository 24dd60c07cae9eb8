import { beforeAll, describe, expect, it } from "vitest";
import { loadTomlReader, parseToml } from "../src/toml/parse.ts";
import recorded from "./data/toml-mistakes.json" with { type: "json" };

beforeAll(loadTomlReader);

/** What the reference program overlooks, and what is refused here: a person would not know what such a text means. */
const OVERLOOKED: Readonly<Record<string, RegExp>> = {
  "a key without a value in an inline table": /key with no value, expected `=`$/,
  "a line break around an equals sign": /^a=\{b(=\n|\n=)1\} /,
  "a number that begins with an underscore": /^a=[+-]_1 /,
  "a leap second": /^a=1979-05-27T07:32:60 /,
  "a dotted key into what a header named": /^\[x\.a\.b\]\n\[x\]\na\.c\.d=1 /,
};

function told(text: string): string | null {
  try {
    parseToml(text);
    return null;
  } catch (error) {
    const { range, reason } = error as { range: { start: { line: number; column: number } }; reason: string };
    return `${range.start.line}:${range.start.column}: ${reason}`;
  }
}

describe("a mistake in a TOML text is told in the reference program's words, at its place", () => {
  const texts = recorded as unknown as readonly (readonly [text: string, told: string | null])[];
  it.each(texts.filter(([, expected]) => expected !== null))("%j", (text, expected) => {
    expect(told(text)).toBe(expected);
  });

  it("what it reads is read here, but for five kinds of texts", () => {
    const refused = texts.filter(([text, expected]) => expected === null && told(text) !== null);
    const reasons = refused.map(([text]) => {
      const line = `${text} ${told(text)}`;
      return Object.keys(OVERLOOKED).find(reason => OVERLOOKED[reason]?.test(line)) ?? line;
    });
    expect(new Set(reasons)).toEqual(new Set(Object.keys(OVERLOOKED)));
  });

  it("nesting is told where it becomes too deep, and a key of too many parts at the beginning", () => {
    const deep = (open: string, close: string, times: number): string =>
      `a=${open.repeat(times)}1${close.repeat(times)}`;
    const parts = (count: number): string => Array.from({ length: count }, () => "a").join(".");
    expect(told(deep("[", "]", 80))).toBeNull();
    expect(told(deep("[", "]", 81))).toBe("1:83: cannot recurse further; max recursion depth met");
    expect(told(deep("{a=", "}", 81))).toBe("1:243: cannot recurse further; max recursion depth met");
    expect(told(deep("[", "]", 50_000))).toBe("1:83: cannot recurse further; max recursion depth met");
    expect(told(`x=1\n${parts(80)}=1`)).toBeNull();
    expect(told(`x=1\n[${parts(81)}]`)).toBe("1:1: recursion limit");
    expect(told(`\ufeff\ufeffa=1`)).toContain("invalid unquoted key");
  });

  it("of ten megabytes, too", () => {
    const lines = Array.from(
      { length: 200_000 },
      (_, at) => `key_number_${at} = "some text that is long enough ${at}"`,
    );
    expect(told(`${lines.join("\n")}\nx = [1 "y"]`)).toBe(
      "200001:8: missing comma between array elements, expected `,`",
    );
    expect(told(`x = """${"\\n".repeat(5_000_000)}`)).toMatch(/^1:10000008: invalid multi-line basic string/);
  }, 60_000);
});
