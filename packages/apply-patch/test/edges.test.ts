import { describe, expect, it } from "vitest";
import {
  applyChunks,
  applyPatch,
  ApplyPatchError,
  confinePatchFs,
  extractApplyPatch,
  parsePartialPatch,
  parsePatch,
  planPatch,
  recognizeHeredocCall,
  resolvePath,
  streamedFileChanges,
  unifiedDiff,
  type UpdateChunk,
} from "../src/index.ts";
import { MemoryFs } from "./memory-fs.ts";

const PATCH = "*** Begin Patch\n*** Delete File: a\n*** End Patch";
const chunk = (oldLines: string[], newLines: string[], more: Partial<UpdateChunk> = {}): UpdateChunk => ({
  context: null,
  oldLines,
  newLines,
  isEndOfFile: false,
  ...more,
});

describe("chunks at the edges", () => {
  it.each<[string, string, UpdateChunk[], string]>([
    ["a blank last line that stands for the final newline", "a\n", [chunk(["a", ""], ["b", ""])], "b\n"],
    ["the same before the end", "a\nc\n", [chunk(["a", ""], ["b", ""])], "b\nc\n"],
    ["the same without a blank new line", "a\n", [chunk(["a", ""], ["b"])], "b\n"],
    ["the same with more new lines", "a\n", [chunk(["a", ""], ["b", "c", ""])], "b\nc\n"],
    ["everything removed", "a\n", [chunk(["a"], [])], ""],
    ["an addition to nothing", "", [chunk([], ["a"])], "a\n"],
    ["an addition before a blank last line", "a\n\n", [chunk([], ["b"])], "a\nb\n"],
    ["two additions in order", "a\n", [chunk([], ["b"]), chunk([], ["c"])], "a\nb\nc\n"],
    ["an addition and a replacement", "a\nb\n", [chunk([], ["z"]), chunk(["a"], ["x"])], "x\nb\nz\n"],
    ["context that moves the search on", "a\nb\na\nb\n", [chunk(["b"], ["c"], { context: "b" })], "a\nb\na\nc\n"],
    ["the end of the file alone", "a\nb\na\n", [chunk(["a"], ["c"], { isEndOfFile: true })], "a\nb\nc\n"],
    ["a loose match later than an exact one", " a\na\n", [chunk(["a"], ["b"])], " a\nb\n"],
    ["a match after trimming the end", "a  \n", [chunk(["a"], ["b"])], "b\n"],
    ["spaces of every kind", "a\u2009b\u3000c\n", [chunk(["a b c"], ["x"])], "x\n"],
    ["dashes and quotes of every kind", "\u2212\u2010\u2018\u201f\n", [chunk(["--'\""], ["x"])], "x\n"],
    ["the separators of Unicode", "\u2028a\u0085\n", [chunk(["a"], ["x"])], "x\n"],
    ["form feeds and tabs", "\t\u000ba\f\n", [chunk(["a"], ["x"])], "x\n"],
  ])("%s", (_name, text, chunks, expected) => {
    expect(applyChunks(text, chunks, "/f")).toBe(expected);
  });

  it.each<[string, string, UpdateChunk[], string]>([
    [
      "lines of which only the first stand there",
      "a\nc\n",
      [chunk(["a", "b"], ["x"])],
      "Failed to find expected lines in /f:\na\nb",
    ],
    [
      "lines before the last match",
      "a\nb\n",
      [chunk(["b"], ["x"]), chunk(["a"], ["y"])],
      "Failed to find expected lines in /f:\na",
    ],
    [
      "a blank last line behind what is not there",
      "a\n",
      [chunk(["zz", ""], ["b"])],
      "Failed to find expected lines in /f:\nzz\n",
    ],
    ["context that is not there", "a\n", [chunk(["a"], ["x"], { context: "zz" })], "Failed to find context 'zz' in /f"],
    ["more lines than the file", "a\n", [chunk(["a", "a"], ["x"])], "Failed to find expected lines in /f:\na\na"],
    [
      "lines that are not at the end",
      "a\nb\n",
      [chunk(["a"], ["x"], { isEndOfFile: true })],
      "Failed to find expected lines in /f:\na",
    ],
    ["a letter that trimming must keep", "\u200ba\n", [chunk(["a"], ["x"])], "Failed to find expected lines in /f:\na"],
  ])("are refused for %s", (_name, text, chunks, message) => {
    expect(() => applyChunks(text, chunks, "/f")).toThrow(message);
  });
});

