import { describe, expect, it } from "vitest";
import {
  absolutePath,
  containsPath,
  describePath,
  isAbsolutePath,
  joinPath,
  normalizePath,
  pathFlavor,
  PermissionsError,
} from "../src/index.ts";
import {
  ancestorsOf,
  parentPath,
  pathComponents,
  pathKey,
  pathSuffix,
  rootOfPath,
  withoutDevicePrefix,
} from "../src/path.ts";
import { cwd, deny, minimal, path, project, root, slashTmp, tmpdir, unknown } from "./entries.ts";

describe("normalising", () => {
  it.each([
    ["/", "/"],
    ["//", "/"],
    ["/a/b", "/a/b"],
    ["/a//b/", "/a/b"],
    ["/a/./b/.", "/a/b"],
    ["/O/x/../y", "/O/y"],
    ["/../..", "/"],
    ["/a/..", "/"],
    ["/a/...", "/a/..."],
    ["/.a/..b/b..", "/.a/..b/b.."],
    ["/a/b/..c", "/a/b/..c"],
    ["/.", "/"],
    ["/a\\b", "/a\\b"],
  ])("%s -> %s", (from, to) => {
    expect(normalizePath(from)).toBe(to);
  });

  it.each([
    ["c:\\a\\..\\b", "C:\\b"],
    ["C:/a/./b/", "C:\\a\\b"],
    ["C:\\..\\..", "C:\\"],
    ["C:", "C:\\"],
    ["\\\\server\\share\\a\\..\\..\\b", "\\\\server\\share\\b"],
    ["\\\\server\\share", "\\\\server\\share\\"],
    ["\\\\?\\C:\\x", "C:\\x"],
    ["\\\\.\\C:\\x", "C:\\x"],
    ["\\\\?\\UNC\\server\\share\\x", "\\\\server\\share\\x"],
    ["\\a", "\\a"],
  ])("%s -> %s on Windows", (from, to) => {
    expect(normalizePath(from, "windows")).toBe(to);
  });

  it("leaves device paths alone that name no drive", () => {
    expect(withoutDevicePrefix("\\\\.\\pipe\\x")).toBe("\\\\.\\pipe\\x");
    expect(withoutDevicePrefix("/a")).toBe("/a");
  });
});

describe("the spelling of paths", () => {
  it("is told by the beginning", () => {
    expect(["C:\\", "c:/x", "C:", "\\\\s\\t"].map(pathFlavor)).toEqual(["windows", "windows", "windows", "windows"]);
    expect(["/", "C:x", "a\\b", "", "ab:\\"].map(pathFlavor)).toEqual(["posix", "posix", "posix", "posix", "posix"]);
    expect([
      isAbsolutePath("/a"),
      isAbsolutePath("a"),
      isAbsolutePath("C:\\a"),
      isAbsolutePath("C:", "windows"),
    ]).toEqual([true, false, true, false]);
  });

  it("decides what joins", () => {
    expect(joinPath("/w", "a/../b")).toBe("/w/b");
    expect(joinPath("/w", "/x")).toBe("/x");
    expect(joinPath("/w", "C:\\x")).toBe("/w/C:\\x");
    expect(joinPath("C:\\w", "a/b")).toBe("C:\\w\\a\\b");
    expect(joinPath("C:\\w", "\\x")).toBe("C:\\x");
    expect(joinPath("C:\\w", "D:\\x")).toBe("D:\\x");
    expect(() => joinPath("w", "x")).toThrow(PermissionsError);
    expect(joinPath("w", "/x")).toBe("/x");
  });
});

describe("parts of paths", () => {
  it("are parents, ancestors, components and suffixes", () => {
    expect([parentPath("/a/b"), parentPath("/a"), parentPath("/")]).toEqual(["/a", "/", null]);
    expect([parentPath("C:\\a\\b"), parentPath("C:\\a"), parentPath("C:\\")]).toEqual(["C:\\a", "C:\\", null]);
    expect(ancestorsOf("/a/b")).toEqual(["/a/b", "/a", "/"]);
    expect(pathComponents("/a/B")).toEqual(["a", "B"]);
    expect(pathComponents("C:\\A\\b")).toEqual(["c:\\", "a", "b"]);
    expect([rootOfPath("/a"), rootOfPath("d:\\a")]).toEqual(["/", "D:\\"]);
    expect([pathKey("/A"), pathKey("C:\\A")]).toEqual(["/A", "c:\\a"]);
    expect([
      pathSuffix("/a", "/a/b/c"),
      pathSuffix("/", "/a"),
      pathSuffix("/a", "/a"),
      pathSuffix("/a", "/ab"),
    ]).toEqual(["b/c", "a", "", null]);
  });

  it("contain by whole components", () => {
    const pairs: [string, string, boolean][] = [
      ["/a/b", "/a/b", true],
      ["/a/b", "/a/b/c", true],
      ["/a/b", "/a/bc", false],
      ["/a/b", "/a", false],
      ["/", "/a", true],
      ["C:\\", "c:\\x", true],
      ["C:\\A", "C:\\a\\b", true],
      ["C:\\A", "C:\\ab", false],
    ];
    for (const [outer, inner, expected] of pairs) expect(containsPath(outer, inner)).toBe(expected);
  });
});

describe("absolute paths on entering", () => {
  it("expand the home folder, and nothing that only looks like it", () => {
    const options = { base: "/w", home: "/home/u" };
    expect(["~", "~/", "~/a/../b", "~x", "a/~"].map(input => absolutePath(input, options))).toEqual([
      "/home/u",
      "/home/u",
      "/home/u/b",
      "/w/~x",
      "/w/a/~",
    ]);
    expect(absolutePath("~/a", { base: "/w" })).toBe("/w/~/a");
    expect(absolutePath("~\\a", options)).toBe("/w/~\\a");
    expect(absolutePath("~\\a", { base: "C:\\w", home: "C:\\Users\\u" })).toBe("C:\\Users\\u\\a");
  });

  it("need a base when they are relative", () => {
    expect(() => absolutePath("a")).toThrow("AbsolutePathBuf deserialized without a base path");
    expect(() => absolutePath("C:\\a")).toThrow(PermissionsError);
    expect(absolutePath("C:\\a\\.", { flavor: "windows" })).toBe("C:\\a");
    expect(absolutePath("/a/.")).toBe("/a");
  });
});

describe("entries in words", () => {
  it("are spelled as in configuration files", () => {
    const words = [
      path("/a", "read"),
      deny("/x/*"),
      root("read"),
      minimal("read"),
      tmpdir("read"),
      cwd("read"),
      slashTmp("read"),
      project("read"),
      project("read", "a"),
      unknown(":f", "read"),
    ];
    expect(words.map(entry => describePath(entry.path))).toEqual([
      "/a",
      "/x/*",
      ":root",
      ":minimal",
      ":tmpdir",
      "the working directory",
      "/tmp",
      ":project_roots",
      ":project_roots/a",
      ":f",
    ]);
    expect(describePath({ type: "special", value: { kind: "unknown", path: ":f", subpath: "s" } })).toBe(":f/s");
  });
});
