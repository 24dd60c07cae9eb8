import { describe, expect, it } from "vitest";
import {
  addWritableRoots,
  canonicalizePreservingSymlinks,
  defaultFileSystemPolicy,
  type FileSystemSandboxEntry,
  fileSystemWritableRoots,
  hasFullDiskRead,
  hasFullDiskWrite,
  includesPlatformDefaults,
  isPathWritable,
  linuxPlatformReadRoots,
  needsDirectRuntimeEnforcement,
  normalizeEffective,
  protectedMetadata,
  readableRoots,
  restricted,
  unreadableGlobs,
  unreadableRoots,
  writableRoots,
} from "../src/index.ts";
import { cwd, deny, managed, minimal, path, project, root, slashTmp, tmpdir, unknown } from "./entries.ts";
import { context, O, tree, type TreeNode, W } from "./tree.ts";

describe("full-disk predicates", () => {
  it.each<[string, FileSystemSandboxEntry[], boolean, boolean]>([
    ["nothing", [], false, false],
    ["root read", [root("read")], true, false],
    ["root write", [root("write")], true, true],
    ["root read with any denial", [root("read"), path(O, "none")], false, false],
    ["root read with a deny glob", [root("read"), deny("/x/*")], false, false],
    ["root write with a denial", [root("write"), path(O, "none")], false, false],
    ["root write with a deny glob", [root("write"), deny("/x/*")], false, false],
    ["root write with a narrower read", [root("write"), path(O, "read")], true, false],
    ["U2 root write with a read that a write outranks", [root("write"), path(O, "read"), path(O, "write")], true, true],
    ["U3 root write with root none", [root("write"), root("none")], false, false],
    ["root write with root read", [root("write"), root("read")], true, true],
    ["root write with a none that no write outranks", [root("write"), path(O, "none"), path(O, "write")], false, false],
    ["cwd read outranked by the project root's write", [root("write"), cwd("read"), project("write")], true, true],
    ["a project subpath outranks nothing but itself", [root("write"), cwd("read"), project("write", "a")], true, false],
    ["/tmp read outranked by its special", [root("write"), path("/tmp", "read"), slashTmp("write")], true, true],
    ["TMPDIR read narrows", [root("write"), tmpdir("read")], true, false],
    ["the path / is the root's target", [root("write"), path("/", "read")], true, true],
    ["minimal and unknown never narrow", [root("write"), minimal("read"), unknown(":x", "read")], true, true],
  ])("%s", (_name, entries, read, write) => {
    expect([hasFullDiskRead(restricted(entries)), hasFullDiskWrite(restricted(entries))]).toEqual([read, write]);
  });

  it("hold for whatever is not restricted here", () => {
    for (const kind of ["unrestricted", "external-sandbox"] as const) {
      expect([hasFullDiskRead({ kind }), hasFullDiskWrite({ kind })]).toEqual([true, true]);
      expect(includesPlatformDefaults({ kind })).toBe(false);
      expect(fileSystemWritableRoots({ kind }, context())).toEqual([]);
      expect([readableRoots({ kind }, context()), unreadableRoots({ kind }, context())]).toEqual([[], []]);
      expect(unreadableGlobs({ kind }, context())).toEqual([]);
    }
  });
});

describe("platform defaults", () => {
  it("are added for a readable minimal entry, unless everything is readable or it is denied", () => {
    expect(includesPlatformDefaults(restricted([minimal("read")]))).toBe(true);
    expect(includesPlatformDefaults(restricted([minimal("write")]))).toBe(true);
    expect(includesPlatformDefaults(restricted([minimal("none")]))).toBe(false);
    expect(includesPlatformDefaults(restricted([minimal("read"), root("read")]))).toBe(false);
  });

  it("are the system folders that exist", () => {
    const fs = tree({ "/usr": "dir", "/bin": { link: "usr" }, "/etc": "dir", "/nix/store": "dir" });
    expect(linuxPlatformReadRoots(fs)).toEqual(["/bin", "/usr", "/etc", "/nix/store"]);
  });
});

describe("readable and unreadable roots", () => {
  it("U4 a denied root hides no narrower grant", () => {
    const policy = restricted([root("none"), path(O, "read")]);
    expect(readableRoots(policy, context())).toEqual([O]);
    expect(unreadableRoots(policy, context())).toEqual([]);
  });

  it("are empty where everything is readable, and leave out what a stronger entry takes back", () => {
    expect(readableRoots(defaultFileSystemPolicy(), context())).toEqual([]);
    const policy = restricted([
      path(O, "read"),
      path(O, "none"),
      cwd("write"),
      path(W, "read"),
      path("/a", "none"),
      path("/a", "none"),
    ]);
    expect(readableRoots(policy, context())).toEqual([W]);
    expect(unreadableRoots(policy, context())).toEqual([O, "/a"]);
  });

  it("list deny globs once, absolute and in byte order", () => {
    const policy = restricted([
      deny("**/*.pem"),
      deny("/z/*"),
      deny("/\u{1f600}*"),
      deny("/\uff5e*"),
      deny(`${W}/**/*.pem`),
    ]);
    expect(unreadableGlobs(policy, context())).toEqual([`${W}/**/*.pem`, "/z/*", "/\uff5e*", "/\u{1f600}*"]);
  });
});

