import { describe, expect, it } from "vitest";
import { type ProgramResult, runApplyPatchProgram } from "../src/index.ts";
import { MemoryFs } from "./memory-fs.ts";

const CWD = "/work";

interface Case {
  name: string;
  before?: Record<string, string | Uint8Array>;
  /** The lines between the markers. */
  body: string[];
  fails?: string;
  reports?: string[];
  after?: Record<string, string>;
}

const invalid = (line: number, text: string) => `Invalid patch hunk on line ${line}: ${text}`;
const f = (text: string) => ({ f: text });
const update = (...lines: string[]) => ["*** Update File: f", ...lines];

const CASES: Case[] = [
  {
    name: "adds a file below folders that do not exist yet",
    body: ["*** Add File: a/b.txt", "+x", "+", "+y"],
    reports: ["A a/b.txt"],
    after: { "a/b.txt": "x\n\ny\n" },
  },
  { name: "adds an empty file", body: ["*** Add File: e.txt"], reports: ["A e.txt"], after: { "e.txt": "" } },
  { name: "refuses a patch without hunks", body: [], fails: "No files were modified." },
  {
    name: "names the valid headers when it meets another",
    body: ["*** Frob: x"],
    fails: invalid(
      2,
      "'*** Frob: x' is not a valid hunk header. Valid hunk headers: '*** Add File: {path}', '*** Delete File: {path}', '*** Update File: {path}'",
    ),
  },
  {
    name: "refuses an update without chunks",
    before: f("1\n"),
    body: update(),
    fails: invalid(2, "Update file hunk for path 'f' is empty"),
  },
  { name: "cannot delete what is not there", body: ["*** Delete File: zz"], fails: `Failed to delete file ${CWD}/zz` },
  {
    name: "does not delete folders",
    before: { "d/x": "" },
    body: ["*** Delete File: d"],
    fails: `Failed to delete file ${CWD}/d`,
  },
  {
    name: "cannot update what is not there",
    body: update("@@", "-1", "+2"),
    fails: `Failed to read file to update ${CWD}/f: No such file or directory (os error 2)`,
  },
  {
    name: "says which context is missing",
    before: f("1\n"),
    body: update("@@ foo", "-1", "+2"),
    fails: `Failed to find context 'foo' in ${CWD}/f`,
  },
  {
    name: "says which lines are missing",
    before: f("1\n"),
    body: update("@@", "-9", "-8", "+2"),
    fails: `Failed to find expected lines in ${CWD}/f:\n9\n8`,
  },
  {
    name: "moves a file and reports where it went",
    before: f("1\n"),
    body: update("*** Move to: g/h", "@@", "-1", "+2"),
    reports: ["M g/h"],
    after: { "g/h": "2\n" },
  },
  {
    name: "keeps a file that is moved onto itself",
    before: f("1\n"),
    body: update("*** Move to: ./x/../f", "@@", "-1", "+2"),
    reports: ["M ./x/../f"],
    after: f("2\n"),
  },
  {
    name: "looks for end-of-file lines at the end only",
    before: f("a\nb\na\nb\n"),
    body: update("@@", "-b", "+c", "*** End of File"),
    after: f("a\nb\na\nc\n"),
  },
  {
    name: "takes the first place otherwise",
    before: f("a\nb\na\nb\n"),
    body: update("@@", "-b", "+c"),
    after: f("a\nc\na\nb\n"),
  },
  {
    name: "puts a pure addition at the end, whatever its context",
    before: f("a\nb\n"),
    body: update("@@ a", "+x"),
    after: f("a\nb\nx\n"),
  },
  {
    name: "drops the CR of replaced lines and keeps that of others",
    before: f("1\r\n2\r\n"),
    body: update("@@", "-1", "+one"),
    after: f("one\n2\r\n"),
  },
  {
    name: "adds a missing final newline",
    before: f("1\n2"),
    body: update("@@", "-2", "+two"),
    after: f("1\ntwo\n"),
  },
  {
    name: "ignores indentation when nothing else fits",
    before: f("  a\nb\n"),
    body: update("@@", "-a", "+x", " b"),
    after: f("x\nb\n"),
  },
  {
    name: "takes typographic characters for plain ones when nothing else fits",
    before: f("a – “b” c\u00a0d\n"),
    body: update("@@", '-a - "b" c d', "+x"),
    after: f("x\n"),
  },
  {
    name: "looks for each chunk behind the one before",
    before: f("a\nb\nc\nd\n"),
    body: update("@@", "-d", "+D", "@@", "-a", "+A"),
    fails: `Failed to find expected lines in ${CWD}/f:\na`,
  },
  {
    name: "wants a context marker after an end-of-file marker",
    before: f("a\nb\n"),
    body: update("@@", "-a", "+A", "*** End of File", "-b", "+B"),
    fails: invalid(7, "Expected update hunk to start with a @@ context marker, got: '-b'"),
  },
  {
    name: "refuses a chunk without lines",
    before: f("a\nb\n"),
    body: update("@@"),
    fails: invalid(4, "Update hunk does not contain any lines"),
  },
  {
    name: "takes an indented move line for context",
    before: f("a\n"),
    body: update("  *** Move to: g", "@@", "-a", "+b"),
    fails: `Failed to find expected lines in ${CWD}/f:\n *** Move to: g`,
  },
  {
    name: "keeps what it did before a hunk that fails, and does not go on",
    before: f("a\n"),
    body: ["*** Add File: n", "+n", "*** Update File: f", "@@", "-zzz", "+b", "*** Add File: n2", "+n"],
    fails: `Failed to find expected lines in ${CWD}/f:\nzzz`,
    after: { f: "a\n", n: "n\n" },
  },
  {
    name: "refuses a file that is not UTF-8",
    before: { f: Uint8Array.of(0xff, 0x0a) },
    body: update("@@", "-a", "+b"),
    fails: `Failed to read file to update ${CWD}/f: invalid utf-8 sequence of 1 bytes from index 0`,
  },
  {
    name: "writes a file twice and reports it twice",
    body: ["*** Add File: a", "+1", "*** Add File: a", "+2"],
    reports: ["A a", "A a"],
    after: { a: "2\n" },
  },
  {
    name: "reports additions, changes and deletions in this order",
    before: { "f.txt": "1\n", "del.txt": "x\n", "mv.txt": "m\n" },
    body: [
      "*** Delete File: del.txt",
      "*** Update File: f.txt",
      "@@",
      "-1",
      "+2",
      "*** Update File: mv.txt",
      "*** Move to: sub/mv2.txt",
      "@@",
      "-m",
      "+M",
      "*** Add File: new/n.txt",
      "+n",
    ],
    reports: ["A new/n.txt", "M f.txt", "M sub/mv2.txt", "D del.txt"],
    after: { "f.txt": "2\n", "new/n.txt": "n\n", "sub/mv2.txt": "M\n" },
  },
  {
    name: "drops the last of two final newlines on any edit",
    before: f("a\n\n"),
    body: update("@@", "-a", "+b"),
    after: f("b\n"),
  },
  {
    name: "leaves an emptied file with no bytes",
    before: f("a\n"),
    body: update("@@", "-a"),
    after: f(""),
  },
];

