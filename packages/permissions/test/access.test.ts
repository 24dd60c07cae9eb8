import { describe, expect, it } from "vitest";
import {
  canRead,
  canWrite,
  explain,
  type FileSystemSandboxEntry,
  type FileSystemSandboxPolicy,
  pathEntry,
  resolveAccess,
  restricted,
  specialEntry,
} from "../src/index.ts";
import { context, O, W } from "./tree.ts";

const cwd = (access: FileSystemSandboxEntry["access"]) => specialEntry({ kind: "current_working_directory" }, access);
const root = (access: FileSystemSandboxEntry["access"]) => specialEntry({ kind: "root" }, access);

describe("access resolution", () => {
  const ctx = context();

  it("lets the narrowest entry win in both directions (U1)", () => {
    const policy = restricted([
      cwd("write"),
      pathEntry(`${W}/docs`, "read"),
      pathEntry(`${W}/docs/private`, "none"),
      pathEntry(`${W}/docs/private/public`, "write"),
    ]);
    expect(
      ["", "/docs", "/docs/private", "/docs/private/public"].map(sub => resolveAccess(policy, W + sub, ctx)),
    ).toEqual(["write", "read", "none", "write"]);
  });

  it("prefers none to write to read on the same path, whatever the order", () => {
    for (const [modes, winner] of [
      [["read", "write"], "write"],
      [["write", "read"], "write"],
      [["none", "write"], "none"],
      [["read", "none", "write"], "none"],
    ] as const) {
      expect(resolveAccess(restricted(modes.map(mode => pathEntry(O, mode))), `${O}/x`, ctx)).toBe(winner);
    }
  });

  it("compares whole components", () => {
    const policy = restricted([pathEntry("/a/b", "write")]);
    expect(canWrite(policy, "/a/b/c", ctx)).toBe(true);
    expect(canRead(policy, "/a/bc", ctx)).toBe(false);
  });

  it("joins relative paths to the working directory and removes dots before it looks", () => {
    const policy = restricted([cwd("write"), pathEntry(`${W}/docs`, "read")]);
    expect(resolveAccess(policy, "docs/../src/./x", ctx)).toBe("write");
    expect(resolveAccess(policy, "src/../docs/x", ctx)).toBe("read");
    expect(resolveAccess(policy, "../elsewhere", ctx)).toBe("none");
  });

  it("writes anywhere under an unrestricted or an external file system, whatever entries say", () => {
    for (const kind of ["unrestricted", "external-sandbox"] as const) {
      const policy: FileSystemSandboxPolicy = { kind, entries: [root("none")] };
      expect(resolveAccess(policy, "/etc/passwd", ctx)).toBe("write");
    }
  });

  it("gives nothing where no entry applies", () => {
    expect(resolveAccess(restricted([]), "/", ctx)).toBe("none");
  });

  it("ignores globs, minimal, unknown tokens, an unset TMPDIR and a missing /tmp", () => {
    const policy = restricted([
      { path: { type: "glob_pattern", pattern: "/**" }, access: "write" },
      specialEntry({ kind: "minimal" }, "write"),
      specialEntry({ kind: "unknown", path: ":future" }, "write"),
      specialEntry({ kind: "tmpdir" }, "write"),
      specialEntry({ kind: "slash_tmp" }, "write"),
    ]);
    expect(resolveAccess(policy, "/tmp/x", context({}, { slashTmp: false, tmpdir: "" }))).toBe("none");
    expect(resolveAccess(policy, "/tmp/x", context())).toBe("write");
    expect(resolveAccess(policy, "/var/t/x", context({}, { tmpdir: "/var/t" }))).toBe("write");
  });

  it("hangs the root from the drive of a Windows working directory, and has no /tmp there", () => {
    const windows = context({}, { cwd: "C:\\Users\\U\\Work", slashTmp: true });
    const policy = restricted([root("read"), cwd("write"), specialEntry({ kind: "slash_tmp" }, "write")]);
    expect(resolveAccess(policy, "c:\\users\\u\\work\\src\\X.ts", windows)).toBe("write");
    expect(resolveAccess(policy, "C:/Windows", windows)).toBe("read");
    expect(resolveAccess(policy, "D:\\data", windows)).toBe("none");
    expect(resolveAccess(policy, "\\\\?\\C:\\Users\\U\\Work\\a", windows)).toBe("write");
    expect(resolveAccess(policy, "C:\\tmp", windows)).toBe("read");
  });
});

describe("explain", () => {
  const ctx = context();

  it("names the entry that decided and why the others did not", () => {
    const policy = restricted([
      root("read"),
      cwd("write"),
      pathEntry(`${W}/docs`, "write"),
      pathEntry(`${W}/docs`, "read"),
      pathEntry(O, "none"),
    ]);
    const why = explain(policy, "docs/a.md", ctx);
    expect(why).toMatchObject({ path: `${W}/docs/a.md`, access: "write", decidedBy: "entry", entry: { index: 2 } });
    expect(why.overruled.map(({ index, because }) => [index, because])).toEqual([
      [0, "narrower-entry"],
      [1, "narrower-entry"],
      [3, "stronger-on-same-path"],
    ]);
    expect(why.text).toBe(`${W}/docs/a.md: write, because entry 3 (${W}/docs) is the narrowest that covers it`);
  });

  it("says when no entry applies and when the policy has none to ask", () => {
    expect(explain(restricted([]), "/x", ctx).text).toBe("/x: none, because no entry covers it");
    expect(explain({ kind: "unrestricted" }, "/x", ctx).decidedBy).toBe("unrestricted");
    expect(explain({ kind: "external-sandbox" }, "/x", ctx).decidedBy).toBe("external-sandbox");
  });

  it("adds why a direct read is refused although the entries allow it", () => {
    const policy = restricted([root("read"), { path: { type: "glob_pattern", pattern: "**/*.pem" }, access: "none" }]);
    const why = explain(policy, "keys/a.pem", ctx);
    expect(why).toMatchObject({ canRead: true, readDenial: { by: "glob", pattern: `${W}/**/*.pem` } });
    expect(why.text).toContain("direct reads are denied by the pattern");
  });
});