describe("canonical paths", () => {
  const fs = tree({
    "/private/tmp/x": "dir",
    "/tmp": { link: "/private/tmp" },
    "/a/b": "dir",
    "/a/link": { link: "b" },
    "/a/b/c": "dir",
  });
  it.each([
    ["a top-level alias is resolved", "/tmp/x", "/private/tmp/x"],
    ["a nested link keeps its spelling", "/a/link/c", "/a/link/c"],
    ["dots are removed first", "/a/./x/../b", "/a/b"],
    ["what does not exist stays", "/a/none", "/a/none"],
  ])("%s", (_name, from, to) => {
    expect(canonicalizePreservingSymlinks(from, fs)).toBe(to);
  });

  it("resolve the longest part that exists", () => {
    expect(normalizeEffective("/tmp/new/deep", fs)).toBe("/private/tmp/new/deep");
    expect(normalizeEffective("/a/link/new", fs)).toBe("/a/link/new");
    expect(normalizeEffective("/nowhere/x", fs)).toBe("/nowhere/x");
  });
});

describe("protected metadata", () => {
  const of = (nodes: Record<string, TreeNode>, protectMissingCodex = false) =>
    protectedMetadata(O, tree({ [O]: "dir", ...nodes }), { protectMissingCodex });
  it.each<[string, Record<string, TreeNode>, string[]]>([
    ["nothing there", {}, []],
    [
      "all three folders",
      { [`${O}/.codex`]: "dir", [`${O}/.agents`]: "dir", [`${O}/.git`]: "dir" },
      [".git", ".agents", ".codex"],
    ],
    ["files called .agents and .codex", { [`${O}/.codex`]: { file: "" }, [`${O}/.agents`]: { file: "" } }, []],
    [
      "a relative git pointer",
      { [`${O}/.git`]: { file: "gitdir: ../repo\n" }, "/srv/repo": "dir" },
      ["/srv/repo", ".git"],
    ],
    [
      "an absolute git pointer",
      { [`${O}/.git`]: { file: " anything:/repo/wt \n" }, "/repo/wt": "dir" },
      ["/repo/wt", ".git"],
    ],
    ["a pointer to nowhere", { [`${O}/.git`]: { file: "gitdir: ../repo" } }, [".git"]],
    ["a garbage .git file", { [`${O}/.git`]: { file: "hello" } }, [".git"]],
    ["an empty pointer", { [`${O}/.git`]: { file: "gitdir:" } }, [".git"]],
    ["a .git behind a link", { [`${O}/.git`]: { link: "../repo" }, "/srv/repo": "dir" }, [".git"]],
    ["a link to nowhere", { [`${O}/.git`]: { link: "missing" } }, []],
  ])("%s", (_name, nodes, expected) => {
    expect(of(nodes)).toEqual(expected.map(name => (name.startsWith("/") ? name : `${O}/${name}`)));
  });

  it("covers a missing .codex of the session's folder only", () => {
    expect(of({}, true)).toEqual([`${O}/.codex`]);
  });
});

