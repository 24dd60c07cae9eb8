import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  applyPatch,
  confinePatchFs,
  parsePatch,
  type PatchFs,
  TurnDiffTracker,
  verifyPatch,
} from "@codex-ts/apply-patch";
import { createFolders, createFoldersSync, nodePatchFs, nodeTurnDiffFs } from "@codex-ts/apply-patch/node";

let root: string;
let cwd: string;
const at = (name: string) => path.join(cwd, name);
const read = (name: string) => readFileSync(at(name), "utf8");
const lines = (text: string) => text.split("\n");
const patch = (...body: string[]) => parsePatch(["*** Begin Patch", ...body, "*** End Patch"].join("\n"));
const run = (fs: PatchFs, ...body: string[]) => applyPatch(patch(...body), { cwd, fs });

beforeEach(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), "apply-patch-")));
  cwd = path.join(root, "work");
  mkdirSync(cwd);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("the file system of this machine", () => {
  it("keeps the mode of a file it changes and leaves nothing beside it", async () => {
    writeFileSync(at("f"), "a\n");
    chmodSync(at("f"), 0o750);
    await run(nodePatchFs, "*** Update File: f", "@@", "-a", "+b", "*** Add File: n", "+n");
    expect(statSync(at("f")).mode & 0o777).toBe(0o750);
    expect(readdirSync(cwd)).toEqual(["f", "n"]);
  });

  it("replaces a file in one step, so that whoever holds the old one still reads the old bytes", async () => {
    writeFileSync(at("f"), "a\n");
    const before = statSync(at("f")).ino;
    await run(nodePatchFs, "*** Update File: f", "@@", "-a", "+b");
    expect(read("f")).toBe("b\n");
    expect(statSync(at("f")).ino).not.toBe(before);
  });

  it("keeps the other names of a file with several", async () => {
    writeFileSync(at("f"), "a\n");
    linkSync(at("f"), at("g"));
    await run(nodePatchFs, "*** Update File: f", "@@", "-a", "+b");
    expect(read("g")).toBe("b\n");
    expect(statSync(at("f")).nlink).toBe(2);
  });

  it("writes through links, also through one that leads nowhere yet", async () => {
    writeFileSync(at("f"), "a\n");
    symlinkSync("f", at("l"));
    symlinkSync("l", at("ll"));
    symlinkSync("new", at("dangling"));
    await run(nodePatchFs, "*** Update File: ll", "@@", "-a", "+b", "*** Add File: dangling", "+x");
    expect(read("f")).toBe("b\n");
    expect(read("new")).toBe("x\n");
    for (const link of ["l", "ll", "dangling"]) expect(lstatSync(at(link)).isSymbolicLink()).toBe(true);
  });

  it("removes a link and not what it leads to", async () => {
    writeFileSync(at("f"), "a\n");
    symlinkSync("f", at("l"));
    await run(nodePatchFs, "*** Delete File: l");
    expect(readdirSync(cwd)).toEqual(["f"]);
  });

  it("says in the usual words why a file cannot be read", async () => {
    mkdirSync(at("d"));
    symlinkSync("loop", at("loop"));
    writeFileSync(at("f"), "a\n");
    for (const [name, cause] of [
      ["d", "Is a directory (os error 21)"],
      ["loop", "Symbolic link loop (os error 40)"],
      ["f/x", "Not a directory (os error 20)"],
      ["x\0y", "file name contained an unexpected NUL byte"],
      ["n".repeat(300), "Filename too long (os error 36)"],
    ] as const) {
      await expect(run(nodePatchFs, `*** Update File: ${name}`, "@@", "-a")).rejects.toThrow(
        `Failed to read file to update ${at(name)}: ${cause}`,
      );
    }
  });

  it.runIf(process.platform === "linux")("does not try for ever to make folders where none can be", async () => {
    await expect(nodePatchFs.createDirectories("/proc/none/at/all")).rejects.toThrow(
      "No such file or directory (os error 2)",
    );
    await expect(nodePatchFs.createDirectories("/dev/null/x")).rejects.toThrow("Not a directory (os error 20)");
    await Promise.all([at("a/b/c"), at("a/b/c"), at("a/b/d")].map(folder => nodePatchFs.createDirectories(folder)));
    expect(statSync(at("a/b/c")).isDirectory()).toBe(true);
  });

  it.each([
    ["createFolders", async (folder: string, mode?: number) => createFolders(folder, mode)],
    ["createFoldersSync", async (folder: string, mode?: number) => createFoldersSync(folder, mode)],
  ])("makes folders for other rooms, too: %s", async (_name, make) => {
    await expect(make("/dev/null/x")).rejects.toMatchObject({ code: "ENOTDIR" });
    await make(at("a/b/c"), 0o700);
    await make(at("a/b/c"));
    expect(["a", "a/b", "a/b/c"].map(folder => statSync(at(folder)).mode & 0o777)).toEqual([0o700, 0o700, 0o700]);
    writeFileSync(at("f"), "");
    await expect(make(at("f"))).rejects.toMatchObject({ code: "EEXIST" });
    symlinkSync("a/b", at("l"));
    await make(at("l/d"));
    expect(statSync(at("a/b/d")).isDirectory()).toBe(true);
  });

  it.runIf(process.platform === "linux")("does not try for ever at once, either", () => {
    expect(() => createFoldersSync("/proc/none/at/all")).toThrow("ENOENT");
  });

  it("tells a write that fails from parents that cannot be made", async () => {
    writeFileSync(at("f"), "a\n");
    mkdirSync(at("d"));
    await expect(run(nodePatchFs, "*** Add File: d", "+x")).rejects.toThrow(`Failed to write file ${at("d")}`);
    await expect(run(nodePatchFs, "*** Add File: f/x", "+x")).rejects.toThrow(`Failed to write file ${at("f/x")}`);
    await expect(run(nodePatchFs, "*** Add File: d/../f/y/x", "+x")).rejects.toThrow("Failed to ");
  });

  it("stops between hunks when it is aborted and keeps what was done", async () => {
    const abort = new AbortController();
    const fs: PatchFs = {
      ...nodePatchFs,
      writeFile: async (file, bytes) => {
        await nodePatchFs.writeFile(file, bytes);
        abort.abort(new Error("enough"));
      },
    };
    const started = applyPatch(patch("*** Add File: a", "+1", "*** Add File: b", "+2"), {
      cwd,
      fs,
      signal: abort.signal,
    });
    await expect(started).rejects.toThrow("enough");
    expect(readdirSync(cwd)).toEqual(["a"]);
  });
});

