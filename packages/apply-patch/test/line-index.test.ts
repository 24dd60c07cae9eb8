import { describe, expect, it } from "vitest";
import { LineIndex } from "../src/line-index.ts";

const DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212";
const SINGLE_QUOTES = "\u2018\u2019\u201a\u201b";
const DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f";
const SPACES = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000";

const plain = (line: string): string =>
  [...line.trim()]
    .map(char => {
      if (DASHES.includes(char)) return "-";
      if (SINGLE_QUOTES.includes(char)) return "'";
      if (DOUBLE_QUOTES.includes(char)) return '"';
      return SPACES.includes(char) ? " " : char;
    })
    .join("");

/** The definition: each pass over the whole rest of the file, the strictest first. */
function seekSlowly(lines: readonly string[], pattern: readonly string[], start: number, atEnd: boolean) {
  if (pattern.length === 0) return start;
  const last = lines.length - pattern.length;
  if (last < 0) return null;
  for (const form of [(line: string) => line, (line: string) => line.trimEnd(), (line: string) => line.trim(), plain]) {
    for (let at = atEnd ? last : start; at <= last; at += 1) {
      if (pattern.every((line, index) => form(lines[at + index] ?? "") === form(line))) return at;
    }
  }
  return null;
}

/** An index whose cheap first look is used up, so that what follows goes through the indexed passes. */
function indexed(lines: readonly string[]): LineIndex {
  const index = new LineIndex(lines);
  for (let round = 0; round < 4; round += 1) index.seek(["nowhere"], 0, false);
  return index;
}

function* words(letters: string, length: number): Generator<string> {
  if (length === 0) yield "";
  else for (const word of words(letters, length - 1)) for (const letter of letters) yield word + letter;
}

describe("a search for lines", () => {
  it("finds what the definition finds, in every small file", () => {
    const patterns = [1, 2, 3].flatMap(length => [...words("ab", length)]).map(word => [...word]);
    const wrong: string[] = [];
    for (const length of [0, 1, 2, 3, 4, 5, 6, 7]) {
      for (const word of words("ab", length)) {
        const lines = [...word];
        const [fresh, used] = [new LineIndex(lines), indexed(lines)];
        for (const pattern of patterns) {
          for (const start of [0, 1, length]) {
            const expected = seekSlowly(lines, pattern, start, false);
            const [first, second] = [fresh, used].map(index => index.seek(pattern, start, false));
            if (first !== expected || second !== expected) wrong.push(`${word} ${pattern.join("")} from ${start}`);
          }
          const expected = seekSlowly(lines, pattern, 0, true);
          const [first, second] = [fresh, used].map(index => index.seek(pattern, 0, true));
          if (first !== expected || second !== expected) wrong.push(`${word} ${pattern.join("")} at the end`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it("finds what the definition finds in repetitive files, from every start", () => {
    // Many places that match almost: where a search goes over to the pass that never looks back.
    const bodies = ["ab", "aab", "abaab", "aba", "abcab"];
    const tails = ["", "a", "b", "bb", "abb", "c", "aabb"];
    for (const body of bodies) {
      for (const tail of tails) {
        const lines = [...body.repeat(14), ...tail, ...body.repeat(2)];
        const index = indexed(lines);
        for (const count of [1, 3, 5]) {
          for (const end of ["", "a", "b", "bb", "c", "aabb"]) {
            const pattern = [...body.repeat(count), ...end];
            for (const start of [0, 1, 5, 20, lines.length - pattern.length]) {
              const expected = seekSlowly(lines, pattern, start, false);
              expect(index.seek(pattern, start, false), `${lines.join("")} ${pattern.join("")} ${start}`).toBe(
                expected,
              );
            }
          }
        }
      }
    }
  });

  it("steps back as far as a border allows, and no further", () => {
    const pattern = [..."aabaaab"];
    for (const head of ["aabaab", "aabaaabaab", "aaaaaa", "aabaaaab"]) {
      const lines = [..."aabaaa".repeat(12), ...head, ...pattern, ..."aab".repeat(4)];
      const index = indexed(lines);
      for (let start = 0; start < lines.length; start += 1) {
        expect(index.seek(pattern, start, false)).toBe(seekSlowly(lines, pattern, start, false));
      }
    }
  });

  it("does not find what begins before the start or ends behind the file", () => {
    const lines = ["x", "a", "b", "a"];
    for (const index of [new LineIndex(lines), indexed(lines)]) {
      expect(index.seek(["x"], 1, false)).toBeNull();
      expect(index.seek(["a"], 2, false)).toBe(3);
      expect(index.seek(["a", "b"], 2, false)).toBeNull();
      expect(index.seek(["b", "a"], 2, false)).toBe(2);
      expect(index.seek(["a"], 4, false)).toBeNull();
      expect(index.seek([], 2, false)).toBe(2);
      expect(index.seek(["x", "a", "b", "a", "c"], 0, false)).toBeNull();
      expect(index.seek(["a", "b"], 0, true)).toBeNull();
    }
  });

  it("prefers a strict match further down to a forgiving one nearby", () => {
    const lines = ["  a\u2013b", "a\u2013b  ", "a-b\t", " a-b", "a-b"];
    for (const make of [(list: string[]) => new LineIndex(list), indexed]) {
      expect(make(lines).seek(["a-b"], 0, false)).toBe(4);
      expect(make(lines.slice(0, 4)).seek(["a-b"], 0, false)).toBe(2);
      expect(make([lines[0] ?? "", lines[1] ?? "", lines[3] ?? ""]).seek(["a-b"], 0, false)).toBe(2);
      expect(make(lines.slice(0, 2)).seek(["a-b"], 0, false)).toBe(0);
    }
  });

  it("takes every typographic dash, quote and space for its plain form, and nothing else", () => {
    for (const [chars, ascii] of [
      [DASHES, "-"],
      [SINGLE_QUOTES, "'"],
      [DOUBLE_QUOTES, '"'],
      [SPACES, " "],
    ] as const) {
      for (const char of chars) {
        expect(new LineIndex([`x${char}y`]).seek([`x${ascii}y`], 0, false)).toBe(0);
        expect(new LineIndex([`x${ascii}y`]).seek([`x${char}y`], 0, false)).toBe(0);
        expect(new LineIndex([`x${char}${char}y`]).seek([`x${ascii}y`], 0, false)).toBeNull();
      }
    }
    for (const char of "\u2016\u2017\u2020\u00ad\u2001\u200b\u2043") {
      expect(new LineIndex([`x${char}y`]).seek(["x-y"], 0, false)).toBeNull();
      expect(new LineIndex([`x${char}y`]).seek(["x y"], 0, false)).toBeNull();
    }
  });
});