describe("writable roots", () => {
  const roots = (entries: FileSystemSandboxEntry[], nodes: Record<string, TreeNode> = {}) =>
    fileSystemWritableRoots(restricted(entries), context(nodes));

  it("carry narrower entries that are not writable, and the protected metadata", () => {
    const found = roots(
      [
        root("read"),
        cwd("write"),
        path(`${W}/docs`, "read"),
        path(`${W}/secret`, "none"),
        path(`${W}/docs/open`, "write"),
      ],
      { [`${W}/.git`]: "dir" },
    );
    expect(found).toEqual([
      { root: W, read_only_subpaths: [`${W}/.git`, `${W}/.codex`, `${W}/docs`, `${W}/secret`] },
      { root: `${W}/docs/open`, read_only_subpaths: [] },
    ]);
    expect(found.map(at => isPathWritable(at, `${W}/docs/open/x`))).toEqual([false, true]);
    expect(found.map(at => isPathWritable(at, `${W}/src`))).toEqual([true, false]);
  });

  it("let an explicit rule replace the default of the same path, whatever its access", () => {
    const [at] = roots([cwd("write"), path(`${W}/.codex`, "write"), path(`${W}/.git`, "read")], {
      [`${W}/.git`]: "dir",
    });
    expect(at).toEqual({ root: W, read_only_subpaths: [`${W}/.git`] });
  });

  it("protect a missing .codex only where the root is the working directory", () => {
    expect(roots([path(O, "write")])).toEqual([{ root: O, read_only_subpaths: [] }]);
  });

  it("leave out roots that a stronger entry takes back, and say each once", () => {
    expect(roots([path(O, "write"), path(O, "none"), slashTmp("write"), path("/tmp", "write")])).toEqual([
      { root: "/tmp", read_only_subpaths: [] },
    ]);
    expect(roots([root("write")])).toEqual([]);
    expect(writableRoots({ type: "disabled" }, context())).toEqual([]);
    expect(writableRoots(managed([cwd("write")]), context())).toHaveLength(1);
  });

  it("narrow the file-system root by effective paths", () => {
    const [at] = roots([root("write"), path("/tmp/x", "read")], {
      "/private/tmp/x": "dir",
      "/tmp": { link: "/private/tmp" },
    });
    expect(at).toEqual({ root: "/", read_only_subpaths: ["/private/tmp/x"] });
  });

  it("U9 keep a metadata link as it is spelled", () => {
    const [at] = roots([path(O, "write")], { [`${O}/decoy`]: "dir", [`${O}/.codex`]: { link: "decoy" } });
    expect(at?.read_only_subpaths).toEqual([`${O}/.codex`]);
  });

  it("U10 keep a root that is a nested link, with what lies below it", () => {
    const nodes = { "/srv/real/.codex": "dir", "/srv/link": { link: "real" } } as const;
    expect(roots([path("/srv/link", "write"), path("/srv/link/blocked", "none")], nodes)).toEqual([
      { root: "/srv/link", read_only_subpaths: ["/srv/link/.codex", "/srv/link/blocked"] },
    ]);
  });

  it("put what lies under a top-level alias under its real root", () => {
    const nodes = { "/private/tmp/w/ro": "dir", "/tmp": { link: "/private/tmp" } } as const;
    expect(roots([path("/tmp/w", "write"), path("/tmp/w/ro", "read"), path("/tmp/w/new", "none")], nodes)).toEqual([
      { root: "/private/tmp/w", read_only_subpaths: ["/private/tmp/w/ro", "/private/tmp/w/new"] },
    ]);
  });

  it("keep a link below the file-system root by what it leads to, and drop what is the root itself", () => {
    const nodes = { [`${O}/real`]: "dir", [`${O}/to-root`]: { link: "/" } } as const;
    expect(roots([root("write"), path(`${O}/real`, "read"), path("/", "none")], nodes)).toEqual([]);
    const [at] = roots([path(O, "write"), path("/elsewhere", "read"), path(`${O}/real`, "read")], nodes);
    expect(at).toEqual({ root: O, read_only_subpaths: [`${O}/real`] });
  });

  it("hold an entry under another root out of this one", () => {
    const found = roots([path("/a", "write"), path("/b", "write"), path("/b/ro", "read")]);
    expect(found).toEqual([
      { root: "/a", read_only_subpaths: [] },
      { root: "/b", read_only_subpaths: ["/b/ro"] },
    ]);
  });

  it("find an entry under a root that is reached by another way", () => {
    const nodes = { "/private/w/ro": "dir", "/alias": { link: "/private" } } as const;
    expect(roots([path("/private/w", "write"), path("/alias/w/ro", "read")], nodes)).toEqual([
      { root: "/private/w", read_only_subpaths: ["/private/w/ro"] },
    ]);
  });
});

describe("what only direct enforcement can do", () => {
  const needs = (entries: FileSystemSandboxEntry[], nodes: Record<string, TreeNode> = {}) =>
    needsDirectRuntimeEnforcement({ fileSystem: restricted(entries), network: "restricted" }, context(nodes));
  it.each<[string, FileSystemSandboxEntry[], boolean]>([
    ["read-only", [root("read")], false],
    ["a plain workspace", [root("read"), cwd("write"), slashTmp("write")], false],
    ["a denial", [root("read"), path(O, "none")], true],
    ["a deny glob", [root("read"), deny("/x/*")], true],
    ["a read-only part of the workspace", [root("read"), cwd("write"), path(`${W}/docs`, "read")], true],
    ["a write outside without a workspace", [root("read"), path(O, "write")], true],
  ])("%s", (_name, entries, expected) => {
    expect(needs(entries)).toBe(expected);
  });

  it("is never asked of what is not restricted", () => {
    expect(needsDirectRuntimeEnforcement({ fileSystem: { kind: "unrestricted" }, network: "enabled" }, context())).toBe(
      false,
    );
  });
});

describe("roots of the installation", () => {
  const add = (entries: FileSystemSandboxEntry[], roots: string[]) =>
    addWritableRoots({ fileSystem: restricted(entries, 3), network: "restricted" }, roots, context());
  it("are added to a workspace where they are not writable already", () => {
    expect(add([cwd("write")], ["/h/memories", `${W}/x`, "/h/memories/deep"])).toEqual(
      restricted([cwd("write"), path("/h/memories", "write")], 3),
    );
  });
  it("are not added to what is no workspace", () => {
    expect(add([root("read")], ["/h"])).toEqual(restricted([root("read")], 3));
    expect(add([path(O, "write")], ["/h"])).toEqual(restricted([path(O, "write")], 3));
    const open = { kind: "unrestricted" } as const;
    expect(addWritableRoots({ fileSystem: open, network: "enabled" }, ["/h"], context())).toBe(open);
  });
});