describe("a confined file system", () => {
  const confined = () => confinePatchFs(nodePatchFs, [cwd]);
  const refused = async (...body: string[]) => {
    await expect(run(confined(), ...body)).rejects.toMatchObject({ code: "outside_root" });
  };

  beforeEach(() => {
    mkdirSync(path.join(root, "outside"));
    writeFileSync(path.join(root, "outside/secret"), "s\n");
    symlinkSync("../outside", at("way-out"));
    symlinkSync("../outside/secret", at("file-out"));
    symlinkSync("../outside/new", at("dangling-out"));
    mkdirSync(at("inside"));
    symlinkSync("inside", at("way-in"));
  });

  it("lets everything inside happen, links inside included", async () => {
    await run(confined(), "*** Add File: a/b/c", "+1", "*** Add File: way-in/x", "+2");
    await run(confined(), "*** Update File: way-in/x", "*** Move to: y", "@@", "-2", "+3", "*** Delete File: a/b/c");
    expect(read("y")).toBe("3\n");
    expect(readdirSync(at("inside"))).toEqual([]);
  });

  it.each([
    ["absolute paths", "/etc/hostname"],
    ["parent folders", "../outside/secret"],
    ["a link to a folder", "way-out/secret"],
    ["a link to a file", "file-out"],
    ["a folder with the same beginning", "../work2/x"],
  ])("refuses to write through %s", async (_name, name) => {
    await refused(`*** Add File: ${name}`, "+x");
    await refused(`*** Update File: ${name}`, "@@", "-s", "+x");
    await refused("*** Add File: ok", "+x", "*** Update File: ok", `*** Move to: ${name}`, "@@", "-x", "+y");
    expect(readFileSync(path.join(root, "outside/secret"), "utf8")).toBe("s\n");
  });

  it("refuses to write through a link that leads nowhere, and to make folders outside", async () => {
    await refused("*** Add File: dangling-out", "+x");
    await refused("*** Add File: way-out/deep/er/x", "+x");
    expect(readdirSync(path.join(root, "outside"))).toEqual(["secret"]);
  });

  it("removes a link that leads outside, but nothing behind one", async () => {
    await refused("*** Delete File: way-out/secret");
    await run(confined(), "*** Delete File: file-out");
    expect(existsSync(at("file-out"))).toBe(false);
    expect(existsSync(path.join(root, "outside/secret"))).toBe(true);
  });

  it("counts a root that is itself a link by where it is, and takes the root folder for one", async () => {
    symlinkSync("work", path.join(root, "alias"));
    const viaAlias = confinePatchFs(nodePatchFs, [path.join(root, "alias")]);
    await run(viaAlias, "*** Add File: through", "+x");
    expect(read("through")).toBe("x\n");
    const everywhere = confinePatchFs(nodePatchFs, ["/"]);
    await run(everywhere, "*** Delete File: through");
    const nowhere = confinePatchFs(nodePatchFs, [path.join(root, "missing")]);
    await expect(run(nowhere, "*** Add File: a", "+x")).rejects.toMatchObject({
      code: "outside_root",
      message: `${at("a")} is outside of ${path.join(root, "missing")}`,
    });
    await expect(confined().readFile(at("file-out"))).rejects.toMatchObject({ code: "outside_root" });
    await expect(confined().kind("/")).rejects.toMatchObject({ code: "outside_root" });
    expect(await confined().kind(at("inside"))).toBe("directory");
    await expect(confined().createDirectories(at("way-out"))).rejects.toMatchObject({ code: "outside_root" });
    await expect(confined().writeFile(at("dangling-out/x"), new Uint8Array())).rejects.toMatchObject({
      code: "outside_root",
    });
  });

  it("tells nothing about files outside when a patch is only verified", async () => {
    const verified = verifyPatch(patch("*** Delete File: ../outside/secret"), { cwd, fs: confined() });
    await expect(verified).rejects.toMatchObject({ code: "outside_root" });
  });
});

