import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinWords, quoteWord, splitWords } from "../src/index.ts";
import { vectors } from "./parser.ts";

describe("quoting", () => {
  it.each(vectors<[string, string][]>("quoting"))("writes %j as %j", (word, quoted) => {
    expect(quoteWord(word)).toBe(quoted);
    expect(joinWords(["zz", word])).toBe(`zz ${quoted}`);
  });

  it("gives a fixed text for a NUL byte", () => {
    expect(joinWords(["a", "b\0"])).toBe("<command included NUL byte>");
  });

  it("is undone by splitting", () => {
    const word = fc.string({
      unit: fc.constantFrom("a", "'", '"', "\\", "$", "`", "!", "^", " ", "\n", "#", "é", "~"),
    });
    fc.assert(
      fc.property(fc.array(word), words => {
        expect(splitWords(joinWords(words))).toEqual(words);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("splitting", () => {
  it.each([
    ["a 'b c' \"d e\" f\\ g", ["a", "b c", "d e", "f g"]],
    ["'a'\"b\"c", ["abc"]],
    ['"\\$\\`\\"\\\\\\n\\\nx"', ['$`"\\\\nx']],
    ["a\\\nb", ["ab"]],
    ["a # b\nc#d", ["a", "c#d"]],
    ["''", [""]],
    ["ls;pwd", ["ls;pwd"]],
    ["", []],
    [" \t\n", []],
    ["'a", null],
    ['"a', null],
    ['"a\\', null],
    ["a\\", null],
  ])("splits %j", (text, words) => {
    expect(splitWords(text)).toEqual(words);
  });
});