describe("repetitive files", () => {
  const lines = Array.from({ length: 400 }, (_, index) => (index % 7 === 3 ? "b" : "a"));
  it.each([0, 1, 5, 50, 200, 390])("are searched as a plain search does, from line %i", start => {
    const text = `${lines.join("\n")}\n`;
    const old = lines.slice(start, start + 9);
    const first = lines.findIndex((_, at) => old.every((line, index) => lines[at + index] === line));
    const expected = [...lines.slice(0, first), "x", ...lines.slice(first + old.length)];
    // The loose spelling sends the search through all its passes.
    expect(
      applyChunks(
        text,
        [
          chunk(
            old.map(line => ` ${line}`),
            ["x"],
          ),
        ],
        "/f",
      ),
    ).toBe(`${expected.join("\n")}\n`);
    expect(applyChunks(text, [chunk(old, ["x"])], "/f")).toBe(`${expected.join("\n")}\n`);
  });
});

describe("files that nearly match everywhere", () => {
  const block = ["a", "a", "b", "b", "a", "b"];
  const body = Array.from({ length: 200 }, () => block).flat();
  const wanted = ["a", "a", "b", "b", "a", "a", "b", "b"];
  it.each([wanted, [...wanted, ...wanted], ["b", "a", "a", "b", "b", "a", "a"]])(
    "are searched to the end: %#",
    (...old) => {
      const lines = [...body, "b", ...wanted, ...wanted, "a"];
      const first = lines.findIndex((_, at) => old.every((line, index) => lines[at + index] === line));
      const expected = [...lines.slice(0, first), "x", ...lines.slice(first + old.length)];
      for (const spelling of [old, old.map(line => `${line} `)]) {
        expect(applyChunks(`${lines.join("\n")}\n`, [chunk(spelling, ["x"])], "/f")).toBe(`${expected.join("\n")}\n`);
      }
      expect(() => applyChunks(`${body.join("\n")}\n`, [chunk([...wanted, "b", "a"], ["x"])], "/f")).toThrow(
        /expected lines/,
      );
    },
  );
});

describe("calls in command lines", () => {
  it.each([
    [["apply_patch", PATCH], "patch"],
    [["applypatch", PATCH], "patch"],
    [["apply_patch", "x"], "invalid"],
    [["apply_patch"], "none"],
    [["apply_patch", PATCH, "x"], "none"],
    [["other", PATCH], "none"],
    [[PATCH], "implicit"],
    [["x"], "none"],
    [[], "none"],
    [["bash", "-lc", PATCH], "implicit"],
    [["bash", "-c", `apply_patch <<'A'\n${PATCH}\nA`], "patch"],
    [["BASH.exe", "-lc", `apply_patch <<'A'\n${PATCH}\nA`], "patch"],
    [["bash", "-lc", `apply_patch <<'A'\n${PATCH}\nA`, "x"], "none"],
    [["bash", "-LC", `apply_patch <<'A'\n${PATCH}\nA`], "none"],
    [["pwsh", "-Command", `apply_patch <<'A'\n${PATCH}\nA`], "patch"],
    [["pwsh", "-NoProfile", "-Command", `apply_patch <<'A'\n${PATCH}\nA`], "patch"],
    [["pwsh", "-NoLogo", "-Command", `apply_patch <<'A'\n${PATCH}\nA`], "none"],
    [["bash", "-noprofile", "-command", `apply_patch <<'A'\n${PATCH}\nA`], "none"],
    [["cmd", "/c", `apply_patch <<'A'\n${PATCH}\nA`], "patch"],
    [["cmd", "-c", `apply_patch <<'A'\n${PATCH}\nA`], "none"],
    [[".bash", "-lc", `apply_patch <<'A'\n${PATCH}\nA`], "none"],
    [["fish", "-c", `apply_patch <<'A'\n${PATCH}\nA`], "none"],
  ])("%#: %j is %s", (argv, kind) => {
    expect(extractApplyPatch(argv).kind).toBe(kind);
  });

  it.each<[string, string | null | undefined]>([
    [`apply_patch <<'A'\n${PATCH}\nA`, null],
    [`  apply_patch   <<A\n${PATCH}\nA\n\n`, null],
    [`apply_patch <<"A"\n${PATCH}\nA`, null],
    [`apply_patch <<-A\n${PATCH}\n\tA`, null],
    [`cd a && apply_patch <<'A'\n${PATCH}\nA`, "a"],
    [`cd 'a b' && apply_patch <<'A'\n${PATCH}\nA`, "a b"],
    [`cd "a b" && apply_patch <<'A'\n${PATCH}\nA`, "a b"],
    [`cd a&&apply_patch <<'A'\n${PATCH}\nA`, "a"],
    [`cd "$a" && apply_patch <<'A'\n${PATCH}\nA`, undefined],
    [`cd a b && apply_patch <<'A'\n${PATCH}\nA`, undefined],
    [`cd a; apply_patch <<'A'\n${PATCH}\nA`, undefined],
    [`cd a && cd b && apply_patch <<'A'\n${PATCH}\nA`, undefined],
    [`x && apply_patch <<'A'\n${PATCH}\nA`, undefined],
    [`apply_patch x <<'A'\n${PATCH}\nA`, undefined],
    [`apply_patch <<'A' | cat\n${PATCH}\nA`, undefined],
    [`apply_patch <<'A'\n${PATCH}\nA\nls`, undefined],
    [`apply_patch <<'A'\n${PATCH}\n`, undefined],
    [`apply_patch <<'A'\nA`, undefined],
    [`apply_patch <<'A'\n${PATCH}\n A`, undefined],
    [`# x\napply_patch <<'A'\n${PATCH}\nA`, undefined],
    [`apply_patches <<'A'\n${PATCH}\nA`, undefined],
  ])("%#: the folder of %j is %j", (script, cd) => {
    const call = recognizeHeredocCall(script);
    expect(call?.cd).toBe(cd);
    expect(call?.body).toBe(cd === undefined ? undefined : PATCH);
  });
});