/** Git tells what is right; a machine without it has nothing to compare with. */
const hasGit = spawnSync("git", ["--version"]).status === 0;

describe("the turn's diff", () => {
  const git = (...args: string[]) => execFileSync("git", args, { cwd, encoding: "utf8" });
  const step = async (tracker: TurnDiffTracker, ...body: string[]) => {
    const parsed = patch(...body);
    await tracker.patchBegins((await verifyPatch(parsed, { cwd, fs: nodePatchFs })).changes);
    await applyPatch(parsed, { cwd, fs: nodePatchFs });
  };

  it("shows no lines of an empty file that comes or goes", async () => {
    const none = "0".repeat(40);
    const empty = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391";
    const tracker = new TurnDiffTracker(nodeTurnDiffFs);
    await step(tracker, "*** Add File: new.txt");
    expect(await tracker.unifiedDiff()).toBe(
      `diff --git a/${at("new.txt")} b/${at("new.txt")}\nnew file mode 100644\nindex ${none}..${empty}\n`,
    );
    const next = new TurnDiffTracker(nodeTurnDiffFs);
    await step(next, "*** Delete File: new.txt");
    expect(await next.unifiedDiff()).toBe(
      `diff --git a/${at("new.txt")} b/${at("new.txt")}\ndeleted file mode 100644\nindex ${empty}..${none}\n`,
    );
  });

  it("has an empty line where the first file is again as it was, and nothing where all are", async () => {
    writeFileSync(at("a.txt"), "a\n");
    const tracker = new TurnDiffTracker(nodeTurnDiffFs);
    await step(tracker, "*** Update File: a.txt", "@@", "-a", "+b");
    await step(tracker, "*** Update File: a.txt", "@@", "-b", "+a");
    expect(await tracker.unifiedDiff()).toBeNull();
    await step(tracker, "*** Add File: b.txt", "+b");
    expect(await tracker.unifiedDiff()).toMatch(/^\ndiff --git .*b\.txt\n/);
  });

  it("looks for the work tree of a folder once, however many files of it changed", async () => {
    const asked: string[] = [];
    const tracker = new TurnDiffTracker({
      ...nodeTurnDiffFs,
      gitRoot: file => {
        asked.push(file);
        return nodeTurnDiffFs.gitRoot(file);
      },
    });
    const files = Array.from({ length: 30 }, (_, n) => `d${n % 3}/f${n}.txt`);
    await step(tracker, ...files.flatMap(file => [`*** Add File: ${file}`, "+x"]));
    const diff = await tracker.unifiedDiff();
    expect(diff?.match(/^diff --git /gm)).toHaveLength(30);
    expect(asked.map(file => path.dirname(file)).sort()).toEqual([at("d0"), at("d1"), at("d2")]);
  });

  it.runIf(hasGit)("shows what git shows, for additions, changes, deletions and moves", async () => {
    git("init", "-q");
    writeFileSync(at("f.txt"), "one\ntwo\nthree\nfour\nfive\n");
    writeFileSync(at("del.txt"), "x\n");
    writeFileSync(at("mv.txt"), "m\n");
    const tracker = new TurnDiffTracker(nodeTurnDiffFs);
    expect(await tracker.unifiedDiff()).toBeNull();
    await step(
      tracker,
      ...lines("*** Update File: f.txt\n@@\n-two\n+TWO\n*** Add File: new/n.txt\n+n\n*** Delete File: del.txt"),
      ...lines("*** Update File: mv.txt\n*** Move to: sub/mv2.txt\n@@\n-m\n+M"),
    );
    const id = (text: string) =>
      execFileSync("git", ["hash-object", "--stdin"], { input: text, encoding: "utf8" }).trim();
    const none = "0".repeat(40);
    expect(await tracker.unifiedDiff()).toBe(
      [
        "diff --git a/del.txt b/del.txt",
        "deleted file mode 100644",
        `index ${id("x\n")}..${none}`,
        "--- a/del.txt",
        "+++ /dev/null",
        "@@ -1 +0,0 @@",
        "-x",
        "diff --git a/f.txt b/f.txt",
        `index ${id("one\ntwo\nthree\nfour\nfive\n")}..${id("one\nTWO\nthree\nfour\nfive\n")}`,
        "--- a/f.txt",
        "+++ b/f.txt",
        "@@ -1,5 +1,5 @@",
        " one",
        "-two",
        "+TWO",
        " three",
        " four",
        " five",
        "diff --git a/new/n.txt b/new/n.txt",
        "new file mode 100644",
        `index ${none}..${id("n\n")}`,
        "--- /dev/null",
        "+++ b/new/n.txt",
        "@@ -0,0 +1 @@",
        "+n",
        "diff --git a/mv.txt b/sub/mv2.txt",
        `index ${id("m\n")}..${id("M\n")}`,
        "--- a/mv.txt",
        "+++ b/sub/mv2.txt",
        "@@ -1 +1 @@",
        "-m",
        "+M",
        "",
      ].join("\n"),
    );
  });

  it("holds against the turn's beginning, so that undone changes vanish", async () => {
    writeFileSync(at("f"), "a\n");
    const tracker = new TurnDiffTracker(nodeTurnDiffFs);
    await step(tracker, "*** Update File: f", "@@", "-a", "+b");
    expect(await tracker.unifiedDiff()).toContain(`diff --git a/${at("f")} b/${at("f")}`);
    await step(tracker, "*** Update File: f", "*** Move to: g", "@@", "-b", "+c");
    expect(await tracker.unifiedDiff()).toMatch(/-a\n\+c\n$/);
    await step(tracker, "*** Update File: g", "*** Move to: f", "@@", "-c", "+a");
    expect(await tracker.unifiedDiff()).toBeNull();
    await step(tracker, "*** Add File: n", "+n");
    await step(tracker, "*** Delete File: n");
    expect(await tracker.unifiedDiff()).toBeNull();
  });

  it("shows modes, says that binary files differ, and sees changes made by others", async () => {
    writeFileSync(at("f"), "a\n");
    writeFileSync(at("g"), "a\n");
    const tracker = new TurnDiffTracker(nodeTurnDiffFs);
    await step(tracker, "*** Update File: f", "@@", "-a", "+b", "*** Update File: g", "@@", "-a", "+b");
    writeFileSync(at("f"), "a\n");
    chmodSync(at("f"), 0o755);
    writeFileSync(at("g"), Uint8Array.of(0xff));
    const diff = await tracker.unifiedDiff();
    expect(diff).toContain("old mode 100644\nnew mode 100755\n");
    expect(diff).toMatch(/Binary files differ\n$/);
    rmSync(at("f"));
    symlinkSync("g", at("f"));
    expect(await tracker.unifiedDiff()).toContain("new mode 120000\n");
  });
});