const program = (fs: MemoryFs, args: (string | Uint8Array)[], stdin = ""): Promise<ProgramResult> =>
  runApplyPatchProgram({ args, readStdin: async () => new TextEncoder().encode(stdin), cwd: CWD, fs, home: "/home/u" });

const inWork = (files: Record<string, string | Uint8Array>) =>
  Object.fromEntries(Object.entries(files).map(([path, content]) => [`${CWD}/${path}`, content]));

describe("the stand-alone program", () => {
  it.each(CASES)("$name", async ({ before = {}, body, fails, reports, after }) => {
    const fs = new MemoryFs({ ...inWork(before), [`${CWD}/.keep`]: "" });
    const result = await program(fs, [["*** Begin Patch", ...body, "*** End Patch"].join("\n")]);
    const report = ["Success. Updated the following files:", ...(reports ?? ["M f"]), ""].join("\n");
    expect(result).toEqual(
      fails === undefined
        ? { stdout: report, stderr: "", exitCode: 0 }
        : { stdout: "", stderr: `${fails}\n`, exitCode: 1 },
    );
    const texts = fs.texts();
    delete texts[`${CWD}/.keep`];
    expect(texts).toEqual(new MemoryFs(inWork(after ?? before)).texts());
  });

  const patch = "*** Begin Patch\n*** Add File: a\n+x\n*** End Patch";
  const refused = (stderr: string, exitCode: number): ProgramResult => ({ stdout: "", stderr, exitCode });

  it("reads the patch from standard input when there is no argument", async () => {
    expect((await program(new MemoryFs({ "/work/k": "" }), [], `${patch}\n`)).exitCode).toBe(0);
  });

  it("says how it is used when there is neither an argument nor input", async () => {
    expect(await program(new MemoryFs(), [])).toEqual(
      refused("Usage: apply_patch 'PATCH'\n       echo 'PATCH' | apply_patch\n", 2),
    );
  });

  it("takes one argument only", async () => {
    expect(await program(new MemoryFs(), [patch, "x"])).toEqual(
      refused("Error: apply_patch accepts exactly one argument.\n", 2),
    );
  });

  it("refuses an argument that is not UTF-8", async () => {
    expect(await program(new MemoryFs(), [Uint8Array.of(0xff)])).toEqual(
      refused("Error: apply_patch requires a UTF-8 PATCH argument.\n", 1),
    );
  });

  it("says why standard input cannot be read", async () => {
    const fs = new MemoryFs();
    const broken = { args: [], cwd: CWD, fs, readStdin: () => Promise.reject(new Error("closed")) };
    expect(await runApplyPatchProgram(broken)).toEqual(refused("Error: Failed to read PATCH from stdin.\nclosed\n", 1));
    const binary = { args: [], cwd: CWD, fs, readStdin: async () => Uint8Array.of(0xc3) };
    expect((await runApplyPatchProgram(binary)).stderr).toMatch(/^Error: Failed to read PATCH from stdin\.\n/);
  });

  it("takes text without markers for no patch", async () => {
    expect(await program(new MemoryFs(), ["foo"])).toEqual(
      refused("Invalid patch: The first line of the patch must be '*** Begin Patch'\n", 1),
    );
    expect((await program(new MemoryFs(), ["*** Begin Patch"])).stderr).toBe(
      "Invalid patch: The last line of the patch must be '*** End Patch'\n",
    );
    expect((await program(new MemoryFs(), [""])).stderr).toBe(
      "Invalid patch: The last line of the patch must be '*** End Patch'\n",
    );
  });

  it("takes off a heredoc with the word EOF, and no other", async () => {
    for (const word of ["EOF", "'EOF'", '"EOF"']) {
      expect((await program(new MemoryFs({ "/work/k": "" }), [`<<${word}\n${patch}\nEOF`])).exitCode).toBe(0);
    }
    expect((await program(new MemoryFs(), [`<<'PATCH'\n${patch}\nPATCH`])).stderr).toBe(
      "Invalid patch: The first line of the patch must be '*** Begin Patch'\n",
    );
  });

  it("expands the home folder and leaves the working folder for absolute paths", async () => {
    const fs = new MemoryFs({ "/home/u/k": "", "/srv/k": "" });
    const body = "*** Begin Patch\n*** Add File: ~/a\n+1\n*** Add File: /srv/./x/../b\n+2\n*** End Patch";
    expect((await program(fs, [body])).stdout).toContain("A ~/a\nA /srv/./x/../b\n");
    expect(fs.texts()).toMatchObject({ "/home/u/a": "1\n", "/srv/b": "2\n" });
  });
});