describe("patches that are still arriving", () => {
  const begin = "*** Begin Patch\n";
  it.each<[string, string[] | null]>([
    ["", null],
    ["*** Begin", null],
    [begin, []],
    [`${begin}*** Add File: a\n+x`, ["add"]],
    [`${begin}*** Add File: a\n+x\n*** End Patch`, ["add"]],
    [`${begin}*** Add File: a\n+x\n*** Upd`, ["add"]],
    [`${begin}*** Update File: a\n@@\n-x\n+y\n@`, ["update"]],
    [`${begin}*** Update File: a\n@@\n-x\n+y\n@@\n*bad`, ["update"]],
    [`${begin}*** Update File: a\n@@\n`, []],
  ])("%j holds %j", (text, types) => {
    expect(parsePartialPatch(text)?.map(hunk => hunk.type) ?? null).toEqual(types);
  });

  it("show their chunks as they are written", () => {
    const hunks = parsePartialPatch(
      `${begin}*** Update File: a\n*** Move to: b\n@@ c\n-x\n+y\n*** End of File\n*** Delete File: d`,
    );
    expect(streamedFileChanges(hunks ?? [])).toEqual({
      a: { type: "update", unified_diff: "@@ c\n-x\n+y\n*** End of File\n", move_path: "b" },
      d: { type: "delete", content: "" },
    });
  });
});

describe("paths", () => {
  it.each([
    ["/w", "a", "/w/a"],
    ["/w", "./a/../b", "/w/b"],
    ["/w", "../../..", "/"],
    ["/w", "/x//y/", "/x/y"],
    ["/w", "~/a", "/h/a"],
    ["/w", "~", "/h"],
    ["/w", "~a", "/w/~a"],
    ["C:\\w", "a/b", "C:\\w\\a\\b"],
    ["C:\\w", "D:/x/../y", "D:\\y"],
    ["C:\\w", "..\\..", "C:\\"],
    ["\\\\srv\\share\\w", "..\\..\\..", "\\\\srv\\share\\"],
    ["\\\\srv\\share", "a", "\\\\srv\\share\\a"],
  ])("from %s, %s is %s", (cwd, path, absolute) => {
    expect(resolvePath(cwd, path, "/h")).toBe(absolute);
  });

  it("have no home where none is known", () => {
    expect(resolvePath("/w", "~/a")).toBe("/w/~/a");
  });
});

describe("confinement", () => {
  it("holds for each root, and for files of the root folder", async () => {
    const files = new MemoryFs({ "/a/f": "1\n", "/b/f": "2\n", "/c/f": "3\n", "/top": "4\n" });
    const fs = confinePatchFs(files, ["/a", "/b"]);
    const patch = (path: string) => parsePatch(`*** Begin Patch\n*** Update File: ${path}\n@@\n+x\n*** End Patch`);
    for (const path of ["/a/f", "/b/f"]) await applyPatch(patch(path), { cwd: "/a", fs });
    for (const path of ["/c/f", "/top", "/ab"]) {
      await expect(applyPatch(patch(path), { cwd: "/a", fs })).rejects.toMatchObject({ reason: "outside-root" });
    }
    const whole = confinePatchFs(files, ["/"]);
    await applyPatch(patch("/top"), { cwd: "/", fs: whole });
    await applyPatch(parsePatch("*** Begin Patch\n*** Add File: new\n+x\n*** End Patch"), { cwd: "/", fs: whole });
    expect(files.texts()).toEqual({
      "/a/f": "1\nx\n",
      "/b/f": "2\nx\n",
      "/c/f": "3\n",
      "/new": "x\n",
      "/top": "4\nx\n",
    });
  });
});

