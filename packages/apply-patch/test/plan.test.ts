import { describe, expect, it } from "vitest";
import {
  APPLY_PATCH_LARK_GRAMMAR,
  ApplyPatchError,
  assessPatchSafety,
  fileChangeItems,
  legacyFileChanges,
  parsePatch,
  type PatchSafetyInput,
  streamedFileChanges,
  touchedPaths,
  verifyPatch,
} from "../src/index.ts";
import { MemoryFs } from "./memory-fs.ts";

const patch = (...body: string[]) => parsePatch(["*** Begin Patch", ...body, "*** End Patch"].join("\n"));
const verify = (fs: MemoryFs, ...body: string[]) => verifyPatch(patch(...body), { cwd: "/w", home: "/home/u", fs });

const EXAMPLE = [
  "*** Update File: f.txt",
  "@@",
  "-two",
  "+TWO",
  "*** Add File: new/n.txt",
  "+n",
  "*** Delete File: del.txt",
  "*** Update File: mv.txt",
  "*** Move to: sub/mv2.txt",
  "@@",
  "-m",
  "+M",
];
const exampleFs = () =>
  new MemoryFs({ "/w/f.txt": "one\ntwo\nthree\nfour\nfive\n", "/w/del.txt": "x\n", "/w/mv.txt": "m\n" });

