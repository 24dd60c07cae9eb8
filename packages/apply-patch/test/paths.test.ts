import { describe, expect, it } from "vitest";
import { below, parentOf, resolvePath } from "../src/path.ts";
import { trim, trimEnd, trimStart } from "../src/whitespace.ts";

describe("a patch's path", () => {
  it.each([
    ["/w", "a/b", null, "/w/a/b"],
    ["/w/", "./a//b/", null, "/w/a/b"],
    ["/w", "../x", null, "/x"],
    ["/w", "../../../x", null, "/x"],
    ["/w", "/", null, "/"],
    ["/w", "", null, "/w"],
    ["/w", "~", "/home/u", "/home/u"],
    ["/w", "~/a/../b", "/home/u", "/home/u/b"],
    ["/w", "~", null, "/w/~"],
    ["/w", "~u/a", "/home/u", "/w/~u/a"],
    ["/w", "x~/a", "/home/u", "/w/x~/a"],
    ["/w", "C:\\a", null, "/w/C:\\a"],
    ["/w:C:\\x", "a", null, "/w:C:\\x/a"],
    ["w/C:/x", "a", null, "//C:/x/a".slice(1)],
    ["C:\\w", "a/b", null, "C:\\w\\a\\b"],
    ["C:\\w", "..\\..\\..", null, "C:\\"],
    ["C:/w", "x\\y", null, "C:\\w\\x\\y"],
    ["C:\\w", "D:\\x/y", null, "D:\\x\\y"],
    ["C:\\w", "x D:\\y", null, "C:\\w\\x D:\\y"],
    ["C:\\w", "~/a", "C:\\Users\\u", "C:\\Users\\u\\a"],
    ["\\\\host\\share", "a", null, "\\\\host\\share\\a"],
    ["\\\\host\\share\\w", "..\\..\\..", null, "\\\\host\\share\\"],
    ["\\\\host\\share\\w", "\\\\other\\disk", null, "\\\\other\\disk"],
    ["C:\\w", "\\\\h\\s\\x", null, "\\\\h\\s\\x"],
  ])("from %j, %j (home %j) is %j", (cwd, path, home, resolved) => {
    expect(resolvePath(cwd, path, home)).toBe(resolved);
  });

  it.each([
    ["/a/b", "/a"],
    ["/a", "/"],
    ["/", null],
    ["a", null],
    ["a/", null],
    ["C:\\a\\b", "C:\\a"],
    ["C:\\a", "C:\\"],
    ["C:\\", null],
    ["xC:\\a", "xC:"],
    ["/C:/a", "/C:"],
  ])("stands for %j in %j", (path, parent) => {
    expect(parentOf(path)).toBe(parent);
  });

  it.each([
    ["/a", "/a", ""],
    ["/a", "/a/b/c", "b/c"],
    ["/a/", "/a/b", "b"],
    ["/", "/b", "b"],
    ["/a", "/ab", null],
    ["/a", "/", null],
    ["/a", "/a/b\\c", "b\\c"],
    ["C:\\a", "C:\\a\\b\\c", "b/c"],
    ["C:\\", "C:\\b", "b"],
    ["C:\\a", "C:\\ab", null],
  ])("below %j, %j is %j", (folder, path, rest) => {
    expect(below(folder, path)).toBe(rest);
  });
});

describe("white space", () => {
  const isWhite = (code: number): boolean => /^\p{White_Space}$/u.test(String.fromCharCode(code));

  it("is what Unicode calls so, at either end", () => {
    const wrong: number[] = [];
    for (let code = 0; code < 0x1_0000; code += 1) {
      const char = String.fromCharCode(code);
      const trimmed = [trim(`${char}x${char}`), trimStart(`${char}x`), trimEnd(`x${char}`)];
      const expected = isWhite(code) ? ["x", "x", "x"] : [`${char}x${char}`, `${char}x`, `x${char}`];
      if (trimmed.some((text, index) => text !== expected[index])) wrong.push(code);
    }
    expect(wrong).toEqual([]);
  });

  it("alone leaves nothing, and inside stays", () => {
    expect([trim(" \t\n"), trimStart("  "), trimEnd("  "), trim("")]).toEqual(["", "", "", ""]);
    expect([trim(" a b "), trimStart(" a b "), trimEnd(" a b ")]).toEqual(["a b", "a b ", " a b"]);
  });
});
