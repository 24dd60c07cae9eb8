import { applyPatch as applyUnified } from "diff";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyChunks, parsePatch, unifiedDiff } from "../src/index.ts";
import { updateText } from "../src/compute.ts";
import { diffLines, linesWithEnds } from "../src/line-diff.ts";

describe("unifiedDiff", () => {
  it.each([
    [
      "one\ntwo\nthree\nfour\nfive\n",
      "one\nTWO\nthree\nfour\nfive\n",
      1,
      "@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n",
    ],
    ["m\n", "M\n", 1, "@@ -1 +1 @@\n-m\n+M\n"],
    ["", "a\n", 1, "@@ -0,0 +1 @@\n+a\n"],
    ["a\nb\n", "", 1, "@@ -1,2 +0,0 @@\n-a\n-b\n"],
    ["a\nb\n", "a\nx\nb\n", 1, "@@ -1,2 +1,3 @@\n a\n+x\n b\n"],
    ["a\nb\n", "a\nx\nb\n", 0, "@@ -1,0 +2 @@\n+x\n"],
    ["a\nb", "a\nb\n", 1, "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n"],
    ["a\nb", "c\nb", 1, "@@ -1,2 +1,2 @@\n-a\n+c\n b\n\\ No newline at end of file\n"],
    ["1\n2\n3\n4\n5\n6\n7\n", "x\n2\n3\n4\n5\n6\ny\n", 3, "@@ -1,7 +1,7 @@\n-1\n+x\n 2\n 3\n 4\n 5\n 6\n-7\n+y\n"],
    ["1\n2\n3\n4\n5\n", "x\n2\n3\n4\ny\n", 1, "@@ -1,2 +1,2 @@\n-1\n+x\n 2\n@@ -4,2 +4,2 @@\n 4\n-5\n+y\n"],
    ["a\n", "a\n", 3, ""],
  ])("shows %j -> %j with %i lines of context", (before, after, context, diff) => {
    expect(unifiedDiff(before, after, context)).toBe(diff);
  });

  const text = fc
    .array(fc.constantFrom("a", "b", "c", "d", "", "e "), { maxLength: 25 })
    .chain(lines => fc.boolean().map(ended => lines.join("\n") + (ended ? "\n" : "")));

  it("gives back the new text when another program applies it to the old one", () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom(0, 1, 3), (before, after, context) => {
        const diff = unifiedDiff(before, after, context);
        expect(applyUnified(before, `--- a\n+++ b\n${diff}`)).toBe(after);
      }),
      { numRuns: 1_000 },
    );
  });

  it("is the same when the stretches an update touched are known", () => {
    const chunkLines = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 3 });
    const chunks = fc.array(
      fc.record({ context: fc.constant(null), oldLines: chunkLines, newLines: chunkLines, isEndOfFile: fc.boolean() }),
      { maxLength: 4 },
    );
    let compared = 0;
    fc.assert(
      fc.property(text, chunks, (before, list) => {
        let updated: ReturnType<typeof updateText>;
        try {
          updated = updateText(before, list, "/f");
        } catch {
          return;
        }
        compared += 1;
        const diff = unifiedDiff(before, updated.text, 3, updated.touched);
        expect(applyUnified(before, `--- a\n+++ b\n${diff}`)).toBe(updated.text);
      }),
      { numRuns: 3_000 },
    );
    expect(compared).toBeGreaterThan(100);
  });

  it("finds scattered changes of a long text without replacing what stands between", () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => (index % 3 === 0 ? "}\n" : `line ${index}\n`));
    const changed = lines.map((line, index) => (index % 1_000 === 500 ? `new ${index}\n` : line));
    const edits = diffLines(lines, changed);
    expect(edits).toHaveLength(30);
    expect(edits.every(edit => edit.oldEnd - edit.oldStart === 1 && edit.newEnd - edit.newStart === 1)).toBe(true);
  });

  it("replaces a long stretch that has nothing, or too little, in common", () => {
    const before = Array.from({ length: 20_000 }, (_, index) => `a${index % 7}\n`);
    const after = Array.from({ length: 20_000 }, (_, index) => `b${index % 7}\n`);
    expect(diffLines(before, after)).toHaveLength(1);
    expect(diffLines(["x\n", "x\n", ...before, "y\n"], ["x\n", ...after, "a1\n", "y\n", "z\n"])).toHaveLength(2);
  });
});

describe("linesWithEnds", () => {
  it("splits at LF only and puts nothing in or out", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\r") }), text => {
        const lines = linesWithEnds(text);
        expect(lines.join("")).toBe(text);
        expect(lines.slice(0, -1).every(line => line.endsWith("\n"))).toBe(true);
      }),
    );
  });
});

describe("the speed of an update", () => {
  it("lets a thousand hunks find their places in one walk through a large file", () => {
    const lines = Array.from({ length: 100_000 }, (_, index) =>
      index % 3 === 0 ? "}" : `    line number ${index} has some text in it, about fifty`,
    );
    const hunks = Array.from({ length: 1_000 }, (_, index) => index * 100 + 4).flatMap(at => [
      "@@",
      ` ${lines[at - 1] ?? ""}`,
      `-${lines[at] ?? ""}`,
      `+changed ${at}`,
    ]);
    const [hunk] = parsePatch(["*** Begin Patch", "*** Update File: f", ...hunks, "*** End Patch"].join("\n")).hunks;
    const result = applyChunks(`${lines.join("\n")}\n`, hunk?.type === "update" ? hunk.chunks : [], "/f");
    expect(result.split("\n").filter(line => line.startsWith("changed "))).toHaveLength(1_000);
  });
});