describe("verifyPatch", () => {
  it("tells what happens to each absolute path and writes nothing", async () => {
    const fs = exampleFs();
    const plan = await verify(fs, ...EXAMPLE);
    expect(fs.writes).toEqual([]);
    expect(plan.touched).toEqual(["/w/f.txt", "/w/new/n.txt", "/w/del.txt", "/w/mv.txt", "/w/sub/mv2.txt"]);
    expect(plan.changes.get("/w/mv.txt")).toEqual({
      type: "update",
      unifiedDiff: "@@ -1 +1 @@\n-m\n+M\n",
      movePath: "/w/sub/mv2.txt",
      newContent: "M\n",
    });
  });

  it("holds each hunk against the files on disk and keeps the last one of a path", async () => {
    await expect(
      verify(new MemoryFs(), "*** Add File: a", "+x", "*** Update File: a", "@@", "-x", "+y"),
    ).rejects.toThrow("Failed to read file to update /w/a: No such file or directory (os error 2)");
    const plan = await verify(
      new MemoryFs({ "/w/a": "1\n" }),
      "*** Update File: a",
      "@@",
      "-1",
      "+2",
      "*** Add File: a",
      "+3",
    );
    expect([...plan.changes]).toEqual([["/w/a", { type: "add", content: "3\n" }]]);
    expect(plan.touched).toEqual(["/w/a"]);
  });

  it("refuses to delete a file whose text it could not show", async () => {
    const fs = new MemoryFs({ "/w/a": Uint8Array.of(0x61, 0xe2, 0x82) });
    await expect(verify(fs, "*** Delete File: a")).rejects.toThrow(
      "Failed to read /w/a: incomplete utf-8 byte sequence from index 1",
    );
    await expect(verify(fs, "*** Delete File: b")).rejects.toBeInstanceOf(ApplyPatchError);
  });

  it.each([
    [[0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
    [[0x61, 0xc0, 0x80], "invalid utf-8 sequence of 1 bytes from index 1"],
    [[0xe0, 0x80, 0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
    [[0xe2, 0x82, 0x41], "invalid utf-8 sequence of 2 bytes from index 0"],
    [[0xed, 0xa0, 0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
    [[0xf0, 0x9f, 0x98, 0x41], "invalid utf-8 sequence of 3 bytes from index 0"],
    [[0xf0, 0x9f, 0x98], "incomplete utf-8 byte sequence from index 0"],
    [[0xf0, 0x80], "invalid utf-8 sequence of 1 bytes from index 0"],
    [[0xf4, 0x90], "invalid utf-8 sequence of 1 bytes from index 0"],
    [[0xf5], "invalid utf-8 sequence of 1 bytes from index 0"],
    [[0xc3, 0xa9, 0xc3], "incomplete utf-8 byte sequence from index 2"],
  ])("says where the bytes %j stop being UTF-8", async (bytes, cause) => {
    const fs = new MemoryFs({ "/w/a": Uint8Array.from(bytes) });
    await expect(verify(fs, "*** Update File: a", "@@", "-x")).rejects.toThrow(
      `Failed to read file to update /w/a: ${cause}`,
    );
  });

  it("takes a move onto itself for a plain update", async () => {
    const plan = await verify(
      new MemoryFs({ "/w/a": "1\n" }),
      "*** Update File: a",
      "*** Move to: ./a",
      "@@",
      "-1",
      "+2",
    );
    expect(plan.changes.get("/w/a")).toMatchObject({ movePath: null });
  });
});

describe("the changes of a fileChange item", () => {
  it("are sorted by path and show contents, diffs and where a file went", async () => {
    const { changes } = await verify(exampleFs(), ...EXAMPLE);
    expect(fileChangeItems(changes)).toEqual([
      { path: "/w/del.txt", kind: { type: "delete" }, diff: "x\n" },
      {
        path: "/w/f.txt",
        kind: { type: "update", move_path: null },
        diff: "@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n",
      },
      {
        path: "/w/mv.txt",
        kind: { type: "update", move_path: "/w/sub/mv2.txt" },
        diff: "@@ -1 +1 @@\n-m\n+M\n\n\nMoved to: /w/sub/mv2.txt",
      },
      { path: "/w/new/n.txt", kind: { type: "add" }, diff: "n\n" },
    ]);
    expect(legacyFileChanges(changes)["/w/mv.txt"]).toEqual({
      type: "update",
      unified_diff: "@@ -1 +1 @@\n-m\n+M\n",
      move_path: "/w/sub/mv2.txt",
    });
    expect(legacyFileChanges(changes)["/w/del.txt"]).toEqual({ type: "delete", content: "x\n" });
  });

  it("show a patch that still arrives as it is written", () => {
    const { hunks } = patch("*** Delete File: d", "*** Update File: u", "@@ c", "-x", " k", "+y", "*** End of File");
    expect(streamedFileChanges(hunks)).toEqual({
      d: { type: "delete", content: "" },
      u: { type: "update", unified_diff: "@@ c\n-x\n-k\n+k\n+y\n*** End of File\n", move_path: null },
    });
  });
});

describe("paths of a patch", () => {
  it("are joined to the working folder, expanded and cleaned", () => {
    const touched = touchedPaths(
      patch(
        "*** Add File: ../../../x",
        "*** Add File: ~/h",
        "*** Add File: ~",
        "*** Add File: ~x",
        "*** Add File: /a//b/.",
      ),
      { cwd: "/w/x", home: "/home/u" },
    );
    expect(touched).toEqual(["/x", "/home/u/h", "/home/u", "/w/x/~x", "/a/b"]);
    expect(touchedPaths(patch("*** Add File: ~/h"), { cwd: "/w" })).toEqual(["/w/~/h"]);
  });

  it("follow Windows rules when the working folder is a Windows one", () => {
    const touched = touchedPaths(
      patch("*** Add File: a/../b\\c", "*** Add File: D:/x", "*** Delete File: ..\\..\\..\\q"),
      {
        cwd: "C:\\w\\x",
      },
    );
    expect(touched).toEqual(["C:\\w\\x\\b\\c", "D:\\x", "C:\\q"]);
  });
});

describe("assessPatchSafety", () => {
  const base: PatchSafetyInput = {
    touched: ["/w/a"],
    approvalPolicy: "on-request",
    isWritable: path => path.startsWith("/w/"),
    sandbox: "managed",
    platformSandbox: true,
  };
  const granular = (sandbox_approval: boolean) => ({ granular: { sandbox_approval } });
  const outside = { touched: ["/w/a", "/etc/b"] };
  const reject = (reason: string) => ({ decision: "reject", reason });
  const byPolicy = "writing outside of the project; rejected by user approval settings";
  it.each<[string, Partial<PatchSafetyInput>, object]>([
    ["an empty patch is refused first", { touched: [], approvalPolicy: "untrusted" }, reject("empty patch")],
    ["untrusted asks, even about writable paths", { approvalPolicy: "untrusted" }, { decision: "ask" }],
    ["writable paths run in the sandbox", {}, { decision: "auto-approve", sandboxed: true }],
    [
      "never does not hinder writable paths",
      { approvalPolicy: "never" },
      { decision: "auto-approve", sandboxed: true },
    ],
    ["one path outside is asked about", outside, { decision: "ask" }],
    [
      "on-failure tries first",
      { ...outside, approvalPolicy: "on-failure" },
      { decision: "auto-approve", sandboxed: true },
    ],
    [
      "full access needs no sandbox",
      { sandbox: "danger-full-access", platformSandbox: false },
      { decision: "auto-approve", sandboxed: false },
    ],
    ["neither does an outer sandbox", { sandbox: "external" }, { decision: "auto-approve", sandboxed: false }],
    ["without a platform sandbox it asks", { platformSandbox: false }, { decision: "ask" }],
    ["never refuses what it would have to ask", { ...outside, approvalPolicy: "never" }, reject(byPolicy)],
    ["never refuses without a platform sandbox", { platformSandbox: false, approvalPolicy: "never" }, reject(byPolicy)],
    ["granular asks where it may", { ...outside, approvalPolicy: granular(true) }, { decision: "ask" }],
    ["granular refuses where it may not", { ...outside, approvalPolicy: granular(false) }, reject(byPolicy)],
    [
      "a read-only sandbox is named",
      { ...outside, sandbox: "read-only", approvalPolicy: "never" },
      reject("writing is blocked by read-only sandbox; rejected by user approval settings"),
    ],
  ])("%s", (_name, more, expected) => {
    expect(assessPatchSafety({ ...base, ...more })).toEqual(expected);
  });
});

describe("the tool's grammar", () => {
  it("names every marker of the language", () => {
    for (const marker of [
      "Begin Patch",
      "End Patch",
      "Add File: ",
      "Delete File: ",
      "Update File: ",
      "Move to: ",
      "End of File",
    ]) {
      expect(APPLY_PATCH_LARK_GRAMMAR).toContain(`"*** ${marker}"`);
    }
  });
});
