import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChunks, type UpdateChunk } from "../src/index.ts";
import { LineIndex } from "../src/line-index.ts";
import { throwsOnlyItsOwn } from "./own-errors.ts";

const chunk = (oldLines: string[], newLines: string[], more: Partial<UpdateChunk> = {}): UpdateChunk => ({
  context: null,
  oldLines,
  newLines,
  isEndOfFile: false,
  ...more,
});

describe("where a chunk is found", () => {
  const seek = (lines: string[], pattern: string[], start = 0, atEnd = false) =>
    new LineIndex(lines).seek(pattern, start, atEnd);

  it("prefers an exact place later in the file to a looser one before it", () => {
    expect(seek(["a ", "a"], ["a"])).toBe(1);
    expect(seek(["  a", "a  "], ["a"])).toBe(1);
    expect(seek([" \u2013 ", " - x", "-"], ["-"])).toBe(2);
    expect(seek([" \u2013 ", "- "], ["-"])).toBe(1);
  });

  it("tries the passes in their order", () => {
    expect(seek(["x", "a\t"], ["a"])).toBe(1);
    expect(seek(["x", "\ta\r"], ["a"])).toBe(1);
    expect(seek(["x", " \u201ca\u201d\u00a0b "], ['"a" b'])).toBe(1);
    expect(seek(["x", "y"], ["a"])).toBeNull();
  });

  it.each([
    ["\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-------"],
    ["\u2018\u2019\u201a\u201b", "''''"],
    ["\u201c\u201d\u201e\u201f", '""""'],
    ["x\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000x", `x${" ".repeat(13)}x`],
  ])("takes %j for %j", (typographic, plain) => {
    expect(seek([typographic], [plain])).toBe(0);
    expect(seek([plain], [typographic])).toBe(0);
  });

  it("does not take other characters for plain ones", () => {
    for (const odd of ["\u2001", "\u2016", "\u201a\u2033", "\u2043", "\u00ad"])
      expect(seek([`x${odd}x`], ["x x"])).toBeNull();
  });

  it("looks at the very end only when asked, wherever the search starts", () => {
    expect(seek(["a", "a"], ["a"], 0, true)).toBe(1);
    expect(seek(["a", "b"], ["a"], 0, true)).toBeNull();
    expect(seek(["a", "b"], ["a", "b"], 2, true)).toBe(0);
  });

  it("answers the start for an empty pattern and nothing for one longer than the file", () => {
    expect(seek(["a"], [], 1)).toBe(1);
    expect(seek(["a"], ["a", "b"])).toBeNull();
    expect(seek([], ["a"], 0, true)).toBeNull();
  });

  it("agrees with a search that tries every place in every pass", () => {
    const word = fc.constantFrom("a", "b", " a", "a ", "\u2013", "-", "");
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 30 }),
        fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 12 }),
        fc.nat(8),
        fc.boolean(),
        (lines, patterns, start, atEnd) => {
          const index = new LineIndex(lines);
          for (const pattern of patterns) {
            expect(index.seek(pattern, start, atEnd)).toBe(naiveSeek(lines, pattern, start, atEnd));
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("stays linear on a file that repeats itself", () => {
    const lines = Array.from({ length: 200_000 }, () => "a");
    const pattern = [...Array.from({ length: 5_000 }, () => "a"), "b"];
    const index = new LineIndex([...lines, "b"]);
    expect(index.seek([...pattern, "c"], 0, false)).toBeNull();
    expect(index.seek(pattern, 0, false)).toBe(200_000 - 5_000);
  });
});

function naiveSeek(lines: string[], pattern: string[], start: number, atEnd: boolean): number | null {
  const last = lines.length - pattern.length;
  const from = atEnd ? last : start;
  const passes = [
    (text: string) => text,
    (text: string) => text.trimEnd(),
    (text: string) => text.trim(),
    (text: string) => text.trim().replace("\u2013", "-"),
  ];
  if (from < 0) return null;
  for (const pass of passes) {
    for (let at = from; at <= last; at += 1) {
      if (pattern.every((line, offset) => pass(lines[at + offset] ?? "") === pass(line))) return at;
    }
  }
  return null;
}

describe("what an update makes of a file", () => {
  const apply = (text: string, ...chunks: UpdateChunk[]) => applyChunks(text, chunks, "/f");

  it("writes context lines as the patch spells them", () => {
    expect(apply("\ta\r\nb\n", chunk(["a", "b"], ["a", "B"]))).toBe("a\nB\n");
  });

  it("tries again without a last blank line, and then without the new one too", () => {
    expect(apply("a\nb", chunk(["a", "b", ""], ["a", "c", ""]))).toBe("a\nc\n");
    expect(apply("a\nb", chunk(["a", "b", ""], ["a", "c"]))).toBe("a\nc\n");
    expect(apply("a\n", chunk([""], ["x"]))).toBe("x\na\n");
    expect(apply("a\n\n", chunk([""], ["x"]))).toBe("a\nx\n");
  });

  it("inserts a pure addition before a final blank line", () => {
    expect(apply("a\n\n", chunk([], ["x"]))).toBe("a\nx\n");
    expect(apply("a\n", chunk([], ["x"]), chunk([], ["y"]))).toBe("a\nx\ny\n");
  });

  it("does not move on after a pure addition", () => {
    expect(apply("a\nb\n", chunk([], ["x"], { context: "a" }), chunk(["b"], ["B"]))).toBe("a\nB\nx\n");
  });

  it("starts behind the context line", () => {
    expect(apply("a\nx\na\n", chunk(["a"], ["A"], { context: "x" }))).toBe("a\nx\nA\n");
    expect(() => apply("a\n", chunk(["a"], ["A"], { context: "a" }))).toThrow(
      "Failed to find expected lines in /f:\na",
    );
  });

  it("keeps a byte-order mark and characters beyond the basic plane", () => {
    expect(apply("\ufeffa\n\u{1f600}\n", chunk(["\u{1f600}"], ["e\u0301"]))).toBe("\ufeffa\ne\u0301\n");
  });

  it("finds what it was cut from, for any file and any stretch of it", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "  d", "e ", ""), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        lines,
        fc.nat(19),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.string()),
        (file, at, count, added) => {
          const start = at % file.length;
          const old = file.slice(start, start + count);
          const fresh = added.map(line => line.replaceAll("\n", ""));
          const text = `${file.join("\n")}\n`;
          const result = apply(text, chunk(old, fresh));
          expect(result === "" || result.endsWith("\n")).toBe(true);
          expect(apply(text, chunk(old, old)).trimEnd()).toBe(text.trimEnd());
        },
      ),
    );
  });

  it("throws nothing but its own error on any file and chunks", () => {
    const texts = fc.array(fc.constantFrom("a", "b", "", " "), { maxLength: 4 });
    const chunks = fc.array(
      fc.record({
        context: fc.option(fc.constantFrom("a", "b", "")),
        oldLines: texts,
        newLines: texts,
        isEndOfFile: fc.boolean(),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "b", "\n", " ") }), chunks, (text, list) => {
        throwsOnlyItsOwn(() => applyChunks(text, list, "/f"));
      }),
      { numRuns: 2_000 },
    );
  });
});
