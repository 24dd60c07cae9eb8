import { describe, expect, it } from "vitest";
import { diffLines, type Edit, linesWithEnds } from "../src/line-diff.ts";

/** Length of the longest common subsequence. */
function common(left: readonly string[], right: readonly string[]): number {
  let row = Array.from({ length: right.length + 1 }, () => 0);
  for (const line of left) {
    const next = [0];
    for (const [at, other] of right.entries()) {
      next.push(line === other ? (row[at] ?? 0) + 1 : Math.max(next[at] ?? 0, row[at + 1] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Checks that the edits turn one text into the other, in order, with something equal between each two. */
function check(left: readonly string[], right: readonly string[], edits: readonly Edit[]): void {
  const result: string[] = [];
  let [oldAt, newAt] = [0, 0];
  for (const [index, edit] of edits.entries()) {
    expect(edit.oldEnd - edit.oldStart + edit.newEnd - edit.newStart).toBeGreaterThan(0);
    expect(edit.oldStart - oldAt).toBe(edit.newStart - newAt);
    expect(index === 0 || edit.oldStart > oldAt).toBe(true);
    result.push(...left.slice(oldAt, edit.oldStart), ...right.slice(edit.newStart, edit.newEnd));
    [oldAt, newAt] = [edit.oldEnd, edit.newEnd];
  }
  result.push(...left.slice(oldAt));
  expect(result).toEqual(right);
}

const changed = (edits: readonly Edit[]): number =>
  edits.reduce((sum, edit) => sum + edit.oldEnd - edit.oldStart + edit.newEnd - edit.newStart, 0);

function* words(letters: string, length: number): Generator<string> {
  if (length === 0) yield "";
  else for (const word of words(letters, length - 1)) for (const letter of letters) yield word + letter;
}

const numbered = (count: number, name = "line"): string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${index}\n`);

describe("differences of lines", () => {
  it("are the fewest possible in small texts", () => {
    const texts = [0, 1, 2, 3, 4].flatMap(length => [...words("abc", length)]).map(word => [...word]);
    const long: string[] = [];
    for (const left of texts) {
      for (const right of texts.filter((_, index) => index % 7 === left.length % 7)) {
        const edits = diffLines(left, right);
        check(left, right, edits);
        const fewest = left.length + right.length - 2 * common(left, right);
        if (changed(edits) !== fewest) long.push(`${left.join("")} ${right.join("")}`);
      }
    }
    expect(long).toEqual([]);
  });

  it("are none between equal texts", () => {
    expect(diffLines([], [])).toEqual([]);
    expect(diffLines(["a", "b"], ["a", "b"])).toEqual([]);
    expect(diffLines(numbered(3_000), numbered(3_000))).toEqual([]);
  });

  it("name the stretch exactly at the edges of a text", () => {
    expect(diffLines(["a"], [])).toEqual([{ oldStart: 0, oldEnd: 1, newStart: 0, newEnd: 0 }]);
    expect(diffLines([], ["a"])).toEqual([{ oldStart: 0, oldEnd: 0, newStart: 0, newEnd: 1 }]);
    expect(diffLines(["a", "b"], ["b"])).toEqual([{ oldStart: 0, oldEnd: 1, newStart: 0, newEnd: 0 }]);
    expect(diffLines(["a", "b"], ["a"])).toEqual([{ oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 1 }]);
    expect(diffLines(["a", "a"], ["a"])).toEqual([{ oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 1 }]);
    expect(diffLines(["a", "x", "b"], ["a", "y", "b"])).toEqual([{ oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 2 }]);
  });

  it("stay small in a large text with changes far apart", () => {
    const left = numbered(5_000);
    const right = [...left];
    right[10] = "changed\n";
    right.splice(2_500, 1);
    right.splice(4_900, 0, "added\n");
    const edits = diffLines(left, right);
    check(left, right, edits);
    expect(edits).toEqual([
      { oldStart: 10, oldEnd: 11, newStart: 10, newEnd: 11 },
      { oldStart: 2_500, oldEnd: 2_501, newStart: 2_500, newEnd: 2_500 },
      { oldStart: 4_901, oldEnd: 4_901, newStart: 4_900, newEnd: 4_901 },
    ]);
  });

  it("keep the longest chain of lines when a block moves", () => {
    const [first, block, last] = [numbered(1_500, "first"), numbered(400, "block"), numbered(1_500, "last")];
    const left = ["old head\n", ...first, ...block, ...last, "old tail\n"];
    const right = ["new head\n", ...first, ...last, ...block, "new tail\n"];
    const edits = diffLines(left, right);
    check(left, right, edits);
    expect(changed(edits)).toBe(2 + 2 + 2 * 400);
    const back = diffLines(right, left);
    check(right, left, back);
    expect(changed(back)).toBe(2 + 2 + 2 * 400);
  });

  it("do not hang on lines that occur twice", () => {
    // Every line twice on one side: none of them can hold the two texts together.
    const left = ["head\n", ...numbered(1_200), ...numbered(1_200), "tail\n"];
    const right = ["HEAD\n", ...numbered(1_200), "TAIL\n"];
    const edits = diffLines(left, right);
    check(left, right, edits);
    expect(changed(edits)).toBe(1_200 + 4);
  });

  it("replace a stretch that has nothing in common", () => {
    const left = ["same\n", ...numbered(1_500, "old"), "same too\n"];
    const right = ["same\n", ...numbered(1_400, "new"), "same too\n"];
    expect(diffLines(left, right)).toEqual([{ oldStart: 1, oldEnd: 1_501, newStart: 1, newEnd: 1_401 }]);
  });

  it("replace a stretch whose smallest answer would be too long", () => {
    const shuffled = (step: number): string[] =>
      Array.from({ length: 3_000 }, (_, index) => `${(index * step) % 3_000}\n`).flatMap(line => [line, line]);
    const edits = diffLines(shuffled(1), shuffled(2_999));
    check(shuffled(1), shuffled(2_999), edits);
    expect(edits.length).toBeLessThan(10);
  });

  it("look only where they are told to, and behind it", () => {
    const left = ["a", "b", "c", "d", "e", "f"];
    const right = ["a", "B", "c", "d", "E", "f", "g"];
    const touched = [
      { oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 2 },
      { oldStart: 4, oldEnd: 5, newStart: 4, newEnd: 5 },
    ];
    expect(diffLines(left, right, touched)).toEqual([...touched, { oldStart: 6, oldEnd: 6, newStart: 6, newEnd: 7 }]);
    // What is said to be equal is not looked at.
    const told = diffLines(["x", "b"], ["y", "B"], [{ oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 2 }]);
    expect(told).toEqual([{ oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 2 }]);
  });

  it("look at the gap as well when a stretch begins behind the new text", () => {
    const left = ["a", "b", ""];
    const right = ["a"];
    const edits = diffLines(left, right, [{ oldStart: 2, oldEnd: 3, newStart: 2, newEnd: 2 }]);
    expect(edits).toEqual([{ oldStart: 1, oldEnd: 3, newStart: 1, newEnd: 1 }]);
    const atEnd = diffLines(["a", "b"], ["a"], [{ oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 1 }]);
    expect(atEnd).toEqual([{ oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 1 }]);
  });

  it("are joined where nothing stands between them", () => {
    const touched = [
      { oldStart: 0, oldEnd: 1, newStart: 0, newEnd: 1 },
      { oldStart: 1, oldEnd: 2, newStart: 1, newEnd: 2 },
    ];
    expect(diffLines(["a", "b"], ["A", "B"], touched)).toEqual([{ oldStart: 0, oldEnd: 2, newStart: 0, newEnd: 2 }]);
    const apart = [
      { oldStart: 0, oldEnd: 1, newStart: 0, newEnd: 0 },
      { oldStart: 1, oldEnd: 1, newStart: 0, newEnd: 1 },
    ];
    expect(diffLines(["a", "b"], ["c", "b"], apart)).toEqual([{ oldStart: 0, oldEnd: 1, newStart: 0, newEnd: 1 }]);
  });
});

describe("lines with their ends", () => {
  it("keep the end of each line, and a last line without one", () => {
    expect(linesWithEnds("")).toEqual([]);
    expect(linesWithEnds("\n")).toEqual(["\n"]);
    expect(linesWithEnds("a")).toEqual(["a"]);
    expect(linesWithEnds("a\n\nb")).toEqual(["a\n", "\n", "b"]);
    expect(linesWithEnds("a\r\nb\n")).toEqual(["a\r\n", "b\n"]);
  });
});