describe("plans", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  it("hold what each hunk does to the files as they are", () => {
    const patch = parsePatch(
      "*** Begin Patch\n*** Add File: n\n+x\n*** Delete File: d\n*** Update File: u\n*** Move to: m\n@@\n-1\n+2\n*** End Patch",
    );
    const snapshot = new Map([
      ["/w/d", bytes("gone\n")],
      ["/w/u", bytes("1\n")],
    ]);
    const plan = planPatch(patch, snapshot, { cwd: "/w" });
    expect([...plan.changes]).toEqual([
      ["/w/n", { type: "add", content: "x\n" }],
      ["/w/d", { type: "delete", content: "gone\n" }],
      ["/w/u", { type: "update", unifiedDiff: "@@ -1 +1 @@\n-1\n+2\n", movePath: "/w/m", newContent: "2\n" }],
    ]);
    expect(plan.touched).toEqual(["/w/n", "/w/d", "/w/u", "/w/m"]);
    expect(() => planPatch(patch, new Map(), { cwd: "/w" })).toThrow(
      "Failed to read /w/d: No such file or directory (os error 2)",
    );
  });

  it.each<[number[], string]>([
    [[0xff], "invalid utf-8 sequence of 1 bytes from index 0"],
    [[0x61, 0xc3], "incomplete utf-8 byte sequence from index 1"],
    [[0xe2, 0x28, 0xa1], "invalid utf-8 sequence of 1 bytes from index 0"],
    [[0xf4, 0x90, 0x80, 0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
    [[0xed, 0xa0, 0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
  ])("refuse bytes %j: %s", (content, message) => {
    const patch = parsePatch("*** Begin Patch\n*** Update File: u\n@@\n+2\n*** End Patch");
    const plan = () => planPatch(patch, new Map([["/w/u", Uint8Array.from(content)]]), { cwd: "/w" });
    expect(plan).toThrow(ApplyPatchError);
    expect(plan).toThrow(`Failed to read file to update /w/u: ${message}`);
  });
});

describe("failures", () => {
  it("are of one class, and say what failed", async () => {
    const fs = new MemoryFs({ "/w/d/f": "1\n" });
    const run = async (body: string) =>
      applyPatch(parsePatch(`*** Begin Patch\n${body}\n*** End Patch`), { cwd: "/w", fs });
    await expect(run("*** Delete File: d")).rejects.toMatchObject({
      name: "ApplyPatchError",
      code: "io",
      message: "Failed to delete file /w/d",
      line: null,
    });
    await expect(run("*** Delete File: zz")).rejects.toThrow("Failed to delete file /w/zz");
    await expect(run("*** Add File: d\n+x")).rejects.toThrow("Failed to write file /w/d");
    await expect(run("*** Update File: d/f\n*** Move to: d\n@@\n-1\n+2")).rejects.toThrow("Failed to write file /w/d");
    await expect(run("")).rejects.toMatchObject({ code: "invalid_hunk", line: 2 });
    expect(fs.texts()).toEqual({ "/w/d/f": "1\n" });
  });
});

describe("unified diffs", () => {
  it.each<[string, string, number, string]>([
    ["", "a\n", 3, "@@ -0,0 +1 @@\n+a\n"],
    ["a\n", "", 3, "@@ -1 +0,0 @@\n-a\n"],
    ["a\nb\n", "a\nc\n", 0, "@@ -2 +2 @@\n-b\n+c\n"],
    ["a", "b", 1, "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"],
    ["a\n", "a\n", 3, ""],
    ["1\n2\n3\n4\n5\n6\n7\n", "x\n2\n3\n4\n5\n6\ny\n", 1, "@@ -1,2 +1,2 @@\n-1\n+x\n 2\n@@ -6,2 +6,2 @@\n 6\n-7\n+y\n"],
  ])("of %j and %j with %i lines around", (before, after, context, diff) => {
    expect(unifiedDiff(before, after, context)).toBe(diff);
  });
});
