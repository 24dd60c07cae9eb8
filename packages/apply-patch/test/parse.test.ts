import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApplyPatchError, type Hunk, parsePartialPatch, parsePatch } from "../src/index.ts";
import { throwsOnlyItsOwn } from "./own-errors.ts";

const patch = (...body: string[]) => ["*** Begin Patch", ...body, "*** End Patch"].join("\n");
const problem = (text: string): ApplyPatchError => {
  try {
    parsePatch(text);
  } catch (error) {
    if (error instanceof ApplyPatchError) return error;
    throw error;
  }
  throw new Error("it parses");
};

describe("parsePatch", () => {
  it("reads the three kinds of hunks", () => {
    const parsed = parsePatch(
      patch(
        "*** Add File: a",
        "+1",
        "*** Delete File: b",
        "*** Update File: c",
        "*** Move to: d",
        "@@ ctx",
        " keep",
        "-old",
        "+new",
        "*** End of File",
      ),
    );
    expect(parsed.hunks).toEqual<Hunk[]>([
      { type: "add", path: "a", content: "1\n" },
      { type: "delete", path: "b" },
      {
        type: "update",
        path: "c",
        movePath: "d",
        chunks: [{ context: "ctx", oldLines: ["keep", "old"], newLines: ["keep", "new"], isEndOfFile: true }],
      },
    ]);
  });

  it("accepts indented markers and headers, and blank lines around the patch", () => {
    const text = "\n\n  *** Begin Patch  \n  *** Add File: a\n+1\n  *** Delete File: b\n *** End Patch\t\n\n";
    expect(parsePatch(text).hunks.map(({ type, path }) => [type, path])).toEqual([
      ["add", "a"],
      ["delete", "b"],
    ]);
  });

  it("drops one CR at the end of each line", () => {
    expect(parsePatch("*** Begin Patch\r\n*** Add File: a\r\n+x\r\r\n*** End Patch\r\n").hunks).toEqual([
      { type: "add", path: "a", content: "x\r\n" },
    ]);
  });

  it("trims as Unicode says, which leaves a byte-order mark alone", () => {
    expect(problem(`\ufeff${patch()}`).message).toContain("The first line of the patch");
    expect(parsePatch(`\u0085\u3000${patch()}\u2029`).hunks).toEqual([]);
  });

  it("keeps trailing blanks of a move's destination and does not see an indented move", () => {
    const [hunk] = parsePatch(patch("*** Update File: a", "*** Move to: b ", "@@", "-x")).hunks;
    expect(hunk).toMatchObject({ movePath: "b " });
    const [other] = parsePatch(patch("*** Update File: a", " *** Move to: b", "@@", "-x")).hunks;
    expect(other).toMatchObject({ movePath: null, chunks: [{ oldLines: ["*** Move to: b"] }, { oldLines: ["x"] }] });
  });

  it("starts the first chunk of an update with or without @@", () => {
    const [hunk] = parsePatch(patch("*** Update File: a", "-x", "+y", "", "@@", "-z")).hunks;
    expect(hunk).toMatchObject({ chunks: [{ context: null, oldLines: ["x", ""] }, { oldLines: ["z"] }] });
  });

  it("takes a unified diff's header for context text", () => {
    const [hunk] = parsePatch(patch("*** Update File: a", "@@ -1,2 +1,2 @@", "-x")).hunks;
    expect(hunk).toMatchObject({ chunks: [{ context: "-1,2 +1,2 @@" }] });
  });

  it("skips blank lines between chunks and ends a hunk at a line that starts with an asterisk", () => {
    const [hunk] = parsePatch(patch("*** Update File: a", "@@", "-x", "*** End of File", "", "  ", "@@", "-y")).hunks;
    expect(hunk).toMatchObject({ chunks: [{ isEndOfFile: true }, { oldLines: ["y"] }] });
    expect(problem(patch("*** Update File: a", "@@", "-x", "*y")).message).toMatch(/on line 5: '\*y' is not a valid/);
  });

  it.each([
    [
      "a second context line",
      ["*** Update File: a", "@@ x", "@@ y", "-1"],
      4,
      /^.*Unexpected line found in update hunk: '@@ y'/,
    ],
    [
      "a chunk that starts with the end marker",
      ["*** Update File: a", "@@", "*** End of File"],
      4,
      /does not contain any lines/,
    ],
    ["an empty path", ["*** Add File: "], 2, /'\*\*\* Add File:' is not a valid hunk header/],
    ["a lower-case header", ["*** add file: a"], 2, /is not a valid hunk header/],
    ["text between hunks", ["*** Delete File: a", "hello"], 3, /'hello' is not a valid hunk header/],
    [
      "an update of nothing",
      ["*** Delete File: b", "*** Update File: a", ""],
      3,
      /Update file hunk for path 'a' is empty/,
    ],
  ])("refuses %s and says where", (_name, body, line, message) => {
    const error = problem(patch(...body));
    expect(error).toMatchObject({ code: "invalid_hunk", line });
    expect(error.message).toMatch(message);
  });

  it("refuses a heredoc of fewer than four lines as what it looks like", () => {
    expect(problem("<<EOF\n*** Begin Patch\nEOF").message).toContain("The first line of the patch");
  });

  it("reports what is wrong inside a heredoc", () => {
    expect(problem("<<EOF\n*** Begin Patch\n+\nEOF").message).toContain("The last line of the patch");
  });

  it("throws nothing but its own error, and quickly, on any text", () => {
    const headers = fc.constantFrom(
      "*** Begin Patch",
      "*** End Patch",
      "*** Add File: ",
      "*** Update File: a",
      "*** Delete File: b",
      "*** Move to: c",
      "*** End of File",
    );
    const others = fc.constantFrom("@@", "@@ x", "+", "-", " ", "", "\r", "*", "<<EOF", "EOF", "a", "\u00a0");
    const fragment = fc.oneof(headers, others);
    const text = fc.array(fc.oneof(fragment, fc.string()), { maxLength: 40 }).map(parts => parts.join("\n"));
    fc.assert(
      fc.property(text, input => {
        throwsOnlyItsOwn(() => parsePatch(input));
        parsePartialPatch(input);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("parsePartialPatch", () => {
  it("waits for the begin marker", () => {
    expect(parsePartialPatch("")).toBeNull();
    expect(parsePartialPatch("*** Begin")).toBeNull();
    expect(parsePartialPatch("*** Begin Patch")).toEqual([]);
  });

  it("shows hunks as they arrive, whatever the point where the text is cut", () => {
    const text = patch(
      "*** Add File: a",
      "+1",
      "*** Update File: b",
      "@@",
      "-x",
      "+y",
      "@@ z",
      "-q",
      "*** Delete File: c",
    );
    let seen = 0;
    for (let end = "*** Begin Patch".length; end <= text.length; end += 1) {
      const hunks = parsePartialPatch(text.slice(0, end));
      expect(hunks).not.toBeNull();
      expect(hunks?.length).toBeGreaterThanOrEqual(Math.min(seen, 3) - 1);
      seen = Math.max(seen, hunks?.length ?? 0);
    }
    expect(parsePartialPatch(text)).toEqual(parsePatch(text).hunks);
  });

  it("leaves out a later chunk that is not whole yet, and a lone @ at the end", () => {
    const lead = "*** Begin Patch\n*** Update File: b\n@@\n-x\n+y\n";
    const [whole] = parsePartialPatch(lead) ?? [];
    for (const tail of ["@", "@@", "@@ z", "@@ z\n"]) expect(parsePartialPatch(lead + tail)).toEqual([whole]);
  });
});
